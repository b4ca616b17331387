"""How a solo is built: recurring ideas, and the predictability of its chords.

Conventions
-----------
Notes count as notated, before swing and the like. A bar is a set of notes, each as onset, duration and interval from
the bar's first note, so that a transposed bar is the same. A chord counts once in each bar it sounds in; no chord (NC)
does not.

Metrics
-------
- ``chord_irregularity``: (different successions of three chords) / (all successions of three), 0 to 1 (CPI of Wu &
  Yang); nan for fewer than three chords. The published code leaves the last succession out, and returns 1 for fewer
  than four chords.
- ``similarity_short``, ``similarity_middle``, ``similarity_long``: how alike a bar is to an earlier one: the Dice
  coefficient 2 |A ∩ B| / (|A| + |B|) of a bar and the most similar bar 1 to 2, 3 to 8 and 9 to 32 bars before it,
  averaged over the bars that have notes (0 to 1).
- ``motifs``: share of the notes in a figure of five notes that recurs anywhere, at any pitch, in the same rhythm;
  ``motifs_rhythmic``: the same by rhythm alone.

References
----------
Chord irregularity: Wu & Yang, *The Jazz Transformer on the Front Line* (ISMIR 2020), sec. 5; the similarities follow
their structureness in short, middle and long terms, for symbols instead of sound. Recurring figures: Collins et al.,
*Discovery of repeated themes and sections* (MIREX, 2013).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import nan

from jazzgram import Corpus, Solo, hookimpl

from .._shapes import Shape, shape_of, similarity
from ._counting import by_bar, mean, share

_FIGURE = 5


@hookimpl
def measure(solo: Solo, corpus: Corpus) -> dict[str, float]:
    """Measure chord irregularity, similarity of bars, and recurring figures.

    Examples
    --------
    A bar, and the same a third higher:

    >>> from jazzgram import Note
    >>> line = (Note(60, 0, 480), Note(62, 480, 480), Note(64, 1920, 480), Note(66, 2400, 480))
    >>> found = measure(Solo(line, (), 2), Corpus(()))
    >>> found["similarity_short"], found["similarity_middle"]
    (1.0, nan)
    """
    notes = solo.notated or solo.notes
    bars = [
        shape_of(bar, number * solo.meter.bar) for number, bar in enumerate(by_bar(notes, solo.meter.bar, solo.bars))
    ]
    rhythm = [(b.onset - a.onset, a.duration) for a, b in pairwise(notes)]
    intervals = [b.pitch - a.pitch for a, b in pairwise(notes)]
    return {
        "chord_irregularity": _irregularity(solo),
        "similarity_short": _similarity(bars, 1, 2),
        "similarity_middle": _similarity(bars, 3, 8),
        "similarity_long": _similarity(bars, 9, 32),
        "motifs": _recurring(list(zip(rhythm, intervals, strict=True))),
        "motifs_rhythmic": _recurring(rhythm),
    }


def _irregularity(solo: Solo) -> float:
    names = [
        chord.symbol or chord.pitch_classes
        for chord in solo.chords
        if chord.pitches
        for _ in range(chord.onset // solo.meter.bar, (chord.end - 1) // solo.meter.bar + 1)
    ]
    triples = list(zip(names, names[1:], names[2:], strict=False))
    return len(set(triples)) / len(triples) if triples else nan


def _similarity(bars: Sequence[Shape], nearest: int, farthest: int) -> float:
    return mean(
        max(similarity(bar, before) for before in bars[max(0, index - farthest) : index - nearest + 1])
        for index, bar in enumerate(bars)
        if bar and index >= nearest
    )


def _recurring(steps: Sequence[object]) -> float:
    """Return the share of notes in a figure that occurs twice or more; nan where no figure fits."""
    width = _FIGURE - 1
    figures = [tuple(steps[first : first + width]) for first in range(len(steps) - width + 1)]
    if not figures:
        return nan
    counts = Counter(figures)
    inside = [False] * (len(steps) + 1)
    for first, figure in enumerate(figures):
        if counts[figure] > 1:
            inside[first : first + _FIGURE] = [True] * _FIGURE
    return share(inside)
