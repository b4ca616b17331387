"""Notes that make a phrase denser, for `build`: a pick-up into it, long notes divided within it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from jazzgram import TICKS_PER_QUARTER, Chord, Note

from ._scalewise import toward

_EIGHTH = TICKS_PER_QUARTER // 2
_PICK_UP = 4
"""The most eighths of a pick-up."""


def pick_up(note: Note, end: int, chords: tuple[Chord, ...], probability: float, rng: Random) -> list[Note]:
    """Return the eighths that lead from a rest, which began at `end`, into a note; a beat of the rest stays."""
    room = (note.onset - end - TICKS_PER_QUARTER) // _EIGHTH
    if room < 1 or note.onset % _EIGHTH or rng.random() >= probability:
        return []
    eighths: list[Note] = []
    pitch, side = note.pitch, rng.choice((-12, 12))
    for number in range(1, min(room, _PICK_UP) + 1):
        onset = note.onset - number * _EIGHTH
        pitch = toward(chords, onset, pitch, pitch + side)
        eighths.insert(0, Note(pitch, onset, _EIGHTH, note.velocity))
    return eighths


def divided(phrase: Sequence[Note], chords: tuple[Chord, ...], probability: float, rng: Random) -> list[Note]:
    """Return a phrase whose long notes, its last aside, end an eighth early for a tone on the way to the next."""
    notes: list[Note] = []
    for note, following in zip(phrase, [*phrase[1:], None], strict=True):
        long = note.duration >= TICKS_PER_QUARTER and not note.onset % _EIGHTH and not note.end % _EIGHTH
        if following is None or not long or rng.random() >= probability:
            notes.append(note)
            continue
        between = note.end - _EIGHTH
        pitch = toward(chords, between, following.pitch, note.pitch)
        notes += [replace(note, duration=between - note.onset), Note(pitch, between, _EIGHTH, note.velocity)]
    return notes
