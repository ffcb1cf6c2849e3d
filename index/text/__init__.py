"""Text analysis: fold, split into tokens, segment into words. The same for articles and queries."""
