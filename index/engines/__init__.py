"""Writers of the engines, one module or folder each, behind the registry in `registry.py`."""
