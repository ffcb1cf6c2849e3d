"""Build an index: rebuild, update, optimize and repair, each of which makes the next generation."""
