"""Tuning: searching the options of a model or of a chain with Optuna."""
