"""Where an index lives: its directory, its manifest and its article store."""
