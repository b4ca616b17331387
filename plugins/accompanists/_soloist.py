"""What the band notices of the soloist: where the notes of a stretch are, and how much of it is left open."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter

from jazzgram import Note


def first_from(notes: Sequence[Note], tick: int) -> int:
    """Return the index of the first note that begins at a tick or later; their number where there is none."""
    return bisect_left(notes, tick, key=attrgetter("onset"))


def room(notes: Sequence[Note], start: int, end: int) -> float:
    """Return which share of a stretch the soloist leaves open, 0 to 1.

    Examples
    --------
    A note that ended before counts for nothing, one that is held into the stretch for what it has of it:

    >>> room((Note(60, 0, 960), Note(62, 2160, 240)), 1920, 2880), room((Note(60, 0, 2400),), 1920, 2880)
    (0.75, 0.5)
    """
    inside = notes[max(first_from(notes, start) - 1, 0) : first_from(notes, end)]
    sounding = sum(max(min(note.end, end) - max(note.onset, start), 0) for note in inside)
    return 1 - min(sounding / (end - start), 1)
