"""What opensearch-cluster is made of. A package, or one of this name that pip installs is found first."""
