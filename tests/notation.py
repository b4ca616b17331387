"""The small languages in which the tests write music, each with one reader, and how they write what comes out.

Notes
    ``E4:1 F#4:.5 -:1/3 60:qe``, one after the other. A word is a pitch and a length: the pitch a name with octave
    (C4 is 60) or a MIDI number, ``-`` or ``r`` for a rest; the length in quarter notes or as letters that add up
    (`LETTERS`), a quarter where there is none. `line` reads the notes, `melody` the rests too.
Changes
    ``Dm7 G7 | Cmaj7``: the chords of a bar share it equally. `changes` reads them, `chords` those of one length, and
    `chord` a single one.
Tunes
    A bar's melody a string: ``tune("60 62 r 64", "65:4")``.

Time is in ticks, 480 to the quarter note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from jazzgram import Bar, Chord, Meter, Note, Rest, Tune
from jazzgram.music.harmony.symbols import voicing

FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
LETTERS = {"w": 1920, "h": 960, "q": 480, "e": 240, "s": 120, "T": 320, "t": 160, "x": 80}
"""Whole, half, quarter, eighth, 16th; quarter and eighth of a triplet; sixteenth of a sextuplet."""
_WORD = re.compile(r"([A-G][#b]?-?\d+|\d+|[-r])(?::([whqeTstx]+|[\d./]+))?")


def melody(text: str, start: int = 0) -> tuple[Note | Rest, ...]:
    """Read notes and rests in a row, the first from `start` ticks.

    >>> [(type(event).__name__, event.onset, event.duration) for event in melody("C4 r:.5 67:e")]
    [('Note', 0, 480), ('Rest', 480, 240), ('Note', 720, 240)]
    """
    events: list[Note | Rest] = []
    for word in text.split():
        if not (match := _WORD.fullmatch(word)):
            raise ValueError(f"{word!r} is no note or rest (expected a word such as C4:1, 60:qe, -:.5)")
        name, length = match[1], _ticks(match[2] or "1")
        events.append(Rest(start, length) if name in "-r" else Note(_pitch(name), start, length))
        start += length
    return tuple(events)


def line(text: str, start: int = 0) -> tuple[Note, ...]:
    """Read the notes of a `melody`; a rest leaves a gap.

    >>> as_ticks(line("C4:1 -:1 Bb3:2", start=1920))
    [(60, 1920, 480), (58, 2880, 960)]
    """
    return tuple(event for event in melody(text, start) if isinstance(event, Note))


def even(pitches: Iterable[int], step: int = 480, start: int = 0) -> tuple[Note, ...]:
    """Make notes of `step` ticks, one after the other.

    >>> as_ticks(even([60, 62], step=240))
    [(60, 0, 240), (62, 240, 240)]
    """
    return tuple(Note(pitch, start + number * step, step) for number, pitch in enumerate(pitches))


def names(notes: Iterable[Note]) -> str:
    """Write the pitches of notes, black keys as flats.

    >>> names(line("C4 F#4 47"))
    'C4 Gb4 B2'
    """
    return " ".join(f"{FLATS[note.pitch % 12]}{note.pitch // 12 - 1}" for note in notes)


def as_ticks(melody: Iterable[Note | Rest]) -> list[tuple[int, int, int]]:
    """Write the notes of a melody as (pitch, onset, duration).

    >>> as_ticks(melody("60 r 62"))
    [(60, 0, 480), (62, 960, 480)]
    """
    return [(event.pitch, event.onset, event.duration) for event in melody if isinstance(event, Note)]


def chord(symbol: str, onset: int = 0, duration: int = 1920) -> Chord:
    """Read a chord symbol.

    >>> chord("Dm7").pitches
    (50, 53, 57, 60)
    """
    return Chord(voicing(symbol), onset, duration, symbol)


def chords(symbols: str, length: int = 1920) -> tuple[Chord, ...]:
    """Read chords of `length` ticks, one after the other; barlines are not needed.

    >>> [(chord.symbol, chord.onset) for chord in chords("Dm7 G7 C6", 960)]
    [('Dm7', 0), ('G7', 960), ('C6', 1920)]
    """
    return tuple(chord(symbol, length * number, length) for number, symbol in enumerate(symbols.split()))


def changes(text: str, meter: Meter | None = None, start: int = 0) -> tuple[Chord, ...]:
    """Read bars of chords, 4/4 where there is no meter; those of a bar share it equally.

    >>> [(chord.symbol, chord.onset, chord.duration) for chord in changes("Dm7 G7 | C6")]
    [('Dm7', 0, 960), ('G7', 960, 960), ('C6', 1920, 1920)]
    >>> changes("")
    ()
    """
    bar, found = (meter or Meter()).bar, []
    for number, symbols in enumerate(map(str.split, text.split("|"))):
        for place, symbol in enumerate(symbols):
            length = bar // len(symbols)
            found.append(chord(symbol, start + number * bar + place * length, length))
    return tuple(found)


def chord_chart(bars: Iterable[Bar]) -> str:
    """Write the chords of bars, each with its beats where it has not the whole bar.

    >>> chord_chart([Bar((), changes("Dm7 G7")), Bar((), changes("C6"))])
    'Dm7:2 G7:2 | C6'
    """
    return " | ".join(
        " ".join(f"{chord.symbol}:{chord.duration / bar.meter.beat:g}" for chord in bar.chords)
        if len(bar.chords) > 1
        else bar.chords[0].symbol
        for bar in bars
    )


def tune(
    *bars: str | Sequence[Note | Rest],
    chords: tuple[Chord, ...] = (),
    meter: Meter | None = None,
    title: str = "Tune",
    **about: Any,
) -> Tune:
    """Read a tune, a bar's melody each, all over the same chords.

    >>> [as_ticks(bar.melody) for bar in tune("60 r:2 64", (Note(65, 0, 1920),)).bars]
    [[(60, 0, 480), (64, 1440, 480)], [(65, 0, 1920)]]
    """
    melodies = (melody(bar) if isinstance(bar, str) else tuple(bar) for bar in bars)
    return Tune(title, tuple(Bar(notes, chords, meter or Meter()) for notes in melodies), **about)


def _pitch(name: str) -> int:
    if name.isdigit():
        return int(name)
    letter, sign, octave = re.fullmatch(r"([A-G])([#b]?)(-?\d+)", name).groups()  # type: ignore[union-attr]
    return FLATS.index(letter) + {"#": 1, "b": -1, "": 0}[sign] + 12 * (int(octave) + 1)


def _ticks(length: str) -> int:
    if length.isalpha():
        return sum(LETTERS[letter] for letter in length)
    return round(Fraction(length) * 480)
