"""Assign a melody to bars, and account for every note that is left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jazzgram import TICKS_PER_QUARTER, Note, Track

from .bar_grid import Bars
from .file import Part
from .quantize import Ints, quantize, scale

BEFORE, AFTER, BENEATH = "before the first bar", "after the last bar", "beneath a higher note"
"""Why a note is left out."""


def melody_by_bars(
    part: Part, bars: Bars, divisors: Sequence[int], only_highest: bool
) -> tuple[list[list[Note]], dict[str, int]]:
    """Quantize a part's notes to the grids.

    Parameters
    ----------
    only_highest : bool
        Whether of notes that then begin together only the highest stays: the skyline (Uitdenbogerd & Zobel,
        *Manipulation of music for melody matching*, ACM Multimedia 1998).

    Returns
    -------
    list of list of Note
        For each bar the notes that begin in it, in time order, onsets from its start.
    dict of str to int
        How many notes are left out, by reason; together with those in the bars they are all the part has.
    """
    numbers, onsets = bars.quantize(part.onsets, part.per_quarter, divisors)
    inside = (numbers >= 0) & (numbers < len(bars.meters))
    left_out = {BEFORE: int((numbers < 0).sum()), AFTER: int((numbers >= len(bars.meters)).sum())}
    if only_highest:
        highest = inside & _highest(numbers, onsets, part.pitches)
        left_out[BENEATH] = int((inside & ~highest).sum())
        inside = highest
    durations = quantize(part.durations[inside], part.per_quarter, divisors)
    shortest = TICKS_PER_QUARTER // max(divisors)
    columns = (
        *(numbers[inside], part.pitches[inside], onsets[inside]),
        *(np.where(durations, durations, shortest), part.velocities[inside]),
    )
    melody: list[list[Note]] = [[] for _ in bars.meters]
    for number, *note in zip(*(column.tolist() for column in columns), strict=True):
        melody[number].append(Note(*note))
    return melody, left_out


def track_within(part: Part, bars: Bars, divisors: Sequence[int]) -> Track:
    """Return a part's notes in some bars as they were played, onsets from the first bar's start.

    Which notes are in them is decided on the grids, so that a downbeat played early is not lost.
    """
    numbers, _ = bars.quantize(part.onsets, part.per_quarter, divisors)
    inside = (numbers >= 0) & (numbers < len(bars.meters))
    begins = np.maximum(scale(part.onsets[inside], part.per_quarter), bars.start) - bars.start
    ends = np.minimum(scale(part.ends[inside], part.per_quarter), bars.end) - bars.start
    columns = (part.pitches[inside], begins, np.maximum(ends - begins, 1), part.velocities[inside])
    notes = tuple(Note(*note) for note in zip(*(column.tolist() for column in columns), strict=True))
    return Track(part.name, part.program, notes, part.is_drum)


def _highest(numbers: Ints, onsets: Ints, pitches: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Mark of the notes of one onset the highest; of equal ones, the first."""
    order = np.lexsort((-pitches, onsets, numbers))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(numbers[order]) != 0) | (np.diff(onsets[order]) != 0)
    marked = np.zeros(len(order), dtype=bool)
    marked[order[first]] = True
    return marked
