"""The archive on a page, and the API beneath it: what `search serve` serves.

Starlette and not FastAPI: there are seven read-only resources, whose
parameters one table describes and checks (parameters.py), so pydantic, a
compiled package, would be carried for nothing; most of this is pages anyway.
"""
