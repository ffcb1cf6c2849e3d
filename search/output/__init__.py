"""Results as text for people (text, reports, facets, chart) and for programs (values, records)."""
