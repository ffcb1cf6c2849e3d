"""The web application of `search serve`: HTML pages, feeds and a JSON API over one index.

It uses Starlette and not FastAPI: the API has a few read-only resources, and one
table (parameters.py) describes and checks all parameters. FastAPI would add
pydantic, a compiled package, for that alone.
"""
