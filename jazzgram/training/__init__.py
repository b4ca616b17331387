"""What a token model is trained on, and where it is kept."""
