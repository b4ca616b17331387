"""Shapes of bars, which are the same at any pitch, and how similar two are.

Source: Wu & Yang, *The Jazz Transformer on the Front Line* (ISMIR 2020); the coefficient is that of Dice (1945).
"""

from __future__ import annotations

from collections.abc import Sequence

from jazzgram import Note

Shape = frozenset[tuple[int, int, int]]
"""Onset in the bar, duration and interval from the bar's first note, of each note."""


def shape_of(bar: Sequence[Note], start: int = 0) -> Shape:
    """Return the shape of the notes of a bar that begins at `start`; empty for no notes."""
    return frozenset((note.onset - start, note.duration, note.pitch - bar[0].pitch) for note in bar)


def similarity(shape: Shape, other: Shape) -> float:
    """Return the Dice coefficient 2 |A ∩ B| / (|A| + |B|) of two shapes, not both empty: 0 to 1.

    Examples
    --------
    Two of three notes are the same, a third higher:

    >>> line = (Note(60, 0, 480), Note(62, 480, 480), Note(64, 960, 480))
    >>> higher = (Note(64, 0, 480), Note(66, 480, 480), Note(64, 960, 480))
    >>> round(similarity(shape_of(line), shape_of(higher)), 2)
    0.67
    """
    return 2 * len(shape & other) / (len(shape) + len(other))
