"""Questions about many articles: counts, neighbours, similar articles, help with queries."""
