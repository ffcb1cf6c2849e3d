"""Find the occurrences of a query in a text, and cut snippets around them."""
