"""Drum patterns of straight styles, for each key a choice of patterns; one with ``|`` lasts two bars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

from jazzgram import Form, Meter

from ._changes import Changes
from ._feel import Stroke
from ._kit import (
    CABASA,
    CLOSED,
    HIGH,
    KICK,
    LOW,
    OPEN,
    PEDAL,
    RIDE,
    SNARE,
    STICK,
    fill,
    fill_beats,
    is_count,
    strokes,
    varied,
)

GROOVES: dict[str, Mapping[int, tuple[str, ...]]] = {
    "bossa": {
        CLOSED: ("54545454", "54645464", "54545465", "64545454"),
        STICK: ("6..6..6.|..6..6..", "6..6..6.|..6..6..", "6..6..6.|..6.6.6.", "..6..6..|6..6..6."),
        KICK: ("6..56..5", "6..56..5", "6...6..5", "6..56..."),
        CABASA: ("........", "3.3.3.3.", "3.323.32"),
    },
    "funk": {
        CLOSED: ("6454645464546454", "6.4.6.4.6.4.6.4.", "6454645464.46454", "6.4.6.446.4.6.4."),
        OPEN: ("................", "..............6.", "................", "......6........."),
        SNARE: ("....9..2.2..9...", "....9.......9..2", "....9..2....9...", ".2..9....2..9..3"),
        KICK: ("8.....7.8.......", "8..7....7.8.....", "8.....7...7.....", "8..7..7...8....."),
    },
    "afro": {
        RIDE: ("7.7.77.7.7.7", "7.7.77.7.7.7", "7.7.77.7.757", "7.7577.7.7.7"),
        STICK: ("..5..5..5..5", "...6.....6..", "..5...6.....", "...6..5..6.."),
        LOW: ("............", ".........55.", "......5...5.", "............"),
        HIGH: ("............", "....4.......", ".......4....", "............"),
        KICK: ("6..5..6..5..", "6.....6..5..", "6..5....5...", "6....5...5.."),
        PEDAL: ("5..5..5..5..", "...6.....6..", "5..5..5..5..", "5..5..5..5.."),
    },
}


def groove_strokes(
    changes: Changes,
    meter: Meter,
    form: Form,
    voices: Mapping[int, tuple[str, ...]],
    tempo: float,
    straight: bool,
    fills: bool,
    rng: Random,
) -> Iterator[Stroke]:
    """Yield the strokes of every bar up to the last chord, each voice in patterns drawn for it, fills included."""
    drawn = dict.fromkeys(voices, "")
    for bar in range(form.bars):
        start = bar * meter.bar
        if start >= changes.playing:
            break
        if is_count(changes, form, bar, meter):
            continue
        section = form.at(bar)
        length = fill_beats(form, bar, meter) if fills else 0
        filled = start + meter.bar - length * meter.beat
        for key, choice in voices.items():
            second = "|" in drawn[key] and (bar - section.bar) % 2 == 1
            if not second:
                drawn[key] = varied(choice, drawn[key], rng)
            halves = drawn[key].split("|")
            pattern = halves[(bar - section.bar) % len(halves)]
            stop = start + meter.bar if key in (KICK, PEDAL) else filled
            yield from strokes(pattern, key, start, meter.bar, min(stop, changes.playing))
        if length and filled < changes.playing:
            yield from fill(rng, filled, length, meter.beat, tempo, straight, 60)
