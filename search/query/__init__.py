"""From what a user typed to a tree that every engine understands."""
