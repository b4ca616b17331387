"""Fit a melody to other chords."""

from __future__ import annotations

from itertools import cycle, islice

from jazzgram import Chord, Meter, Note, chord_at, chord_scale, nearest_pitch, retuned

Bars = tuple[tuple[Note, ...], ...]
_BEAT = 0.25
"""The metrical weight of a beat."""


def repeated(notes: Bars, bars: int) -> Bars:
    """Return as many bars as asked for, begun again where there are more; empty ones for none."""
    return tuple(islice(cycle(notes), bars)) if notes else ((),) * bars


def fitted(notes: Bars, chords: tuple[tuple[Chord, ...], ...], meter: Meter) -> Bars:
    """Move each note to the nearest tone of its chord's scale; on beats, of the chord.

    Examples
    --------
    >>> bar = (Note(61, 0, 240), Note(63, 240, 240))
    >>> c = (Chord((60, 64, 67), 0, 1920, "C"),)
    >>> [note.pitch for note in fitted((bar,), (c,), Meter())[0]]
    [60, 62]
    """
    return tuple(tuple(_fitted(note, own, meter) for note in bar) for bar, own in zip(notes, chords, strict=True))


def _fitted(note: Note, chords: tuple[Chord, ...], meter: Meter) -> Note:
    scale = chord_scale(chord_at(chords, note.onset))
    if scale is None:
        return note
    tones = scale.chord_tones if meter.strength(note.onset) >= _BEAT else scale.scale
    return retuned(note, nearest_pitch(note.pitch, tones))
