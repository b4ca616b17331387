"""Measure solos."""
