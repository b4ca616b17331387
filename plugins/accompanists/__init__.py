"""Accompanists: they play beneath the finished solo."""
