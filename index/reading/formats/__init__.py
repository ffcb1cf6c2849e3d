"""One module for each format, behind the registry in `registry.py`."""
