"""Measurements, one entry point each: `python -m benchmarks.NAME --help`."""
