"""Notated music: rhythm, changes and lead sheets as text, repeats."""
