"""Corpora at any size: read on all cores, kept by their content, and stored in columns that are mapped into memory."""
