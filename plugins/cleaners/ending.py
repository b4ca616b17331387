"""Bring the last phrase home: it ends on a chord tone that is held.

A model without the form as input does not end: its last bar leads into another chorus. Here the last note that falls on
a beat of the last bar early enough to be held moves to the nearest chord tone and is held; later notes are dropped.

The last bar is the one in which the band strikes its last chord, where the form has one: there the line comes to rest
by the third beat, on another tone than the seventh, which would ask for more, and is held to the barline; a bar without
such a note gets one on its first beat. It stays between the lowest and the highest note of the line, which the
instrument has. Without a form's ending it is the last bar of the changes; then one without
notes stays. The melody of a head stays as it was composed.
Source: the project's own; Berliner, *Thinking in Jazz* (1994, ch. 7, on closing a solo).
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

import jazzgram
from jazzgram import Chord, Form, Meter, Note, chord_at, chord_scale, hookimpl, nearest_pitch, retuned, to_ticks

_BEAT = 0.25
"""The metrical weight of a beat."""
_SEVENTHS = (10, 11)
"""Semitones above the root."""


class Options(jazzgram.Options):
    """How long the last note is."""

    length: float = Field(1.5, gt=0, le=8, description="How long the last note is held, at least, in quarter notes.")


@hookimpl
def clean_up_notes(
    notes: tuple[Note, ...], chords: tuple[Chord, ...], meter: Meter, form: Form, options: Options
) -> list[Note]:
    """End the last bar on a chord tone of `options.length` or longer.

    Examples
    --------
    >>> last = (Chord((53, 57, 60, 63), 0, 1920, "F7"),)
    >>> line = (Note(67, 0, 480), Note(69, 480, 480), Note(71, 960, 480), Note(74, 1440, 480))
    >>> form = Form.of(last, Meter(4, 4), 1)
    >>> [(note.pitch, note.duration) for note in clean_up_notes(line, last, Meter(4, 4), form, Options())]
    [(67, 480), (69, 480), (72, 720)]
    """
    if not notes or not chords:
        return list(notes)
    end = chords[-1].end
    start, held = end - meter.bar, to_ticks(options.length)
    if form.final is not None:
        start = form.final * meter.bar
        if form.at(max(form.final - 1, 0)).part == "head" and any(note.onset >= start for note in notes):
            return list(notes)
    latest = min(start + meter.bar // 2, end - held) if form.final is not None else end - held
    early = [
        note for note in notes if start <= note.onset <= latest and meter.strength(note.onset % meter.bar) >= _BEAT
    ]
    before = [note for note in notes if note.onset < (early[-1].onset if early else start)]
    if not early and form.final is not None and before:
        early = [replace(before[-1], onset=start, duration=held)]
    scale = chord_scale(chord_at(chords, early[-1].onset)) if early else None
    if scale is None:
        return list(notes)
    tones = scale.chord_tones
    if form.final is not None:
        tones = frozenset(tone for tone in tones if (tone - scale.root) % 12 not in _SEVENTHS) or tones
    pitch = nearest_pitch(early[-1].pitch, tones, before[-1].pitch if before else None)
    low, high = (edge(note.pitch for note in notes) for edge in (min, max))
    if not low <= pitch <= high:
        within = [each for each in range(low, high + 1) if each % 12 in tones]
        pitch = min(within, key=lambda each: abs(each - early[-1].pitch), default=pitch)
    last = retuned(early[-1], pitch)
    before = [note if note.end <= last.onset else replace(note, duration=last.onset - note.onset) for note in before]
    longest = start + meter.bar - last.onset
    duration = longest if form.final is not None else max(min(last.duration, longest), held)
    return [*before, replace(last, duration=duration)]
