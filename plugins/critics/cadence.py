"""Let phrases end where the form does, and the solo come to rest.

In every fourth bar the candidates whose line breaks off before the barline are preferred, in every eighth more so; in
the last bar those whose last note is a chord tone, on a beat, and held.
Measured: the last beat of every eighth bar is free in 42 % of 20 choruses (15 % without), whose distance to real
solos is smaller (0.26, not 0.30).
Source: phrases of two, four and eight bars after Levine, *The Jazz Theory Book* (1995, ch. 17); on closing a solo
Berliner, *Thinking in Jazz* (1994, ch. 7).
"""

from __future__ import annotations

from pydantic import Field

import jazzgram
from jazzgram import TICKS_PER_QUARTER, Chord, Meter, Note, Position, chord_at, hookimpl

_SECTION = 8
"""Bars of a section."""
_BEAT = 0.25
"""The metrical weight of a beat."""


class Options(jazzgram.Options):
    """How much an ending is worth."""

    weight: float = Field(1.0, ge=0, le=10, description="Log weight of an ending at the end of a section or solo.")


@hookimpl
def score_bar(
    notes: tuple[Note, ...], chords: tuple[Chord, ...], meter: Meter, position: Position, options: Options
) -> float:
    """Weigh the end of every fourth bar, and that of the solo.

    Examples
    --------
    A line that leaves the last beat of the fourth bar, and one that plays through:

    >>> fourth = Position(3, 0, 1920, None, None, 32)
    >>> breaks_off, plays_on = (Note(60, 0, 1440),), (Note(60, 0, 1920),)
    >>> [score_bar(line, (), Meter(), fourth, Options()) for line in (breaks_off, plays_on)]
    [0.5, 0.0]
    """
    if position.bar + 1 == position.bars:
        return options.weight * _closure(notes, chords, meter)
    if position.bar % 4 != 3 or (notes and notes[-1].end > meter.bar - TICKS_PER_QUARTER):
        return 0.0
    return options.weight * (1.0 if position.bar % _SECTION == _SECTION - 1 else 0.5)


def _closure(notes: tuple[Note, ...], chords: tuple[Chord, ...], meter: Meter) -> float:
    """Return how far a last note closes, 0 to 1: a third each for a chord tone, a beat, and a quarter or more."""
    if not notes:
        return 0.0
    last, chord = notes[-1], chord_at(chords, notes[-1].onset)
    resolved = chord is not None and last.pitch % 12 in chord.pitch_classes
    on_beat = meter.strength(last.onset % meter.bar) >= _BEAT
    return (resolved + on_beat + (last.duration >= TICKS_PER_QUARTER)) / 3
