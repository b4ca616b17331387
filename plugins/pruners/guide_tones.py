"""Move the note at each chord change to the third or seventh.

Thirds and sevenths distinguish one chord from the next; a line that lands on them makes the changes audible by itself.
At each chord of the bar the note that begins with it moves to the chord's nearest third or seventh, if that is within
reach; without such a note, one that anticipates it (begins at most half a beat before and lasts until the chord). Of
two equally near, the one nearer to the previous note is taken. A repeated chord does not count; a bar's first chord
counts as new.
Source: Coker, *Elements of the Jazz Language* (1991, "7-3 resolution"); Levine, *The Jazz Piano Book* (1989, ch. 3).
"""

from __future__ import annotations

from itertools import pairwise
from random import Random

from pydantic import Field

import jazzgram
from jazzgram import Chord, Meter, Note, chord_scale, hookimpl, nearest_pitch, retuned


class Options(jazzgram.Options):
    """How often and how far notes move to guide tones."""

    reach: int = Field(2, ge=1, le=6, description="Farthest a note is moved, in semitones.")
    probability: float = Field(1.0, ge=0, le=1, description="Probability that a change is treated.")


@hookimpl
def prune_notes(
    notes: tuple[Note, ...],
    chords: tuple[Chord, ...],
    meter: Meter,
    previous: Note | None,
    following: Note | None,
    next_chord: Chord | None,
    options: Options,
    rng: Random,
) -> list[Note]:
    """Move the notes at chord changes to guide tones.

    Examples
    --------
    >>> changes = (Chord((50, 53, 57, 60), 0, 960, "Dm7"), Chord((55, 59, 62, 65), 960, 960, "G7"))
    >>> line = (Note(65, 0, 480), Note(64, 480, 480), Note(60, 960, 960))
    >>> [note.pitch for note in prune_notes(line, changes, Meter(4, 4), None, None, None, Options(), Random(1))]
    [65, 64, 59]
    """
    guided = list(notes)
    for before, chord in pairwise((None, *chords, next_chord)):
        scale = chord_scale(chord)
        if chord is None or scale is None or scale == chord_scale(before):
            continue
        index = None if following and following.onset == chord.onset else _at_change(guided, chord.onset, meter)
        if index is None or rng.random() >= options.probability:
            continue
        note = guided[index]
        came_from = guided[index - 1] if index else previous
        pitch = nearest_pitch(note.pitch, scale.guide_tones, came_from.pitch if came_from else None)
        if abs(pitch - note.pitch) <= options.reach:
            guided[index] = retuned(note, pitch)
    return guided


def _at_change(notes: list[Note], change: int, meter: Meter) -> int | None:
    """Find the note that begins with a chord, else the one that anticipates it."""
    for index, note in enumerate(notes):
        if note.onset == change:
            return index
    early = [
        index for index, note in enumerate(notes) if 0 < change - note.onset <= meter.beat // 2 and note.end >= change
    ]
    return early[-1] if early else None
