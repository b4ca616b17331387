"""How much of a solo stands in the corpus it was learned from.

- ``copied_pitches``, ``copied_intervals``: notes of the longest run that is found in the corpus at the same pitches,
  and at any pitch. Rhythm does not count, so that a copied lick in other values is still found.
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

from jazzgram import Bar, Corpus, Note, Solo, hookimpl

from ._counting import by_bar, mean, share

_APART = 255
"""Between the tunes, in place of a pitch or an interval: no run goes over it."""
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
    pitches = bytes(note.pitch for note in solo.notes)
    moves = bytes(after - before + 127 for before, after in pairwise(pitches))
    known = _index(_Same(corpus))
    run = _longest(moves, known.moves)
    return {
        "copied_pitches": _longest(pitches, known.pitches),
        "copied_intervals": run + 1 if run else 0,
        **{f"copied_{width}": _shared(moves, known.moves, width) for width in (4, 6, 8)},
        **_nearest(solo, known),
    }


class _Known:
    """What is looked for in a corpus: its line as bytes, and its bars by the notes in them."""

    def __init__(self, corpus: Corpus) -> None:
        pitches: list[int] = []
        moves: list[int] = []
        self.bars: list[tuple[int, int, Figure]] = []
        self.bars_with: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        for number, tune in enumerate(corpus.tunes):
            line = [note.pitch for bar in tune.bars for note in _sounding(bar)]
            pitches += [*line, _APART]
            moves += [*(after - before + 127 for before, after in pairwise(line)), _APART]
            for place, bar in enumerate(tune.bars):
                figure = _figure(_sounding(bar), 0)
                for note in figure:
                    self.bars_with[note].append(len(self.bars))
                self.bars.append((number, place, figure))
        self.pitches, self.moves = bytes(pitches), bytes(moves)


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


@lru_cache(maxsize=6)
def _runs(line: bytes, width: int) -> frozenset[bytes]:
    return frozenset(line[first : first + width] for first in range(len(line) - width + 1))


def _sounding(bar: Bar) -> list[Note]:
    return [event for event in bar.melody if isinstance(event, Note)]


def _figure(notes: Sequence[Note], start: int) -> Figure:
    return frozenset((note.onset - start, note.duration, note.pitch) for note in notes)


def _longest(line: bytes, known: bytes) -> int:
    """Give the length of the longest run of `line` that is found in `known`."""
    longest = 0
    for first in range(len(line)):
        while first + longest < len(line) and line[first : first + longest + 1] in known:
            longest += 1
    return longest


def _shared(line: bytes, known: bytes, width: int) -> float:
    runs = _runs(known, width)
    return share(line[first : first + width] in runs for first in range(len(line) - width + 1))


def _nearest(solo: Solo, known: _Known) -> dict[str, float]:
    """Compare each bar with the bars of the corpus that share a note with it."""
    best: list[tuple[float, int, int]] = []
    for number, notes in enumerate(by_bar(solo.written or solo.notes, solo.meter.bar, solo.bars)):
        figure = _figure(notes, number * solo.meter.bar)
        if not figure:
            continue
        candidates = {place for note in figure for place in known.bars_with.get(note, ())}
        alike = [
            (2 * len(figure & other) / (len(figure) + len(other)), -tune, -bar)
            for tune, bar, other in (known.bars[place] for place in candidates)
        ]
        best.append(max(alike, default=(0.0, 0, 0)))
    similarity, tune, bar = max(best, default=(0.0, 0, 0))
    place = {"nearest_tune": -tune, "nearest_tune_bar": -bar} if similarity else {}
    return {"nearest_bar": mean(found for found, _, _ in best), "nearest_tune": nan, "nearest_tune_bar": nan} | place
