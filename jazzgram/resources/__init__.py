"""What is stored and fetched: cache, registry, shipped models."""
