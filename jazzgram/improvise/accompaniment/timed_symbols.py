"""The chord symbols of a solo with their onsets, for look-up by tick."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from jazzgram.music.chord import Chord
from jazzgram.music.harmony.spell import symbol_of
from jazzgram.music.harmony.symbols import ChordSymbol


@dataclass(frozen=True, slots=True)
class TimedSymbols:
    """Chord symbols with their onsets; each lasts until the next.

    Parameters
    ----------
    onsets : tuple of int
        In time order, in ticks from the start of the solo.
    symbols : tuple of ChordSymbol
        One for each onset.
    """

    onsets: tuple[int, ...]
    symbols: tuple[ChordSymbol, ...]

    @classmethod
    def of(cls, chords: Sequence[Chord]) -> TimedSymbols:
        """Read the symbols of chords that are in time order."""
        return cls(tuple(chord.onset for chord in chords), tuple(symbol_of(chord) for chord in chords))

    def at(self, tick: int) -> int:
        """Return the index of the chord that sounds at a tick; before the first chord it is the first."""
        return max(bisect_right(self.onsets, tick) - 1, 0)

    def end(self, index: int, total: int) -> int:
        """Return the tick at which the next chord begins, or `total`."""
        return self.onsets[index + 1] if index + 1 < len(self.onsets) else total
