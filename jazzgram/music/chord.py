"""Chords as they sound: a voicing with onset and duration and, where it has one, a symbol."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

_onset = attrgetter("onset")


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord over a stretch of time.

    Parameters
    ----------
    pitches : tuple of int
        MIDI numbers in the order of the source. Empty for "no chord".
    onset, duration : int
        Ticks, as in `Note`.
    symbol : str
        The chord symbol as in the source (``Dm7``); empty without one.

    Examples
    --------
    >>> sorted(Chord((62, 65, 69, 72), 0, 1920, "Dm7").pitch_classes)
    [0, 2, 5, 9]
    """

    pitches: tuple[int, ...]
    onset: int
    duration: int
    symbol: str = ""

    @property
    def end(self) -> int:
        """Ticks at which the chord ends."""
        return self.onset + self.duration

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The pitch classes of the voicing, 0 (C) to 11 (B)."""
        return frozenset(pitch % 12 for pitch in self.pitches)


def chord_at(chords: tuple[Chord, ...], onset: int) -> Chord | None:
    """Find the chord that sounds at an onset.

    Parameters
    ----------
    chords : tuple of Chord
        In time order.
    onset : int
        Ticks, from the same start as the chords' onsets.

    Returns
    -------
    Chord or None
        The last chord that begins at or before `onset`; the first one where all begin later; None where there
        is no chord at all.
    """
    if len(chords) == 1:  # as most bars have it, and the search takes four times as long
        return chords[0]
    return chords[max(bisect_right(chords, onset, key=_onset) - 1, 0)] if chords else None


def join_bars(changes: Sequence[tuple[Chord, ...]], length: int) -> tuple[Chord, ...]:
    """Concatenate the chords of bars.

    Parameters
    ----------
    changes : sequence of tuple of Chord
        For each bar, onsets from its start.
    length : int
        The bars' length in ticks.

    Returns
    -------
    tuple of Chord
        Onsets from the start of the first bar; a chord that continues over a barline is one chord.
    """
    joined: list[Chord] = []
    for bar, chords in enumerate(changes):
        for chord in chords:
            moved = replace(chord, onset=chord.onset + bar * length)
            last = joined[-1] if joined else None
            if last and last.end == moved.onset and (last.pitches, last.symbol) == (moved.pitches, moved.symbol):
                joined[-1] = replace(last, duration=last.duration + moved.duration)
            else:
                joined.append(moved)
    return tuple(joined)
