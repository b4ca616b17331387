"""Put chord tones on the strong beats.

Lines that spell the changes have chord tones where the meter is strong and everything else between them. A note on a
strong beat moves to the nearest chord tone, of two equally near ones to that nearer to the note before.
Source: Levine, *The Jazz Theory Book* (1995, ch. 7, on the bebop scales); Coker, *Elements of the Jazz Language*
(1991).
"""

from __future__ import annotations

from pydantic import Field

import jazzgram
from jazzgram import Chord, Meter, Note, chord_at, chord_scale, hookimpl, nearest_pitch, retuned


class Options(jazzgram.Options):
    """Which beats are strong."""

    strength: float = Field(
        0.5, ge=0, le=1, description="Strong from this metrical weight on: 1 downbeat, 0.5 mid-bar, 0.25 other beats."
    )


@hookimpl
def prune_notes(
    notes: tuple[Note, ...], chords: tuple[Chord, ...], meter: Meter, previous: Note | None, options: Options
) -> list[Note]:
    """Move the notes on strong beats to chord tones.

    Examples
    --------
    >>> dm7 = (Chord((50, 53, 57, 60), 0, 1920, "Dm7"),)
    >>> line = (Note(64, 0, 480), Note(64, 480, 480), Note(68, 960, 480))
    >>> [note.pitch for note in prune_notes(line, dm7, Meter(4, 4), None, Options())]
    [65, 64, 69]
    """
    moved: list[Note] = []
    for note in notes:
        scale = chord_scale(chord_at(chords, note.onset))
        if scale is not None and meter.strength(note.onset) >= options.strength:
            before = moved[-1] if moved else previous
            pitch = nearest_pitch(note.pitch, scale.chord_tones, before.pitch if before else None)
            note = retuned(note, pitch)
        moved.append(note)
    return moved
