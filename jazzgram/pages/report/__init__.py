"""The report of a run: one page to hear and see a solo, and to follow each note through the chain."""
