"""Lay chords and notes that are counted from the start of a tune into its bars."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from jazzgram import Bar, Chord, Dropped, JazzgramError, Meter, Note, voicing

NO_CHORD = "NC"
_SHOWN = 8
"""Chord symbols that are named one by one."""


class Symbols:
    """Reads chord symbols, and counts those that are not understood."""

    def __init__(self) -> None:
        self._unknown: Counter[str] = Counter()

    def read(self, text: str) -> str:
        """Return the symbol where it is one, else ``NC``.

        Examples
        --------
        >>> symbols = Symbols()
        >>> symbols.read("Dm7"), symbols.read("Dm7?!"), symbols.dropped[0].reason
        ('Dm7', 'NC', "a chord symbol that is not understood, read as no chord: 'Dm7?!'")
        """
        try:
            voicing(text)
        except JazzgramError:
            self._unknown[text[:40]] += 1
            return NO_CHORD
        return text

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """What was not understood, the first eight by name."""
        what = "a chord symbol that is not understood, read as no chord"
        named = [Dropped(f"{what}: {text!r}", chords=count) for text, count in list(self._unknown.items())[:_SHOWN]]
        others = sum(list(self._unknown.values())[_SHOWN:])
        return (*named, *([Dropped("other chord symbols that are not understood", chords=others)] if others else []))


def lay_bars(
    meters: Sequence[Meter], changes: Iterable[tuple[int, str]], notes: Iterable[Note] = ()
) -> tuple[Bar, ...]:
    """Make bars of chords and notes.

    Parameters
    ----------
    meters : sequence of Meter
        Of each bar.
    changes : iterable of (int, str)
        Ticks from the start of the tune and a chord symbol, in time order; each lasts until the next one. Of two at one
        time the later counts. Before the first one there is no chord.
    notes : iterable of Note
        In time order, onsets from the start of the tune and before its end.

    Returns
    -------
    tuple of Bar

    Examples
    --------
    >>> bars = lay_bars([Meter(3, 4)] * 2, [(480, "G7"), (1440, "C")], [Note(60, 1920, 480)])
    >>> [[(chord.symbol, chord.onset) for chord in bar.chords] for bar in bars], bars[1].melody[0].onset
    ([[('NC', 0), ('G7', 480)], [('C', 0)]], 480)
    """
    starts = list(accumulate((meter.bar for meter in meters), initial=0))
    begun: list[dict[int, str]] = [{} for _ in meters]
    before = NO_CHORD
    for onset, symbol in changes:
        bar = bisect_right(starts, onset) - 1
        if bar < 0:
            before = symbol
        elif bar < len(meters):
            begun[bar][onset - starts[bar]] = symbol
    melodies: list[list[Note]] = [[] for _ in meters]
    for note in notes:
        bar = bisect_right(starts, note.onset) - 1
        melodies[bar].append(replace(note, onset=note.onset - starts[bar]))
    bars = []
    for meter, own, melody in zip(meters, begun, melodies, strict=True):
        sounding = sorted(({0: before} | own).items())
        changed = [item for index, item in enumerate(sounding) if not index or item[1] != sounding[index - 1][1]]
        ends = [*(onset for onset, _ in changed[1:]), meter.bar]
        chords = tuple(
            Chord(voicing(symbol), onset, end - onset, symbol)
            for (onset, symbol), end in zip(changed, ends, strict=True)
        )
        bars.append(Bar(tuple(melody), chords, meter))
        before = changed[-1][1]
    return tuple(bars)
