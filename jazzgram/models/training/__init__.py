"""Training: datasets, the loop over epochs, checkpoints."""
