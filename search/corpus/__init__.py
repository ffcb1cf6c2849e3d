"""Answers about many articles: facets, timelines, neighbours, similar articles, suggestions."""
