"""The drum set: General MIDI keys, patterns as strings, fills, and the strokes that form asks for.

A pattern has a character for each cell of a bar: a digit for how loud (1 to 9), ``.`` for nothing. Ride, feathered
bass drum, hi-hat on two and four, and comping by the snare drum that leads into the next phrase are after Riley,
*The Art of Bop Drumming* (1994), ch. 1 to 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from jazzgram import Form, Meter

from ._changes import Changes
from ._feel import Stroke

KICK, STICK, SNARE, SWIRL = 36, 37, 38, 40
LOW, CLOSED, MID, PEDAL, OPEN, HIGH, CRASH, RIDE = 41, 42, 45, 44, 46, 48, 49, 51
CABASA = 69
"""Keys of the General MIDI drum set; `SWIRL` is that of its brush set."""
BRUSHES = 40
"""The program of the brush set."""

LENGTH = 60
"""Ticks of a stroke, which rings on."""
_FILL_KEYS = {"s": SNARE, "h": HIGH, "m": MID, "l": LOW, "k": KICK}
_FILLS = ("s.shml", "ssshhl", "s.hs.l", "shmshl", "k.ss.k", "s..sml", "..shhm", "sshh.l")
"""Triplets over two beats."""
_STRAIGHT_FILLS = ("s.sshhml", "ss.shh.l", "s.s.hmml", "..sshmlk", "s..ss.hl", "ssss.hml")
"""Sixteenths over two beats."""
_FAST = 210
"""Quarter notes a minute above which a fill is played in eighths."""


def strokes(pattern: str, key: int, start: int, bar: int, until: int) -> Iterator[Stroke]:
    """Yield the strokes of a pattern of one bar, up to a tick.

    Examples
    --------
    >>> [(stroke.onset, stroke.velocity) for stroke in strokes("6.8.", 51, 0, 1920, 1920)]
    [(0, 66), (960, 88)]
    """
    cell = bar // len(pattern)
    for index, sign in enumerate(pattern):
        if sign != "." and start + index * cell < until:
            yield Stroke(start + index * cell, LENGTH, key, 11 * int(sign))


def varied(choice: Sequence[str], before: str, rng: Random) -> str:
    """Draw a pattern, the first one about half the time; the others not twice in a row."""
    if rng.random() < 0.45:
        return choice[0]
    return rng.choice([pattern for pattern in choice if pattern != before] or list(choice))


def fill(rng: Random, start: int, beats: int, beat: int, tempo: float, straight: bool, loud: int) -> Iterator[Stroke]:
    """Yield a fill of so many beats."""
    signs = "".join(rng.choice(_STRAIGHT_FILLS if straight else _FILLS) for _ in range((beats + 1) // 2))
    per_beat = 4 if straight else 3
    if tempo > _FAST and not straight:
        signs, per_beat = "".join(signs[index : index + 2] for index in range(0, len(signs), 3)), 2
    signs = signs[-beats * per_beat :]
    cell = beat // per_beat
    for index, sign in enumerate(signs):
        if sign in _FILL_KEYS:
            accent = 8 * (index % per_beat == 0)
            yield Stroke(start + index * cell, LENGTH, _FILL_KEYS[sign], loud + accent + round(10 * index / len(signs)))


def fill_beats(form: Form, bar: int, meter: Meter) -> int:
    """Return how many beats of a bar are a fill: two at the end of eight, three at the end of a chorus, else none."""
    beats = meter.bar // meter.beat
    section = form.at(bar)
    if bar + 1 < section.bar + section.bars or section.part == "ending":
        return 0
    following = form.at(bar + 1) if bar + 1 < form.bars else None
    last = following is not None and (following.part, following.chorus) != (section.part, section.chorus)
    return min(3 if last else 2, beats) if following is not None else 0


def begins_chorus(form: Form, bar: int) -> bool:
    """Return whether a chorus, the ending aside, begins at a bar after the first."""
    now, before = form.at(bar), form.at(bar - 1) if bar else None
    return before is not None and now.bar == bar and (now.part, now.chorus) != (before.part, before.chorus)


def frame(changes: Changes, form: Form, meter: Meter, soft: bool = False) -> Iterator[Stroke]:
    """Yield what form asks for: a count where no chord sounds in the introduction, a crash on each chorus, the end."""
    down = 14 if soft else 0
    for bar in range(form.bars):
        start = bar * meter.bar
        if start >= changes.playing:
            break
        if is_count(changes, form, bar, meter):
            for onset in range(start, start + meter.bar, meter.beat):
                yield Stroke(onset, LENGTH, STICK, 84 if onset == start else 68)
        elif begins_chorus(form, bar):
            yield Stroke(start, 4 * LENGTH, CRASH, 84 - down)
            yield Stroke(start, LENGTH, KICK, 78 - down)
    if changes.final is not None:
        for key, velocity in ((CRASH, 92), (KICK, 88), (RIDE, 70)):
            yield Stroke(changes.final, changes.end - changes.final, key, velocity - down)


def is_count(changes: Changes, form: Form, bar: int, meter: Meter) -> bool:
    """Return whether a bar of the introduction has no chord: it is counted."""
    start = bar * meter.bar
    return form.at(bar).part == "intro" and not any(
        changes.chord(tick) for tick in range(start, start + meter.bar, meter.beat)
    )


def plain(meter: Meter) -> Mapping[int, str]:
    """Return a pattern for a meter without one: ride on each beat, hi-hat on the weak ones, bass drum on one."""
    beats = meter.bar // meter.beat
    hat = "".join("6" if beat % 2 else "." for beat in range(beats - beats % 2)) + "." * (beats % 2)
    return {RIDE: "7" + "6" * (beats - 1), PEDAL: hat, KICK: "4" + "." * (beats - 1)}
