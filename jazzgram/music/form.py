"""Form: where the sections of a tune begin, inferred from its changes alone.

Tunes are made of sections of eight bars, a blues of choruses of twelve; sections with the same changes have the same
letter (AABA), turnarounds aside. On the forms of jazz tunes see Levine, *The Jazz Theory Book* (1995), ch. 17.
"""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase
from typing import Literal

from jazzgram.music.chord import Chord
from jazzgram.music.time import Meter
from jazzgram.resources.frozen import dataclass

SECTION = 8
"""Bars of a section."""
LONGEST_CHORUS = 14
"""Bars of the longest chorus, not a multiple of eight, that is a section itself."""
_TURNAROUND = 2
_SHORTEST = 5
"""Bars of the shortest section; fewer belong to the one before, as the last twelve of "All the Things You Are"."""

_Sounding = tuple[int, str, tuple[int, ...]]
"""A chord in a bar: its onset there, its symbol and voicing."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a performance.

    Parameters
    ----------
    bar : int
        Its first bar, from 0.
    bars : int
        How many bars it has.
    letter : str
        The same for sections with the same changes; empty in an introduction or an ending.
    part : {"intro", "head", "solo", "ending"}
        Its role in the performance.
    chorus : int
        Its chorus, from 1; 0 in an introduction or an ending.
    """

    bar: int
    bars: int
    letter: str = ""
    part: Literal["intro", "head", "solo", "ending"] = "solo"
    chorus: int = 1


@dataclass(frozen=True, slots=True)
class Form:
    """The layout of a performance: introduction, choruses, ending.

    Parameters
    ----------
    sections : tuple of Section
        In time order, without gaps; at least one.
    final : int or None
        The bar on whose first beat the last chord is struck and held; None where the music stops with its changes.
    builds : bool
        Whether each solo chorus is to build on the one before.
    """

    sections: tuple[Section, ...]
    final: int | None = None
    builds: bool = False

    @classmethod
    def of(cls, chords: Sequence[Chord], meter: Meter, bars: int) -> Form:
        """Infer a form from a solo's changes; see `sections`.

        Examples
        --------
        >>> [section.letter for section in Form.of((), Meter(), 8).sections]
        ['A']
        """
        found = sections(chords, meter, bars) or ((0, "A"),)
        ends = [bar for bar, _ in found[1:]] + [bars]
        chorus = _chorus(_by_bar(chords, meter.bar, bars))
        return cls(
            tuple(
                Section(bar, end - bar, letter, chorus=1 + bar // chorus)
                for (bar, letter), end in zip(found, ends, strict=True)
            )
        )

    @property
    def bars(self) -> int:
        """How many bars it has."""
        last = self.sections[-1]
        return last.bar + last.bars

    def at(self, bar: int) -> Section:
        """Return the section of a bar."""
        return next(section for section in reversed(self.sections) if section.bar <= bar)


def sections(chords: Sequence[Chord], meter: Meter, bars: int) -> tuple[tuple[int, str], ...]:
    """Find the sections of a solo's changes.

    Parameters
    ----------
    chords : sequence of Chord
        In time order; onsets in ticks from the start of the solo.
    meter : Meter
        The meter of every bar.
    bars : int
        How many bars the solo has.

    Returns
    -------
    tuple of (int, str)
        The bar where each begins, from 0, and its letter. Empty where there is one section only, or no chord.

    Examples
    --------
    >>> roots = (0, 5, 0, 0, 5, 5, 0, 0, 7, 5, 0, 7) * 2
    >>> sections([Chord((41 + root,), 1920 * bar, 1920) for bar, root in enumerate(roots)], Meter(), 24)
    ((0, 'A'), (12, 'A'))
    """
    if not any(chord.pitches for chord in chords):
        return ()
    harmony = _by_bar(chords, meter.bar, bars)
    chorus = _chorus(harmony)
    length = chorus if chorus % SECTION and chorus <= LONGEST_CHORUS else SECTION
    starts = [
        start
        for first in range(0, bars, chorus)
        for start in range(first, min(first + chorus, bars), length)
        if min(first + chorus, bars) - start >= _SHORTEST
    ]
    if len(starts) < 2:
        return ()
    distinct: list[list[_Sounding]] = []
    found = []
    for start, following in zip(starts, [*starts[1:], bars], strict=True):
        end = min(following, start + length)
        own = [symbol for bar in harmony[start : max(end - _TURNAROUND, start + 1)] for symbol in bar]
        number = next((index for index, other in enumerate(distinct) if other[: len(own)] == own), len(distinct))
        if number == len(distinct):
            distinct.append(own)
        found.append((start, _letter(number)))
    return tuple(found)


def _by_bar(chords: Sequence[Chord], length: int, bars: int) -> list[tuple[_Sounding, ...]]:
    """Return the chords that sound in each bar, equal for equal bars."""
    harmony: list[list[_Sounding]] = [[] for _ in range(bars)]
    for chord in chords:
        for bar in range(max(chord.onset // length, 0), min((chord.end - 1) // length + 1, bars)):
            harmony[bar].append((max(chord.onset - bar * length, 0), chord.symbol, chord.pitches))
    return list(map(tuple, harmony))


def _chorus(harmony: Sequence[object]) -> int:
    """Find the period of the changes in bars, a section or more; all bars where they do not repeat."""
    bars = len(harmony)
    for length in range(SECTION, bars - SECTION + 1):
        if all(harmony[bar] == harmony[bar - length] for bar in range(length, bars)):
            return length
    return bars


def _letter(number: int) -> str:
    """Count A, B, ... Z, AA, BB."""
    return ascii_uppercase[number % 26] * (number // 26 + 1)
