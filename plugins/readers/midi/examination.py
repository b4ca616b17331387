"""Report who plays what in a MIDI file, where its chords come from, and which options fit it."""

from __future__ import annotations

from typing import Any

import numpy as np

from jazzgram import TICKS_PER_QUARTER, Examination, PartReport

from .chords import CHANGES, INFERRED, PART, SYMBOLS, chords_of
from .melody import BENEATH, melody_by_bars
from .options import Options
from .parts import profile_parts
from .reading import Reading
from .swing import swing_phase

_SOURCES = {
    CHANGES: "the chords are those of the option changes",
    SYMBOLS: "the chords are the file's own chord symbols",
    PART: "the chords are what part {part} plays together",
    INFERRED: "the chords are inferred from the parts, for no part plays them and no symbols tell them",
}

_MANY = 0.02
"""Of the melody's notes: so many sounding with a higher one are no accident."""


def examine_reading(reading: Reading, options: Options) -> Examination:
    """Examine a file.

    Returns
    -------
    Examination
        The parts with their roles; the options that name what was found; remarks on chords, span, meter and swing.
    """
    came_from, _ = chords_of(reading, options, reading.chord_part)
    chosen = {reading.melody.number: "melody"}
    advised: dict[str, Any] = {"melody_part": reading.melody.number}
    remarks = [_SOURCES[came_from].format(part=reading.chord_part.number if reading.chord_part else "")]
    if came_from == PART and reading.chord_part:
        chosen.setdefault(reading.chord_part.number, "chords")
        advised["chord_part"] = reading.chord_part.number
    elif came_from != CHANGES:
        advised["chords"] = came_from
    bars = reading.bars
    melody, left_out = melody_by_bars(reading.melody, bars, options.divisors, only_highest=True)
    playing = [number for number, notes in enumerate(melody) if notes]
    if playing and len(playing) < len(melody):
        start, end = int(bars.starts[playing[0]]), int(bars.starts[playing[-1] + 1])
        advised["span"] = [_number(start / TICKS_PER_QUARTER), _number(end / TICKS_PER_QUARTER)]
        remarks.append(
            f"the melody plays in {len(playing)} of the {len(melody)} bars, from quarter {advised['span'][0]} to "
            f"{advised['span'][1]}"
        )
    if len(set(bars.meters)) > 1:
        remarks.append(f"the meter changes: {', '.join(dict.fromkeys(map(str, bars.meters)))}")
    if left_out[BENEATH] > _MANY * len(reading.melody.onsets):
        advised["polyphony"] = "highest"
        remarks.append(f"{left_out[BENEATH]} notes of the melody begin together with a higher one")
    if phase := swing_phase(reading.melody, bars):
        advised["swing"] = "straighten"
        remarks.append(f"the melody swings {phase / (1 - phase):.1f}:1, its off-beats at {phase:.2f} of the beat")
    reports = [
        PartReport(it.number, it.name, it.notes, it.role, it.why, chosen.get(it.number, ""))
        for it in profile_parts(reading.score)
    ]
    return Examination(tuple(reports), advised, tuple(remarks))


def _number(quarters: float) -> int | float:
    return int(quarters) if np.isclose(quarters % 1, 0) else quarters
