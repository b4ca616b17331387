"""Take the weight off avoid notes.

An avoid note, such as the fourth over a major seventh chord, does no harm in passing; stressed or held it clashes
with the chord. One on a strong beat, or one that lasts longer than a limit, is moved to the nearest
chord tone (the third below that fourth) or removed.
Source: Nettles & Graf, *The Chord Scale Theory and Jazz Harmony* (1997); Levine, *The Jazz Theory Book* (1995, ch.
3).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

import jazzgram
from jazzgram import Chord, Meter, Note, chord_at, chord_scale, hookimpl, nearest_pitch, retuned, to_ticks


class Options(jazzgram.Options):
    """Which avoid notes are too heavy, and how they are corrected."""

    strength: float = Field(
        0.5, ge=0, le=1, description="Heavy from this metrical weight on: 1 downbeat, 0.5 mid-bar, 0.25 other beats."
    )
    longest: float = Field(0.5, ge=0, le=16, description="Longest it may last elsewhere, in quarter notes.")
    how: Literal["move", "remove"] = Field("move", description="Move it to the nearest chord tone, or remove it.")


@hookimpl
def prune_notes(notes: tuple[Note, ...], chords: tuple[Chord, ...], meter: Meter, options: Options) -> list[Note]:
    """Move or remove the avoid notes that are stressed or held.

    Examples
    --------
    >>> cmaj7 = (Chord((48, 52, 55, 59), 0, 1920, "Cmaj7"),)
    >>> line = (Note(65, 0, 240), Note(67, 240, 240), Note(65, 480, 240))
    >>> [note.pitch for note in prune_notes(line, cmaj7, Meter(4, 4), Options())]
    [64, 67, 65]
    """
    pruned: list[Note] = []
    for note in notes:
        scale = chord_scale(chord_at(chords, note.onset))
        heavy = meter.strength(note.onset) >= options.strength or note.duration > to_ticks(options.longest)
        if scale is None or not heavy or note.pitch % 12 not in scale.avoid:
            pruned.append(note)
        elif options.how == "move":
            pruned.append(retuned(note, nearest_pitch(note.pitch, scale.chord_tones)))
    return pruned
