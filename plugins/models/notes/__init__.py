"""Networks that learn notes: pitch, then duration, over the chords; the plugins are `note_lstm` and `transformer`."""
