"""From strokes to a track: swing, dynamics by section and chorus, a little unevenness, and an end."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import NamedTuple

from jazzgram import TICKS_PER_QUARTER, Form, Meter, Note, Track
from jazzgram.music import swung

_LEVELS = {"intro": 0.9, "head": 0.92, "solo": 0.96, "ending": 1.04}
"""Factors of the velocity in each part."""


class Stroke(NamedTuple):
    """A note before it is played: notated time in ticks, and the velocity of a middle chorus."""

    onset: int
    duration: int
    pitch: int
    velocity: int


def perform(
    part: Track,
    strokes: Iterable[Stroke],
    meter: Meter,
    form: Form,
    ratio: float,
    tempo: float,
    rng: Random,
    spread: tuple[float, float] = (-3.0, 6.0),
) -> Track:
    """Play strokes.

    Parameters
    ----------
    part : Track
        Its name, program and kind.
    strokes : iterable of Stroke
        In any order.
    meter, form, ratio, tempo, rng
        As in the hook.
    spread : tuple of float, float
        How early and how late a stroke is, in ms, at most.

    Returns
    -------
    Track
        Each section at its level, each solo chorus 4 % louder than the one before (at most 16 %); a tone struck again
        ends before; nothing sounds past the end.
    """
    end = form.bars * meter.bar
    ticks = tempo * TICKS_PER_QUARTER / 60_000
    early, late = round(spread[0] * ticks), round(spread[1] * ticks)
    levels = [level for section in form.sections for level in [_level(section.part, section.chorus)] * section.bars]
    notated = [Note(pitch, onset, length, velocity) for onset, length, pitch, velocity in sorted(strokes)]
    played: list[list[int]] = []
    shifts: dict[int, int] = {}
    last: dict[int, list[int]] = {}
    for note in swung(notated, meter, ratio):
        if note.onset >= end:
            continue
        # Tones of one chord are struck together; nothing is ahead of the first beat.
        shift = shifts.setdefault(note.onset, rng.randint(early, late))
        onset = min(max(note.onset + shift, 0), end - 1)
        level = levels[min(note.onset // meter.bar, len(levels) - 1)]
        velocity = min(max(round(note.velocity * level) + rng.randint(-4, 4), 1), 127)
        stop = end if note.end >= end else min(note.end + shift, end)
        row = [onset, stop, note.pitch, velocity]
        before = last.get(note.pitch)
        if before is not None and before[0] == onset:
            before[1], before[3] = max(before[1], row[1]), max(before[3], velocity)
            continue
        if before is not None and onset < before[1]:
            before[1] = onset
        last[note.pitch] = row
        played.append(row)
    played.sort()
    notes = (Note(pitch, onset, max(stop - onset, 1), velocity) for onset, stop, pitch, velocity in played)
    return Track(part.name, part.program, tuple(notes), part.is_drum)


def _level(part: str, chorus: int) -> float:
    return _LEVELS[part] + (min(0.04 * (chorus - 1), 0.16) if part == "solo" else 0.0)
