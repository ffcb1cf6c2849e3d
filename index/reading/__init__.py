"""Read the files of an archive into articles: find files, detect formats, assemble articles."""
