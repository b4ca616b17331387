"""Turn melodies into grammars and back."""
