"""Fit a melody to other chords."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, islice

from jazzgram import Chord, Meter, Note, chord_at, chord_scale, nearest_pitch, retuned

Bars = tuple[tuple[Note, ...], ...]
_STRONG = 0.25
"""The metrical weight of a beat, from which on a note is to be a chord tone."""


def repeated(notes: Bars, bars: int) -> Bars:
    """Return as many bars as asked for, from the first on and again."""
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
    scale = chord_scale(chord) if (chord := chord_at(chords, note.onset)) is not None else None
    if scale is None:
        return note
    tones = scale.chord_tones if meter.strength(note.onset) >= _STRONG else scale.scale
    return note if note.pitch % 12 in tones else retuned(note, nearest_pitch(note.pitch, tones, None))


def within(note: Note, low: int = 48, high: int = 88) -> Note:
    """Return a note moved by octaves into a range."""
    pitch = note.pitch
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return replace(note, pitch=pitch)
