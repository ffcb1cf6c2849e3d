"""Text analysis: fold, split into tokens, cut into words. The same for articles and queries."""
