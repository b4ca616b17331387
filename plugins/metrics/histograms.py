"""Distributions of intervals, durations and onset-to-onset times.

Conventions
-----------
Notes count as notated, before swing and the like. Without notes to count all values are nan.

Metrics
-------
- ``interval/-12`` to ``interval/+12``: share of the intervals of so many semitones; larger leaps count as an octave.
- ``duration/1/4`` and so on: share of the notes with a duration nearest, by ratio, to so many quarter notes.
- ``ioi/1/4`` and so on: the same for the time from one onset to the next.

References
----------
Yang & Lerch, *On the evaluation of generative models in music* (Neural Computing and Applications 32, 2020).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from math import nan, sqrt

from jazzgram import TICKS_PER_QUARTER, Corpus, Solo, hookimpl

_LENGTHS = tuple(map(Fraction, ("1/8", "1/6", "1/4", "1/3", "1/2", "2/3", "3/4", "1", "3/2", "2", "3", "4")))
_LIMITS = [sqrt(a * b) * TICKS_PER_QUARTER for a, b in pairwise(_LENGTHS)]
"""Ticks halfway, by ratio, from one length to the next."""
_INTERVALS = tuple(range(-12, 13))


@hookimpl
def measure(solo: Solo, corpus: Corpus) -> dict[str, float]:
    """Count intervals, durations and onset-to-onset times.

    Examples
    --------
    >>> from jazzgram import Note
    >>> line = (Note(60, 0, 240), Note(62, 240, 240), Note(60, 480, 480))
    >>> found = measure(Solo(line, (), 1), Corpus(()))
    >>> found["interval/+2"], found["interval/-2"], round(found["duration/1/2"], 3), found["ioi/1/2"]
    (0.5, 0.5, 0.667, 1.0)
    """
    notes = solo.notated or solo.notes
    intervals = Counter(max(-12, min(12, after.pitch - before.pitch)) for before, after in pairwise(notes))
    return (
        {f"interval/{interval:+d}": _share(intervals, interval) for interval in _INTERVALS}
        | _lengths("duration", (note.duration for note in notes))
        | _lengths("ioi", (after.onset - before.onset for before, after in pairwise(notes)))
    )


def _lengths(name: str, ticks: Iterable[int]) -> dict[str, float]:
    counts = Counter(_LENGTHS[bisect_left(_LIMITS, length)] for length in ticks)
    return {f"{name}/{length}": _share(counts, length) for length in _LENGTHS}


def _share(counts: Counter[int] | Counter[Fraction], item: int | Fraction) -> float:
    total = counts.total()
    return counts[item] / total if total else nan  # type: ignore[index]
