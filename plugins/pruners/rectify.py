"""Move every wrong note to the nearest right one, except approaches that resolve.

The right notes are chord tones; or those and the colour tones (the rest of the chord scale without its avoid notes); or
the whole scale. Any other note is an approach if the next note begins within a beat, a semitone away, and is a tone of
the chord at its onset. The bar is processed from its end, so that an approach depends on the corrected next note. Of
two equally near right notes the one nearer to the next note is taken.
Source: Impro-Visor's "rectify" and its chord, colour and approach tones (Keller & Morrison, *A grammatical approach to
automatic improvisation*, 2007).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

import jazzgram
from jazzgram import Chord, Meter, Note, chord_at, chord_scale, hookimpl, nearest_pitch, retuned


class Options(jazzgram.Options):
    """Which notes are right."""

    allow: Literal["chord", "color", "scale"] = Field(
        "color", description="Chord tones alone, with colour tones too, or the whole scale with its avoid notes."
    )
    approaches: bool = Field(True, description="Keep semitone approaches to chord tones.")


@hookimpl
def prune_notes(
    notes: tuple[Note, ...],
    chords: tuple[Chord, ...],
    meter: Meter,
    following: Note | None,
    next_chord: Chord | None,
    options: Options,
) -> list[Note]:
    """Move wrong notes to right ones.

    Examples
    --------
    >>> cmaj7 = (Chord((48, 52, 55, 59), 0, 1920, "Cmaj7"),)
    >>> line = (Note(61, 0, 480), Note(63, 480, 480), Note(64, 960, 480))
    >>> [note.pitch for note in prune_notes(line, cmaj7, Meter(4, 4), None, None, Options())]
    [62, 63, 64]
    """
    changes = chords if next_chord is None else (*chords, next_chord)
    rectified: list[Note] = []
    for note in reversed(notes):
        scale = chord_scale(chord_at(chords, note.onset))
        after = rectified[-1] if rectified else following
        if scale is not None and not (options.approaches and _approaches(note, after, changes, meter)):
            right = {
                "chord": scale.chord_tones,
                "color": scale.chord_tones | scale.color,
                "scale": scale.scale,
            }[options.allow]
            note = retuned(note, nearest_pitch(note.pitch, right, after.pitch if after else None))
        rectified.append(note)
    return rectified[::-1]


def _approaches(note: Note, after: Note | None, changes: tuple[Chord, ...], meter: Meter) -> bool:
    """Return whether a note leads by a semitone, within a beat, into a chord tone."""
    if after is None or abs(after.pitch - note.pitch) != 1 or after.onset - note.onset > meter.beat:
        return False
    target = chord_scale(chord_at(changes, after.onset))
    return target is not None and after.pitch % 12 in target.chord_tones
