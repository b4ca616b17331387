"""Bass lines: one pitch for each beat, the cheapest path through what may be played there.

The first beat of a chord has its bass note; strong beats have chord tones; the beat before a change approaches the
next root by half step, step or fifth (Friedland, *Building Walking Bass Lines*, 1995; Goldstein, *The Jazz Bass
Book*, 2002). A half step that rubs against the chord that still sounds is played on the last beat of a bar in four
only.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import pi, sin
from random import Random

from jazzgram import TICKS_PER_QUARTER, Meter

from ._changes import Changes, Harmony

RANGE = range(28, 56)
"""E1 to G3: from the low string to where a bass still sounds like one."""
_STEP = (2.0, 0.0, 0.0, 0.2, 0.3, 0.35, 0.9, 0.45, 0.9, 1.0, 1.4, 2.5, 0.9)
_PEDAL = (0.1, 3.0, 3.0, 3.0, 3.0, 0.5, 3.0, 0.5, 3.0, 3.0, 3.0, 3.0, 0.3)
"""The cost of a melodic interval of 0 to 12 semitones, in a line and over a pedal point."""
_LEAP = 4.0
_BY_CLASS = [[pitch for pitch in RANGE if pitch % 12 == tone] for tone in range(12)]


def walk(
    changes: Changes, beats: Sequence[int], meter: Meter, rng: Random, pedals: frozenset[int] = frozenset()
) -> list[int | None]:
    """Build a line.

    Parameters
    ----------
    changes : Changes
        What is played over.
    beats : sequence of int
        The onset of each note, in time order.
    meter : Meter
        The meter of every bar.
    rng : random.Random
        Makes equal changes sound different.
    pedals : frozenset of int
        Onsets at which the root is repeated.

    Returns
    -------
    list of int or None
        A pitch in `RANGE` for each onset; None where no chord sounds.
    """
    phase, period = rng.random(), rng.uniform(9, 15)
    costs: list[dict[int, float]] = []
    for number, onset in enumerate(beats):
        following = beats[number + 1] if number + 1 < len(beats) else None
        tones = _tones(changes, onset, beats[number - 1] if number else None, following, meter, onset in pedals)
        center = 40 + 4.5 * sin(2 * pi * (number / period + phase))
        costs.append(
            {
                pitch: cost + 0.05 * abs(pitch - center) + 0.55 * rng.random()
                for tone, cost in tones.items()
                for pitch in _BY_CLASS[tone]
            }
        )
    return _cheapest(costs, [onset in pedals for onset in beats])


def _cheapest(costs: Sequence[dict[int, float]], pedals: Sequence[bool]) -> list[int | None]:
    """Return the path of the lowest sum of costs of pitches and of intervals between them (Viterbi)."""
    ways: list[dict[int, int]] = []
    totals: list[dict[int, float]] = []
    sums: dict[int, float] = {}
    for own, pedal in zip(costs, pedals, strict=True):
        steps = _PEDAL if pedal else _STEP
        new: dict[int, float] = {}
        way: dict[int, int] = {}
        for pitch, cost in own.items():
            best, least = -1, 0.0
            for before, total in sums.items():
                size = abs(pitch - before)
                total += steps[size] if size <= 12 else _LEAP
                if best < 0 or total < least:
                    best, least = before, total
            new[pitch], way[pitch] = cost + least, best
        sums = new
        totals.append(new)
        ways.append(way)
    line: list[int | None] = []
    pitch = -1
    for number in range(len(costs) - 1, -1, -1):
        if pitch < 0 and totals[number]:  # after it nothing is played
            pitch = min(totals[number], key=totals[number].__getitem__)
        line.append(pitch if totals[number] else None)
        pitch = ways[number].get(pitch, -1)
    return line[::-1]


def _tones(
    changes: Changes, onset: int, before: int | None, following: int | None, meter: Meter, pedal: bool
) -> dict[int, float]:
    """Return the pitch classes that may be played at an onset, with their costs."""
    harmony = changes.harmony(onset)
    if harmony.bass is None:
        return {}
    index = changes.at(onset)
    if before is None or changes.at(before) != index:
        return {harmony.bass: 0.0}
    if pedal:
        return {harmony.bass: 0.0} | ({harmony.fifth: 0.7} if harmony.fifth is not None else {})
    strong = meter.strength(onset) >= 0.5
    target = None if following is None or changes.at(following) == index else changes.harmony(following)
    if target is not None and target.bass is not None and not strong:
        return _approach(harmony, target, free=is_last_of_four(onset, meter))
    downbeat = onset % meter.bar == 0
    tones = {} if strong else dict.fromkeys(harmony.calm, 1.0)
    tones |= _named(harmony.seventh, 0.5) | _named(harmony.third, 0.5 if downbeat else 0.2)
    return tones | _named(harmony.fifth, 0.4 if downbeat else 0.2) | {harmony.bass: 0.2 if downbeat else 0.6}


def _approach(harmony: Harmony, target: Harmony, free: bool) -> dict[int, float]:
    """Return the tones before a new chord; `free` of the one that still sounds or not.

    Where they are not, a tone of neither chord must be calm in both: the pianist may strike the new one early.
    """
    own = (harmony.bass, harmony.third, harmony.fifth, harmony.seventh)
    found = {tone: 0.8 for tone in harmony.calm if free or tone in own or tone in target.calm}
    root = target.bass or 0
    for step, cost in ((-1, 0.0), (1, 0.05), (-2, 0.3), (2, 0.3), (7, 0.4)):
        tone = (root + step) % 12
        if tone in found or (free and (step in (-1, 1) or tone in harmony.scale)):
            found[tone] = cost
    found |= {root: 2.0} if root in found else {}
    return found or {root: 0.0}


def is_last_of_four(onset: int, meter: Meter) -> bool:
    """Return whether an onset is on or after the last beat of a bar in four."""
    return meter.bar == 4 * TICKS_PER_QUARTER and onset % meter.bar >= 3 * TICKS_PER_QUARTER


def _named(tone: int | None, cost: float) -> dict[int, float]:
    return {} if tone is None else {tone: cost}
