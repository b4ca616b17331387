"""Token models."""
