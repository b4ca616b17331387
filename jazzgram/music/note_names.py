"""Names of pitches."""

from __future__ import annotations

_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def pitch_name(pitch: int) -> str:
    """Name a MIDI number: ``pitch_name(60)`` is ``C4``."""
    return f"{_NAMES[pitch % 12]}{pitch // 12 - 1}"
