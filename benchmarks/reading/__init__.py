"""How well files are read: against marked pages, and how much of an archive is lost."""
