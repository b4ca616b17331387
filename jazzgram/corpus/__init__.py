"""Corpora at any size: read on all cores, cached by content, and stored in columns that are mapped into memory."""
