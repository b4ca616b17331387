"""Blind listening tests: `clips` finds what is heard, `page` asks, `analysis` answers."""
