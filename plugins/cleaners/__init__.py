"""Change the notes of a whole solo."""
