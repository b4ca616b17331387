"""Pictures, engraving and sound of a solo."""
