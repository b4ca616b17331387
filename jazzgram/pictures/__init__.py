"""Solos as pictures: what a note is against its chord, and the piano roll that shows it."""
