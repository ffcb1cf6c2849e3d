"""Turn a query as typed into a tree (parser, tree) and a plan for engines (plan, conditions, ranking)."""
