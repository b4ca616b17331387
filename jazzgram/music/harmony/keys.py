"""Key signatures: the one that a melody needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

_OFF_THE_MAJOR_SCALE = (1, 3, 6, 8, 10)


def best_key_signature(pitches: Iterable[int], written: int | None = None) -> int:
    """Choose the key signature under which the fewest notes need an accidental.

    Parameters
    ----------
    pitches : iterable of int
        MIDI numbers. May be empty.
    written : int or None
        What the source says, in sharps (flats negative): it decides between signatures that are equally good. Without
        it, and where it is not one of those, the one with the fewest signs does, and of these the one with flats.

    Returns
    -------
    int
        Sharps counted up, flats down, -6 to 6; `written`, or 0, where there are no pitches.

    Examples
    --------
    An F blues scale, and D major:

    >>> best_key_signature((65, 68, 70, 71, 72, 75)), best_key_signature((62, 64, 66, 67, 69, 71, 73))
    (-3, 2)
    """
    classes = Counter(pitch % 12 for pitch in pitches)

    def accidentals(sharps: int) -> int:
        return sum(classes[(7 * sharps + step) % 12] for step in _OFF_THE_MAJOR_SCALE)

    return min(range(-6, 7), key=lambda sharps: (accidentals(sharps), sharps != written, abs(sharps), sharps))
