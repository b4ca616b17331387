"""How much of a solo occurs in the corpus it was learned from.

Conventions
-----------
Runs are of successive notes within a tune. Rhythm does not count in runs, so that a lick copied in other durations is
still found; in bars it does. Real solos quote too: compare with what two players share.

Metrics
-------
- ``copied_pitches``, ``copied_intervals``: notes of the longest run that occurs in the corpus, at the same pitches and
  at any pitch.
- ``copied_varied``: ``copied_intervals`` over runs that are more than a trill: more than half of their threes of
  intervals are different ones.
- ``copied_4``, ``copied_6``, ``copied_8``: (runs of 4, 6 and 8 intervals that occur in the corpus) / (all such runs);
  nan for a solo that is too short for one.
- ``nearest_bar``: Dice coefficient 2 |A ∩ B| / (|A| + |B|) of a bar and the most similar bar of the corpus, each a set
  of notes as onset, duration and pitch, averaged over the bars that have notes (0 to 1).
- ``nearest_tune``, ``nearest_tune_bar``: tune and bar of the largest such coefficient, counted from 0; nan where it is
  0.

References
----------
Longest shared runs: Papadopoulos, Roy & Pachet, *Avoiding plagiarism in Markov sequence generation* (AAAI 2014).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import nan

import numpy as np

from jazzgram import Corpus, Note, Solo, hookimpl
from jazzgram.evaluation import Match, RunIndex, is_varied

from ._counting import by_bar, mean, share

Figure = frozenset[tuple[int, int, int]]


@hookimpl
def measure(solo: Solo, corpus: Corpus) -> dict[str, float]:
    """Find the solo's runs and bars in the corpus.

    Examples
    --------
    Four notes of the corpus a tone higher, then one that is not there:

    >>> def line(*pitches): return tuple(Note(pitch, 240 * index, 240) for index, pitch in enumerate(pitches))
    >>> from jazzgram import Bar, Tune
    >>> corpus = Corpus((Tune("Lick", (Bar(line(60, 62, 63, 67, 65), ()),)),))
    >>> found = measure(Solo(line(62, 64, 65, 69, 60), (), 1), corpus)
    >>> found["copied_intervals"], found["copied_pitches"], found["copied_4"]
    (4, 1, 0.0)
    """
    pitches = [note.pitch for note in solo.notes]
    intervals = _intervals(pitches)
    known = _index(_ById(corpus))
    found = known.intervals.matches(intervals)
    varied = [match for match in found if is_varied(intervals[match.begin : match.end])]
    return {
        "copied_pitches": max((match.length for match in known.pitches.matches(pitches)), default=0),
        "copied_intervals": _notes(found),
        "copied_varied": _notes(varied),
        **{f"copied_{width}": _share(found, width) for width in (4, 6, 8)},
        **_nearest(solo, known),
    }


class _CorpusIndex:
    """An index of a corpus: the runs of its lines, and its bars by their notes."""

    def __init__(self, corpus: Corpus) -> None:
        lines = []
        self.bars: list[tuple[int, int]] = []
        sizes = []
        bars_with: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        for number, tune in enumerate(corpus.tunes):
            lines.append([note.pitch for bar in tune.bars for note in bar.notes])
            for position, bar in enumerate(tune.bars):
                figure = _figure(bar.notes, 0)
                for note in figure:
                    bars_with[note].append(len(self.bars))
                self.bars.append((number, position))
                sizes.append(len(figure))
        self.sizes = np.array(sizes, np.int64)
        self.bars_with = {note: np.array(bars, np.int64) for note, bars in bars_with.items()}
        self.pitches, self.intervals = RunIndex(lines), RunIndex([_intervals(line) for line in lines])


class _ById:
    """A corpus that equals only itself: comparing all its notes would take longer than looking for runs in it."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and self.corpus is other.corpus

    def __hash__(self) -> int:
        return id(self.corpus)


@lru_cache(maxsize=2)
def _index(corpus: _ById) -> _CorpusIndex:
    return _CorpusIndex(corpus.corpus)


def _intervals(pitches: Sequence[int]) -> list[int]:
    """Return the intervals plus 127, as a run index takes no negative ones."""
    return [after - before + 127 for before, after in pairwise(pitches)]


def _notes(matches: Sequence[Match]) -> int:
    """Return the number of notes of the longest run of intervals."""
    longest = max((match.length for match in matches), default=0)
    return longest + 1 if longest else 0


def _share(matches: Sequence[Match], width: int) -> float:
    return share(match.length >= width for match in matches[: len(matches) - width + 1] if len(matches) >= width)


def _figure(notes: Sequence[Note], start: int) -> Figure:
    return frozenset((note.onset - start, note.duration, note.pitch) for note in notes)


def _nearest(solo: Solo, known: _CorpusIndex) -> dict[str, float]:
    """Compare each bar with the bars of the corpus that share a note with it."""
    best: list[tuple[float, int, int]] = []
    for number, notes in enumerate(by_bar(solo.notated or solo.notes, solo.meter.bar, solo.bars)):
        figure = _figure(notes, number * solo.meter.bar)
        if not figure:
            continue
        sharing = [known.bars_with[note] for note in figure if note in known.bars_with]
        if not sharing:
            best.append((0.0, 0, 0))
            continue
        common = np.bincount(np.concatenate(sharing), minlength=len(known.bars))
        similarity = 2 * common / (len(figure) + known.sizes)
        nearest = int(similarity.argmax())  # the first of several
        tune, bar = known.bars[nearest]
        best.append((float(similarity[nearest]), -tune, -bar))
    highest, tune, bar = max(best, default=(0.0, 0, 0))
    location = {"nearest_tune": -tune, "nearest_tune_bar": -bar} if highest else {}
    return {"nearest_bar": mean(found for found, _, _ in best), "nearest_tune": nan, "nearest_tune_bar": nan} | location
