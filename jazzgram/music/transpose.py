"""Transposition: chord symbols, chords and tunes in another key, spelled on the line of fifths.

A symbol moves by fifths, not by semitones, so that it keeps its place in its key: IV of F, Bb, becomes IV of E, A.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from jazzgram.errors import JazzgramError
from jazzgram.music.chord import Chord
from jazzgram.music.harmony.symbols import parse_symbol
from jazzgram.music.note import Note, Rest
from jazzgram.music.tune import Bar, Tune

_FIFTHS = "FCGDAEB"
_OVER = re.compile(r"([^|\\]+)([|\\])([^|\\]+)|(.+)(/)([A-G].+)")
"""A chord over a chord."""


def transpose_key(sharps: int, semitones: int) -> int:
    """Return the key signature after a transposition, from five flats to six sharps.

    Examples
    --------
    >>> transpose_key(2, -2), transpose_key(-1, 2), transpose_key(-2, 0), transpose_key(-1, 1)
    (0, 1, -2, 6)
    """
    return sharps if semitones % 12 == 0 else (sharps + 7 * semitones + 5) % 12 - 5


def nearest_interval(sharps: int, target: int) -> int:
    """Return the semitones from one key signature to another: at most a tritone, down of two that are equally near.

    Examples
    --------
    From F to B flat, to E flat and to B:

    >>> nearest_interval(-1, -2), nearest_interval(-1, -3), nearest_interval(-1, 5)
    (5, -2, -6)
    """
    return (7 * (target - sharps) + 6) % 12 - 6


def transpose_symbol(symbol: str, fifths: int) -> str:
    """Transpose a chord symbol, its root and its bass.

    Parameters
    ----------
    symbol : str
        A chord symbol; one that is none, and "no chord", stay.
    fifths : int
        Fifths up; negative: down. A tone down is -2, so that D major becomes C major.

    Examples
    --------
    >>> transpose_symbol("D7/F#", -2), transpose_symbol("Am7", -3), transpose_symbol("NC", 2)
    ('C7/E', 'Cm7', 'NC')
    """
    try:
        chord = parse_symbol(symbol)
    except JazzgramError:
        return symbol
    if chord.root is None or not fifths:
        return symbol
    if chord.upper and (over := _OVER.fullmatch(symbol)):
        upper, between, lower = (part for part in over.groups() if part)
        return transpose_symbol(upper, fifths) + between + transpose_symbol(lower, fifths)
    rest = symbol.strip()[len(chord.root_name) :]
    if chord.bass_name:
        rest = rest[: rest.rindex("/") + 1] + _moved(chord.bass_name, fifths)
    return _moved(chord.root_name, fifths) + rest


def transpose_chords(chords: Sequence[Chord], semitones: int, fifths: int) -> tuple[Chord, ...]:
    """Transpose chords.

    Parameters
    ----------
    chords : sequence of Chord
        Any.
    semitones : int
        Of the voicings, up; negative: down. A voicing that would leave MIDI stays within it, an octave away.
    fifths : int
        Of the symbols: 7 times `semitones`, give or take 12.

    Examples
    --------
    >>> transpose_chords((Chord((53, 57, 60, 63), 0, 1920, "F7"),), 5, -1)
    (Chord(pitches=(58, 62, 65, 68), onset=0, duration=1920, symbol='Bb7'),)
    """
    return tuple(
        replace(
            chord,
            pitches=tuple(_within_midi(pitch + semitones) for pitch in chord.pitches),
            symbol=transpose_symbol(chord.symbol, fifths) if chord.symbol else "",
        )
        for chord in chords
    )


def transpose_tune(tune: Tune, semitones: int, key: int) -> Tune:
    """Transpose a tune: melody, chords and accompaniment, but for its drums.

    Parameters
    ----------
    tune : Tune
        Any.
    semitones : int
        Up; negative: down.
    key : int
        The new key signature: sharps counted up, flats down.
    """
    fifths = key - tune.key
    fifths += (7 * semitones - fifths + 6) % 12 - 6  # the tune's signature may not be that of its key
    bars = tuple(
        Bar(
            tuple(event if isinstance(event, Rest) else _moved_note(event, semitones) for event in bar.melody),
            transpose_chords(bar.chords, semitones, fifths),
            bar.meter,
        )
        for bar in tune.bars
    )
    band = tuple(
        track if track.is_drum else replace(track, notes=tuple(_moved_note(note, semitones) for note in track.notes))
        for track in tune.accompaniment
    )
    return replace(tune, bars=bars, accompaniment=band, key=key)


def _moved_note(note: Note, semitones: int) -> Note:
    return replace(note, pitch=_within_midi(note.pitch + semitones), spelling=None)


def _within_midi(pitch: int) -> int:
    return pitch + 12 if pitch < 0 else pitch - 12 if pitch > 127 else pitch


def _moved(name: str, fifths: int) -> str:
    """Move a note's name along the line of fifths, to one from Fb to A#."""
    position = _FIFTHS.index(name[0]) - 1 + 7 * (name.count("#") - name.count("b")) + fifths
    if not -8 <= position <= 10:
        position = (position + 5) % 12 - 5
    return _FIFTHS[(position + 1) % 7] + "#" * ((position + 1) // 7) + "b" * -((position + 1) // 7)
