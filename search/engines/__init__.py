"""One module an engine: how its index is searched."""
