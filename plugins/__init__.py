"""The stock plugins: one file each, written with the public API only."""
