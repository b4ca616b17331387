"""What a bass player plays with a line: where its notes are, how long they are, skips, dead notes, pedal points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from jazzgram import Form, Meter

from ._changes import Changes
from ._feel import Stroke
from ._lines import RANGE


def beats_of(changes: Changes, meter: Meter, form: Form, feel: str) -> list[int]:
    """Return the onsets of a line: each beat, or in two; a chord that begins on a beat between gets one, too.

    Examples
    --------
    >>> from jazzgram import Chord
    >>> chords = (Chord((50, 53, 57, 60), 0, 1920, "Dm7"),)
    >>> form = Form.of(chords, Meter(), 1)
    >>> beats_of(Changes.of(chords, Meter(), form), Meter(), form, "two")
    [0, 960]
    """
    beats = meter.bar // meter.beat
    found: set[int] = set()
    starts = {onset for onset in changes.onsets if onset < changes.playing}
    for bar in range(form.bars):
        start = bar * meter.bar
        calm = feel == "two" or (feel == "auto" and form.at(bar).part in ("head", "intro"))
        if not calm or beats < 3:
            found.update(start + beat * meter.beat for beat in range(beats))
        elif beats == 3:
            # In one, and every other bar with a third beat that leads on.
            found.update((start, start + 2 * meter.beat) if bar % 2 else (start,))
        else:
            found.update(start + beat * meter.beat for beat in range(0, beats - beats % 2, 2))
    found = {onset for onset in found if onset < changes.playing} | starts
    return sorted(found | ({changes.final} if changes.final is not None else set()))


def pedal_points(changes: Changes, beats: Sequence[int], meter: Meter, share: float, rng: Random) -> frozenset[int]:
    """Draw the onsets with a pedal point: the last two of four bars over one chord, some of the time."""
    found: list[int] = []
    for index, onset in enumerate(changes.onsets):
        bars = (min(changes.until(index), changes.playing) - onset) // meter.bar
        for first in range(2, bars - 1, 4):
            if rng.random() < share:
                start = onset + first * meter.bar
                found += [beat for beat in beats if start <= beat < start + 2 * meter.bar]
    return frozenset(found)


def decorated(
    changes: Changes, beats: Sequence[int], line: Sequence[int | None], meter: Meter, skips: float, rng: Random
) -> Iterator[Stroke]:
    """Yield the notes of a line, the first beat a little louder, with skips and dead notes."""
    half = meter.beat // 2
    for number, (onset, pitch) in enumerate(zip(beats, line, strict=True)):
        if pitch is None:
            continue
        if onset == changes.final:
            low = pitch - 12 if pitch - 12 in RANGE and pitch > 40 else pitch
            yield Stroke(onset, changes.end - onset, low, 88)
            continue
        following = beats[number + 1] if number + 1 < len(beats) else changes.playing
        room = following - onset
        velocity = 80 if onset % meter.bar == 0 else 74
        skip = room >= meter.beat and rng.random() < skips
        if skip and room == meter.beat:
            # The beat's own tone again, or a dead one, just before the next beat.
            yield Stroke(onset, half, pitch, velocity)
            dead = rng.random() < 0.4
            yield Stroke(onset + half, 40 if dead else half * 4 // 5, pitch, 42 if dead else 58)
        elif skip:
            yield Stroke(onset, room - meter.beat, pitch, velocity)
            yield Stroke(following - meter.beat, meter.beat // 2, pitch, velocity - 8)
            yield Stroke(following - half, half * 4 // 5, pitch, velocity - 18)
        else:
            yield Stroke(onset, room * rng.choice((19, 18, 17)) // 20, pitch, velocity)
