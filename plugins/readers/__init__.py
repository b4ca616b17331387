"""Read solos and chords from files."""
