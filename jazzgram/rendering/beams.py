"""Beams and triplet brackets of one bar.

Beams show the beats, four eighths that fill half of a bar of four quarters have one beam (Gould, *Behind Bars*, 2011,
ch. "Rhythm"). A triplet that one beam holds together has its number alone, others a bracket.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from jazzgram.music.notation.rhythm import NotatedEvent
from jazzgram.music.time import TICKS_PER_QUARTER, Meter

_GROUPS = {5: (3, 2), 7: (2, 2, 3)}
"""How five and seven eighths are beamed; other numbers in threes where they can be, else in twos."""


def beams(bar: Sequence[NotatedEvent], meter: Meter) -> list[tuple[str, ...]]:
    """Return the beams of each event of a bar.

    Parameters
    ----------
    bar : sequence of NotatedEvent
        In time order.
    meter : Meter
        The bar's meter.

    Returns
    -------
    list of tuple of str
        For each event MusicXML's values from the first beam (of eighths) on: ``begin``, ``continue``, ``end``,
        ``forward hook`` or ``backward hook``. Empty for rests, long notes and single ones.

    Examples
    --------
    >>> from jazzgram.music.note import Note
    >>> dotted, short = (Note(60, 0, 360), Note(62, 360, 120))
    >>> beams([NotatedEvent(dotted, 0, 360), NotatedEvent(short, 360, 120)], Meter(1, 4))
    [('begin',), ('end', 'backward hook')]
    """
    found: list[tuple[str, ...]] = [()] * len(bar)
    starts = _starts(bar, meter)

    def group(index: int) -> tuple[object, bool]:
        event = bar[index]
        begin = event.triplet or max(start for start in starts if start <= event.onset)
        return begin, event.note is not None and _flags(event) > 0

    for (_, beamed), indices in groupby(range(len(bar)), key=group):
        members = list(indices)
        if beamed and len(members) > 1:
            for index, values in zip(members, _joined([bar[index] for index in members]), strict=True):
                found[index] = values
    return found


def is_beamed_whole(values: Sequence[Sequence[str]]) -> bool:
    """Return whether one beam holds all events together, given the beams of each."""
    ends = ["begin", *["continue"] * (len(values) - 2), "end"]
    return [first for first, *_ in filter(None, values)] == ends and len(values) > 1


def _starts(bar: Sequence[NotatedEvent], meter: Meter) -> list[int]:
    """Return where groups of beams begin."""
    unit = meter.unit
    if meter.denominator < 8:
        starts = list(range(0, meter.bar, min(unit, 2 * TICKS_PER_QUARTER)))
    elif meter.numerator % 3 == 0:
        starts = list(range(0, meter.bar, 3 * unit))
    else:
        lengths = _GROUPS.get(meter.numerator, (2,) * ((meter.numerator + 1) // 2))
        starts = [unit * sum(lengths[:index]) for index in range(len(lengths))]
    if (meter.numerator, meter.denominator) == (4, 4):
        for begin in (0, meter.bar // 2):
            half = [event for event in bar if begin <= event.onset < begin + meter.bar // 2]
            eighths = [event.note is not None and event.duration == TICKS_PER_QUARTER // 2 for event in half]
            if len(half) == 4 and all(eighths):
                starts.remove(begin + TICKS_PER_QUARTER)
    return starts


def _flags(event: NotatedEvent) -> int:
    """Return how many flags a note's value has: 1 for an eighth, 2 for a sixteenth."""
    flags, value = 0, TICKS_PER_QUARTER
    while value > event.value:
        value //= 2
        flags += 1
    return flags


def _joined(group: Sequence[NotatedEvent]) -> list[tuple[str, ...]]:
    flags = [0, *map(_flags, group), 0]
    found = []
    for index, event in enumerate(group, 1):
        values = []
        for level in range(1, flags[index] + 1):
            before, after = flags[index - 1] >= level, flags[index + 1] >= level
            if before or after:
                values.append("continue" if before and after else "end" if before else "begin")
            else:
                # A single sixteenth points into the eighth that it is part of.
                first = index == 1 or (index < len(group) and event.onset % (2 * event.duration) == 0)
                values.append("forward hook" if first else "backward hook")
        found.append(tuple(values))
    return found
