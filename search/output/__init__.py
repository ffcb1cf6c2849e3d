"""Print results: as text for people (text, reports, facets, chart) or for programs (values, records)."""
