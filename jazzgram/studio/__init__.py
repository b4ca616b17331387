"""The studio: a page on this computer where changes, chain and seed are played with and heard at once."""
