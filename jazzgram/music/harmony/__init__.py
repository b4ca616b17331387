"""Chord symbols, scales, keys and spelling."""
