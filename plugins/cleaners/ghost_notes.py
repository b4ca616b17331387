"""Ghost some weak notes of stepwise lines.

Players half swallow notes that the reporter infers anyway: those on a weak part of the beat that pass by step, in one
direction, between two metrically stronger notes at most a beat apart. Onsets and durations stay; velocities are
lowered. The turning points of a line are never ghosted.
Source: the project's own; ghosted notes as they are taught for swing articulation.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from pydantic import Field

import jazzgram
from jazzgram import Meter, Note, hookimpl

NEEDS = frozenset({"grid"})


class Options(jazzgram.Options):
    """How many notes are ghosted, and how soft they are."""

    probability: float = Field(0.3, ge=0, le=1, description="Probability that a note that qualifies is ghosted.")
    level: float = Field(0.45, gt=0, le=1, description="Velocity of a ghosted note, as a share of its own.")
    step: int = Field(2, ge=1, le=12, description="Widest step to the neighbours, in semitones.")


@hookimpl
def clean_up_notes(notes: tuple[Note, ...], meter: Meter, options: Options, rng: Random) -> list[Note]:
    """Soften passing notes between two stronger ones, each with `options.probability`.

    Examples
    --------
    >>> line = (Note(60, 0, 240), Note(62, 240, 240), Note(64, 480, 480))
    >>> [note.velocity for note in clean_up_notes(line, Meter(), Options(probability=1), Random(1))]
    [80, 36, 80]
    """
    played = list(notes)
    for number, (before, note, after) in enumerate(zip(notes, notes[1:], notes[2:], strict=False), 1):
        rising, further = note.pitch - before.pitch, after.pitch - note.pitch
        passing = rising * further > 0 and max(abs(rising), abs(further)) <= options.step
        if not passing or after.onset - before.onset > meter.beat:
            continue
        weaker = meter.strength(note.onset) < min(meter.strength(before.onset), meter.strength(after.onset))
        if weaker and rng.random() < options.probability:
            played[number] = replace(note, velocity=max(1, round(note.velocity * options.level)))
    return played
