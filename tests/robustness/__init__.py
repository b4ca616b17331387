"""Inputs with a broken structure: what is edited, what reads them, and what became of them.

``benchmarks/mutants.py`` runs all of it and writes the table of ``docs/robustness.md``.
"""
