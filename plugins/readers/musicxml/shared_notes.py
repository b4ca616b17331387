"""Place chord symbols in a measure: several that are written over one note share its time.

Programs that hang a chord symbol on a note write all chords of a whole note before it, without an ``offset``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from jazzgram import Meter


class Harmony(NamedTuple):
    """A chord symbol and where it is written."""

    onset: int
    """Ticks from the start of the measure."""
    until: int
    """Where the note, rest or gap below it ends, in the same ticks; 0 where nothing follows it."""
    symbol: str
    """Such as ``Bbm7``, or ``NC``."""


def share_time(harmonies: Sequence[Harmony], meter: Meter, length: int) -> list[tuple[int, str]]:
    """Let chord symbols that are written at the same time share the time of the note that is written below them.

    Each begins on a beat where the note has as many beats, the first ones being the longer; else all are equally long.

    Parameters
    ----------
    harmonies : sequence of Harmony
        Of one measure.
    meter : Meter
        The measure's.
    length : int
        Ticks of the measure; 0 where nothing is in it.

    Returns
    -------
    list of (int, str)
        Onset and symbol of each, in time order.

    Examples
    --------
    Three over a whole note, two over a quarter note:

    >>> share_time([Harmony(0, 1920, symbol) for symbol in ("C", "Am", "G7")], Meter(), 1920)
    [(0, 'C'), (960, 'Am'), (1440, 'G7')]
    >>> share_time([Harmony(480, 960, "F"), Harmony(480, 960, "G7")], Meter(), 1920)
    [(480, 'F'), (720, 'G7')]
    """
    onsets = sorted({harmony.onset for harmony in harmonies})
    shared: list[tuple[int, str]] = []
    for onset, together in groupby(sorted(harmonies, key=lambda one: one.onset), key=lambda one: one.onset):
        group = list(together)
        symbols = list(dict.fromkeys(harmony.symbol for harmony in group))
        ends = [end for end in (*(harmony.until for harmony in group), *onsets) if end > onset]
        span = min(ends, default=max(length, meter.bar)) - onset
        beats = span // meter.beat
        if span < len(symbols):
            # At the end of a measure no time is left; the last one holds on.
            span, beats = len(symbols), 0
        whole, longer = divmod(beats, len(symbols))
        for position, symbol in enumerate(symbols):
            beat = position * whole + min(position, longer)
            shared.append((onset + (beat * meter.beat if whole else position * span // len(symbols)), symbol))
    return shared
