"""The plain values music is made of here: times, notes, chords, bars, terms, solos."""
