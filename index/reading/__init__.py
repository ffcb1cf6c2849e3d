"""From the files of an archive to articles."""
