"""The modules of opensearch-cluster. Without this file, an installed package of this name is found first."""
