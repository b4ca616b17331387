"""Time on the drum set, bar by bar."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from jazzgram import Form, Meter, Solo

from ._changes import Changes
from ._feel import Stroke
from ._kit import KICK, LENGTH, PEDAL, RIDE, SNARE, SWIRL, fill, fill_beats, is_count, plain, strokes, varied
from ._patterns import SWING_METERS
from ._soloist import room

_RIDE = ("7.757.75", "7.7.7.75", "7.757.7.", "757.7.75", "7.7.7.7.", "7.757.75", "7.75757.")
_FAST_RIDE = ("7.7.7.7.", "7.757.7.", "7.7.7.75", "7.757.75")
_WALTZ_RIDE = ("7.757.", "7.7.75", "7.7575", "7.757.", "757.7.")
_TAPS = ("4.535.53", "4.5.5.53", "4.535.5.", "4.5.4.5.")
_WALTZ_TAPS = ("4.535.", "4.5.53", "4.5.5.")
_SHUFFLE = ("75757575", "75757576", "75767575")
_SNARE = ("...3....", ".....3..", "...3...4", ".3...3..", "...4.3..", ".......4", ".3....3.", ".3.3....", "......34")
_WALTZ_SNARE = ("...3..", ".3....", ".....4", ".3.3..", "...3.4")
_KICKS = (".......5", "...5....", ".....5..", "...5...5")
_SHUFFLE_KICKS = ("7...7...", "7...7..5", "7..57...", "7...7.5.", "7..57..5")
_FEATHER, _LIGHTEST = "3333", "2.2."
_SOFT_FILL = 1
"""Beats of a fill with brushes, which has no toms."""
_FAST = 230
"""Quarter notes a minute above which the ride thins out and the bass drum is not feathered on every beat."""


def time_strokes(
    changes: Changes,
    meter: Meter,
    form: Form,
    solo: Solo,
    tempo: float,
    sound: str,
    comping: float,
    fills: bool,
    rng: Random,
) -> Iterator[Stroke]:
    """Yield the strokes of every bar up to the last chord, fills included."""
    ride = snare = ""
    beats = meter.bar // meter.beat
    for bar in range(form.bars):
        start = bar * meter.bar
        if start >= changes.playing:
            break
        if is_count(changes, form, bar, meter):
            continue
        section = form.at(bar)
        length = fill_beats(form, bar, meter) if fills else 0
        length = min(length, _SOFT_FILL) if sound == "brushes" else length
        filled = start + meter.bar - length * meter.beat
        until = min(filled, changes.playing)
        if str(meter) not in SWING_METERS:
            for key, pattern in plain(meter).items():
                yield from strokes(pattern, key, start, meter.bar, until)
        else:
            ride = varied(_of_time(sound, beats, tempo), ride, rng)
            yield from _keeping(sound, ride, start, meter, tempo, until, rng)
            speaks = comping * (0.6 if section.part != "solo" else 0.8 + 0.15 * section.chorus)
            if sound != "shuffle" and rng.random() < speaks * (0.6 + 0.8 * room(solo.notes, start, start + meter.bar)):
                snare = varied(_WALTZ_SNARE if beats == 3 else _SNARE, snare, rng)
                yield from strokes(snare, SNARE, start, meter.bar, until)
            if sound == "sticks" and beats == 4 and rng.random() < 0.35 * speaks:
                yield from strokes(rng.choice(_KICKS), KICK, start, meter.bar, until)
        if length and filled < changes.playing:
            loud = 40 if sound == "brushes" else 62
            for stroke in fill(rng, filled, length, meter.beat, tempo, False, loud):
                yield stroke._replace(pitch=SNARE) if sound == "brushes" else stroke
        elif (bar - section.bar) % 4 == 3 and start + meter.bar <= changes.playing and fills:
            lead = start + meter.bar - meter.beat // 2
            yield Stroke(lead, LENGTH, SNARE, 40 if sound == "brushes" else 58)
            yield Stroke(lead, LENGTH, KICK, 50)


def _of_time(sound: str, beats: int, tempo: float) -> tuple[str, ...]:
    if sound == "brushes":
        return _WALTZ_TAPS if beats == 3 else _TAPS
    if beats == 3:
        return _WALTZ_RIDE
    return _SHUFFLE if sound == "shuffle" else _FAST_RIDE if tempo > _FAST else _RIDE


def _keeping(
    sound: str, ride: str, start: int, meter: Meter, tempo: float, until: int, rng: Random
) -> Iterator[Stroke]:
    """Yield what keeps time in a bar: ride or brushes, hi-hat, bass drum."""
    three = meter.bar // meter.beat == 3
    bar, end = meter.bar, start + meter.bar
    if sound == "brushes":
        yield from strokes(ride, SNARE, start, bar, until)
        for onset in (start,) if three else (start, start + bar // 2):
            if onset < until:
                yield Stroke(onset, meter.beat * 3 // 2, SWIRL, 34)
    else:
        yield from strokes(ride, RIDE, start, bar, until)
    yield from strokes(".6." if three else ".6.6", PEDAL, start, bar, end if until > start else start)
    if sound == "shuffle":
        yield from strokes(".8.8", SNARE, start, bar, until)
        yield from strokes(rng.choice(_SHUFFLE_KICKS), KICK, start, bar, until)
    else:
        light = tempo > _FAST or sound == "brushes"
        yield from strokes("3.." if three else _LIGHTEST if light else _FEATHER, KICK, start, bar, until)
