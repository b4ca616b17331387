"""Steer away from what stands in the corpus.

A run is copied where its intervals stand in a training tune, at any pitch and in any rhythm. A candidate is worth less
for every note that continues a copied run of `tolerated` notes, and may not go on where a run would grow past
`longest`.
Measured: of 20 choruses the longest copied run has 10 notes, 20 without, at a distance to real solos of 0.37 (0.30).
Source: copying as in `jazzgram evaluate`; two real players share runs of up to 44 notes.
"""

from __future__ import annotations

from itertools import pairwise

from pydantic import Field

import jazzgram
from jazzgram import Corpus, Note, hookimpl

_Runs = tuple[frozenset[tuple[int, ...]], frozenset[tuple[int, ...]]]
"""The runs of intervals of the tolerated length, and those of the longest one plus a note."""
_TOO_LONG = 50.0
"""Log weight that a note past the longest run costs: more than all other critics together, but not beyond compare."""


class Options(jazzgram.Options):
    """How long a copied run may be."""

    tolerated: int = Field(8, ge=3, le=64, description="Notes of a copied run that cost nothing.")
    longest: int = Field(12, ge=3, le=128, description="Notes of the longest copied run.")
    weight: float = Field(0.5, ge=0, le=10, description="Log weight that each note beyond `tolerated` costs.")


@hookimpl
def study_corpus(corpus: Corpus, options: Options) -> _Runs:
    """Collect the runs of the corpus.

    Examples
    --------
    >>> from jazzgram import Bar, Tune
    >>> tune = Tune("Scale", (Bar(tuple(Note(60 + n, 480 * n, 480) for n in range(4)), ()),))
    >>> study_corpus(Corpus((tune,)), Options(tolerated=3, longest=3))[0]
    frozenset({(1, 1)})
    """
    lines = [_intervals([note.pitch for bar in tune.bars for note in bar.notes]) for tune in corpus.tunes]
    widths = (options.tolerated - 1, options.longest)
    found = ((line[at : at + width] for line in lines for at in range(len(line) - width + 1)) for width in widths)
    tolerated, longest = map(frozenset, found)
    return tolerated, longest


@hookimpl
def score_bar(
    notes: tuple[Note, ...], history: tuple[tuple[Note, ...], ...], learned: _Runs, options: Options
) -> float:
    """Take weight for each note that continues a copied run.

    Examples
    --------
    >>> runs = frozenset({(1, 1)}), frozenset()
    >>> bar = tuple(Note(60 + n, 480 * n, 480) for n in range(4))
    >>> score_bar(bar, (), runs, Options(tolerated=3, longest=3))
    -1.0
    """
    tolerated, longest = learned
    before = [note.pitch for bar in history[-options.longest :] for note in bar][-options.longest - 1 :]
    line = _intervals([*before, *(note.pitch for note in notes)])
    weight = 0.0
    for end in range(len(line) - len(notes) + 1, len(line) + 1):
        if end >= options.tolerated - 1 and line[end - options.tolerated + 1 : end] in tolerated:
            weight -= options.weight
        if end >= options.longest and line[end - options.longest : end] in longest:
            weight -= _TOO_LONG
    return weight


def _intervals(pitches: list[int]) -> tuple[int, ...]:
    return tuple(after - before for before, after in pairwise(pitches))
