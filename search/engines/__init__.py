"""Readers of the engines, one module each; index/engines/registry.py names them."""
