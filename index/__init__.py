"""From seed files to an index."""
