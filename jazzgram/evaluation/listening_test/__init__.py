"""Blind listening tests: `clips` renders the solos, `page` asks listeners, `analysis` compares their ratings."""
