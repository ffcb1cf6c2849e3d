"""The OpenSearch engine, writing: an index on a cluster."""
