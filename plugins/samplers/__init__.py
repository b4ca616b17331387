"""Shape distributions and draw from them."""
