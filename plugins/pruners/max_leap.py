"""Fold leaps that are too wide.

By octave, a note too far from the note before moves by octaves until it is near enough (or, where the limit is under a
tritone, as near as octaves allow): it keeps its name and loses its register. By step, it moves along the chord scale
instead: it keeps its direction and loses its name. Without a chord the steps are semitones.
Source: intervals beyond the octave are rare in melodies of all styles (Huron, *Sweet Anticipation*, 2006, ch. 5, "pitch
proximity").
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

import jazzgram
from jazzgram import Chord, Note, chord_at, chord_scale, hookimpl, retuned


class Options(jazzgram.Options):
    """How wide a leap may be, and how it is folded."""

    semitones: int = Field(12, ge=2, le=48, description="Widest leap allowed, in semitones.")
    by: Literal["octave", "step"] = Field("octave", description="Fold by octaves, or step by step along the scale.")


@hookimpl
def prune_notes(
    notes: tuple[Note, ...], chords: tuple[Chord, ...], previous: Note | None, options: Options
) -> list[Note]:
    """Bring every note within reach of the one before it.

    Examples
    --------
    >>> line = (Note(60, 0, 480), Note(79, 480, 480), Note(65, 960, 480))
    >>> [note.pitch for note in prune_notes(line, (), None, Options(semitones=12))]
    [60, 67, 65]
    """
    folded: list[Note] = []
    for note in notes:
        before = folded[-1] if folded else previous
        if before is not None and abs(note.pitch - before.pitch) > options.semitones:
            if options.by == "octave":
                pitch = _by_octaves(note.pitch, before.pitch, options.semitones)
            else:
                pitch = _by_steps(note.pitch, before.pitch, options.semitones, chord_at(chords, note.onset))
            note = retuned(note, pitch)
        folded.append(note)
    return folded


def _by_octaves(pitch: int, before: int, widest: int) -> int:
    octave = 12 if pitch < before else -12
    while abs(pitch - before) > max(widest, 6):
        pitch += octave
    while not 0 <= pitch <= 127:  # the note before is itself at the end of the MIDI range
        pitch += 12 if pitch < 0 else -12
    return pitch


def _by_steps(pitch: int, before: int, widest: int, chord: Chord | None) -> int:
    """Find the scale tone nearest to `pitch` within reach of `before`; the edge of the reach where there is none."""
    direction = 1 if pitch > before else -1
    scale = chord_scale(chord)
    edge = before + direction * widest
    reach = range(edge, before, -direction)
    return next((near for near in reach if scale is None or near % 12 in scale.scale), edge)
