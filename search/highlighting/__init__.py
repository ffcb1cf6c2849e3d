"""Where a query stands in a text, and the fragments that show it."""
