"""Text analysis: fold, split into units, cut into words. The same for articles and queries."""
