"""Responders: they answer the bars that a musician has just played."""
