"""The category of a note over its chord, and its colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from jazzgram.music.chord import Chord, chord_at
from jazzgram.music.harmony.scales import chord_scale
from jazzgram.music.note import Note

Category = Literal["chord tone", "tension", "outside", "no chord"]

COLOURS: dict[Category, str] = {
    "chord tone": "#0072b2",
    "tension": "#e69f00",
    "outside": "#d55e00",
    "no chord": "#767676",
}
"""Distinguishable by colour-blind people too (Okabe & Ito, *Color universal design*, 2008)."""


def category(note: Note, chords: Sequence[Chord]) -> Category:
    """Return the category of a note over the chord at its onset.

    Parameters
    ----------
    note : Note
        Its onset from the same start as the chords'.
    chords : sequence of Chord
        In time order.

    Returns
    -------
    {"chord tone", "tension", "outside", "no chord"}
        A tension is any other tone of the chord's scale (`jazzgram.music.harmony.scales.chord_scale`).

    Examples
    --------
    >>> c7 = [Chord((48, 52, 55, 58), 0, 1920, "C7")]
    >>> [category(Note(pitch, 0, 240), c7) for pitch in (64, 62, 61)]
    ['chord tone', 'tension', 'outside']
    """
    scale = chord_scale(chord_at(tuple(chords), note.onset))
    if scale is None:
        return "no chord"
    if note.pitch % 12 in scale.chord_tones:
        return "chord tone"
    return "tension" if note.pitch % 12 in scale.scale else "outside"
