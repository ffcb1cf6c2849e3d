"""From the seeds of an archive to the next generation of an index."""
