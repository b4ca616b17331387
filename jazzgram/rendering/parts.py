"""Parts: a solo as its player reads it, transposed to where it is written on the instrument."""

from __future__ import annotations

from dataclasses import replace

from jazzgram.music.instruments import Instrument, find_instrument
from jazzgram.music.note import Note
from jazzgram.music.note_names import with_accidentals
from jazzgram.music.solo import Solo
from jazzgram.music.transpose import transpose_chords, transpose_key


def player_of(solo: Solo) -> Instrument | None:
    """Return the instrument that plays a solo; None where that is left open.

    Raises
    ------
    JazzgramError
        Where there is no instrument of the solo's `instrument`.
    """
    return find_instrument(solo.instrument) if solo.instrument else None


def parts_of(solo: Solo) -> dict[str, bool]:
    """Return the scores of a solo: the ending of each file's name, and whether it is the transposed part.

    Examples
    --------
    >>> parts_of(Solo((), (), 1)), parts_of(Solo((), (), 1, instrument="alto sax"))
    ({'': False}, {'': False, '_Eb': True})
    """
    player = player_of(solo)
    return {"": False} | ({f"_{player.part}": True} if player and player.part else {})


def part_of(solo: Solo) -> Solo:
    """Return the written part of a solo for a transposing instrument; of another, the solo.

    Notes and chords are those that are written, spelled in the part's own key, and the title has the instrument.

    Examples
    --------
    >>> part = part_of(Solo((Note(58, 0, 480),), (), 1, title="Air", key=-2, instrument="tenor sax"))
    >>> part.notes[0].pitch, part.key, part.title
    (72, 0, 'Air (Tenor Sax, B♭)')
    """
    player = player_of(solo)
    if player is None or not player.part:
        return solo
    up = -player.sounds
    key = transpose_key(solo.key, up)

    def written(notes: tuple[Note, ...]) -> tuple[Note, ...]:
        return tuple(replace(note, pitch=min(note.pitch + up, 127), spelling=None) for note in notes)

    return replace(
        solo,
        notes=written(solo.notes),
        notated=written(solo.notated),
        chords=transpose_chords(solo.chords, up, key - solo.key),
        key=key,
        title=f"{solo.title} ({player.title}, {with_accidentals(player.part)})",
    )
