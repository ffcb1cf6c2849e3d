"""What is asked about many articles: counts, neighbours, likeness, completions."""
