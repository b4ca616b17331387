"""Take out zigzags: a wide leap there and a wide leap back.

A note further than a limit above both its neighbours, or below both, moves by octaves to where neither leap is too
wide. Where no octave does, it moves to the nearest tone of the chord scale between its neighbours, and where there is
none between them to the one nearest to the middle. The first and the last note of the bar are compared with the notes
before and after the bar. Where no chord sounds a note is left alone.
Source: Meyer, *Emotion and Meaning in Music* (1956) and Narmour, *The Analysis and Cognition of Basic Melodic
Structures* (1990), on wide leaps calling for a step back, not for another leap.
"""

from __future__ import annotations

from pydantic import Field

import jazzgram
from jazzgram import Chord, Note, chord_at, chord_scale, hookimpl, nearest_pitch, retuned


class Options(jazzgram.Options):
    """How wide a leap may be."""

    semitones: int = Field(7, ge=3, le=24, description="Widest leap that may be followed by a leap back, in semitones.")


@hookimpl
def prune_notes(
    notes: tuple[Note, ...],
    chords: tuple[Chord, ...],
    previous: Note | None,
    following: Note | None,
    options: Options,
) -> list[Note]:
    """Move the turning points that are too far from both neighbours.

    Examples
    --------
    >>> cmaj7 = (Chord((48, 52, 55, 59), 0, 1920, "Cmaj7"),)
    >>> line = (Note(60, 0, 480), Note(74, 480, 480), Note(64, 960, 480))
    >>> [note.pitch for note in prune_notes(line, cmaj7, None, None, Options())]
    [60, 62, 64]
    """
    smooth: list[Note] = []
    for note, after in zip(notes, (*notes[1:], following), strict=False):
        before = smooth[-1] if smooth else previous
        scale = chord_scale(chord_at(chords, note.onset))
        if scale is not None and before is not None and after is not None:
            low, high = sorted((before.pitch, after.pitch))
            if note.pitch < low - options.semitones or note.pitch > high + options.semitones:
                note = retuned(note, _between(note.pitch, low, high, options.semitones, scale.scale))
        smooth.append(note)
    return smooth


def _between(pitch: int, low: int, high: int, widest: int, scale: frozenset[int]) -> int:
    octaves = [near for near in range(pitch % 12, 128, 12) if low - widest <= near <= high + widest]
    inside = [near for near in range(low, high + 1) if near % 12 in scale]
    if octaves or inside:
        return min(octaves or inside, key=lambda near: (abs(near - pitch), near))
    return nearest_pitch((low + high) // 2, scale)
