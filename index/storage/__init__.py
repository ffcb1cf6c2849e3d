"""Storage of an index: its directory, its manifest and its article store."""
