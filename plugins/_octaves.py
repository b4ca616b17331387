"""Octave transposition of single notes into a range."""

from __future__ import annotations

from jazzgram import Note, retuned


def into_range(note: Note, lowest: int, highest: int) -> Note:
    """Return a note moved by octaves to the nearest edge of a range; as it is inside.

    Parameters
    ----------
    note : Note
        What is out of range, or is not.
    lowest, highest : int
        MIDI numbers, an octave or more apart.

    Examples
    --------
    >>> [into_range(Note(pitch, 0, 480), 44, 76).pitch for pitch in (37, 60, 86)]
    [49, 60, 74]
    """
    pitch = note.pitch
    if pitch < lowest:
        return retuned(note, lowest + (pitch - lowest) % 12)
    return retuned(note, highest - (highest - pitch) % 12) if pitch > highest else note
