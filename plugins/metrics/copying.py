"""How much of a solo stands in the corpus it was learned from.

- ``copied_pitches``, ``copied_intervals``: notes of the longest run that is found in the corpus at the same pitches,
  and at any pitch. Rhythm does not count, so that a copied lick in other values is still found. ``copied_varied``: the
  same at any pitch, of runs that are more than a trill: more than half of their threes of intervals are different ones.
- ``copied_4``, ``copied_6``, ``copied_8``: share of the runs of 4, 6 and 8 intervals that are found there; nan for a
  solo that is too short for one.
- ``nearest_bar``: how alike the solo's bars are to the most similar bars of the corpus, averaged over the bars that
  have notes: what they share of their notes, each as onset, duration and pitch (Dice coefficient, 0 to 1); and of the
  bar that is nearest, ``nearest_tune`` and ``nearest_tune_bar``, counted from 0.

Real solos quote too: compare with what two players share.

Source: longest shared runs after Papadopoulos, Roy & Pachet, *Avoiding plagiarism in Markov sequence generation* (AAAI
2014).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import nan

import numpy as np

from jazzgram import Bar, Corpus, Note, Solo, hookimpl
from jazzgram.evaluation import Match, RunIndex, is_varied

from ._counting import by_bar, mean, share

Figure = frozenset[tuple[int, int, int]]


@hookimpl
def measure(solo: Solo, corpus: Corpus) -> dict[str, float]:
    """Look for the solo's runs and bars in the corpus.

    Examples
    --------
    Four notes of the corpus a tone higher, then one that is not there:

    >>> def line(*pitches): return tuple(Note(pitch, 240 * place, 240) for place, pitch in enumerate(pitches))
    >>> from jazzgram import Tune
    >>> corpus = Corpus((Tune("Lick", (Bar(line(60, 62, 63, 67, 65), ()),)),))
    >>> found = measure(Solo(line(62, 64, 65, 69, 60), (), 1), corpus)
    >>> found["copied_intervals"], found["copied_pitches"], found["copied_4"]
    (4, 1, 0.0)
    """
    pitches = [note.pitch for note in solo.notes]
    moves = _moves(pitches)
    known = _index(_Same(corpus))
    found = known.moves.matches(moves)
    varied = [match for match in found if is_varied(moves[match.begin : match.end])]
    return {
        "copied_pitches": max((match.length for match in known.pitches.matches(pitches)), default=0),
        "copied_intervals": _notes(found),
        "copied_varied": _notes(varied),
        **{f"copied_{width}": _share(found, width) for width in (4, 6, 8)},
        **_nearest(solo, known),
    }


class _Known:
    """What is looked for in a corpus: the runs of its lines, and its bars by the notes in them."""

    def __init__(self, corpus: Corpus) -> None:
        lines = []
        self.bars: list[tuple[int, int]] = []
        sizes = []
        bars_with: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        for number, tune in enumerate(corpus.tunes):
            lines.append([note.pitch for bar in tune.bars for note in _sounding(bar)])
            for place, bar in enumerate(tune.bars):
                figure = _figure(_sounding(bar), 0)
                for note in figure:
                    bars_with[note].append(len(self.bars))
                self.bars.append((number, place))
                sizes.append(len(figure))
        self.sizes = np.array(sizes, np.int64)
        self.bars_with = {note: np.array(bars, np.int64) for note, bars in bars_with.items()}
        self.pitches, self.moves = RunIndex(lines), RunIndex([_moves(line) for line in lines])


class _Same:
    """A corpus that equals only itself: comparing all its notes would take longer than looking for runs in it."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.corpus is other.corpus

    def __hash__(self) -> int:
        return id(self.corpus)


@lru_cache(maxsize=2)
def _index(corpus: _Same) -> _Known:
    return _Known(corpus.corpus)


def _moves(pitches: Sequence[int]) -> list[int]:
    """Give the intervals, an octave and a half down as 109: those of a run index are not below 0."""
    return [after - before + 127 for before, after in pairwise(pitches)]


def _notes(matches: Sequence[Match]) -> int:
    """Give how many notes the longest run of intervals has."""
    longest = max((match.length for match in matches), default=0)
    return longest + 1 if longest else 0


def _share(matches: Sequence[Match], width: int) -> float:
    return share(match.length >= width for match in matches[: len(matches) - width + 1] if len(matches) >= width)


def _sounding(bar: Bar) -> list[Note]:
    return [event for event in bar.melody if isinstance(event, Note)]


def _figure(notes: Sequence[Note], start: int) -> Figure:
    return frozenset((note.onset - start, note.duration, note.pitch) for note in notes)


def _nearest(solo: Solo, known: _Known) -> dict[str, float]:
    """Compare each bar with the bars of the corpus that share a note with it."""
    best: list[tuple[float, int, int]] = []
    for number, notes in enumerate(by_bar(solo.written or solo.notes, solo.meter.bar, solo.bars)):
        figure = _figure(notes, number * solo.meter.bar)
        if not figure:
            continue
        sharing = [known.bars_with[note] for note in figure if note in known.bars_with]
        if not sharing:
            best.append((0.0, 0, 0))
            continue
        common = np.bincount(np.concatenate(sharing), minlength=len(known.bars))
        alike = 2 * common / (len(figure) + known.sizes)
        nearest = int(alike.argmax())  # the first of several
        tune, bar = known.bars[nearest]
        best.append((float(alike[nearest]), -tune, -bar))
    similarity, tune, bar = max(best, default=(0.0, 0, 0))
    place = {"nearest_tune": -tune, "nearest_tune_bar": -bar} if similarity else {}
    return {"nearest_bar": mean(found for found, _, _ in best), "nearest_tune": nan, "nearest_tune_bar": nan} | place
