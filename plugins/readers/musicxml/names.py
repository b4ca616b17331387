"""Place note names on the line of fifths, where transposing a name is adding a number.

The place of C is 0, each fifth up adds one (G 1, F# 6) and each fifth down takes one away (F -1, Bb -2). A sharp is
seven places up, so that every name has one place and every place one name.
Source: Temperley, *The Cognition of Basic Musical Structures* (2001), ch. 5: the line of fifths.
"""

from __future__ import annotations

import re
from functools import lru_cache

from jazzgram import JazzgramError

from .numbers import integer

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
"""Pitch classes of the letters."""

_LETTERS = "FCGDAEB"


def place_of(step: str, alter: int) -> int:
    """Give the place of a name on the line of fifths.

    Parameters
    ----------
    step : str
        A to G.
    alter : int
        Semitones up.

    Returns
    -------
    int
        0 for C.

    Examples
    --------
    >>> place_of("B", -1), place_of("F", 1)
    (-2, 6)
    """
    return _LETTERS.index(step) - 1 + 7 * alter


def name_at(place: int, signs: int) -> tuple[str, int]:
    """Give the name at a place, or the enharmonic one next to it where that has too many accidentals.

    Parameters
    ----------
    place : int
        On the line of fifths.
    signs : int
        How many accidentals a name may have, 1 or more.

    Returns
    -------
    step : str
        A to G.
    alter : int
        Semitones up, at most `signs` either way.

    Examples
    --------
    B double flat as the root of a chord, which is written with one accidental at most:

    >>> name_at(-9, 2), name_at(-9, 1)
    (('B', -2), ('A', 0))
    """
    while abs((place + 1) // 7) > signs:
        place -= 12 if place > 0 else -12
    return _LETTERS[(place + 1) % 7], (place + 1) // 7


def fifths_of(diatonic: int, chromatic: int) -> int:
    """Give the places by which an interval moves a name.

    Parameters
    ----------
    diatonic : int
        Steps of the scale, upwards.
    chromatic : int
        Semitones, upwards.

    Returns
    -------
    int
        ``7 * chromatic - 12 * diatonic``: 0 for octaves.

    Examples
    --------
    A major second down, for a B-flat trumpet, and a major sixth down, for an alto saxophone:

    >>> fifths_of(-1, -2), fifths_of(-5, -9)
    (-2, -3)
    """
    return 7 * chromatic - 12 * diatonic


@lru_cache(maxsize=4096)
def sounding(step: str, alter: str, octave: str, semitones: int, places: int) -> tuple[int, str]:
    """Read a written pitch and transpose it.

    Parameters
    ----------
    step, alter, octave : str
        As in the file. A quarter tone counts as the semitone on the natural's side.
    semitones, places : int
        By which it sounds higher, and by which its name moves on the line of fifths.

    Returns
    -------
    pitch : int
        MIDI number.
    spelling : str
        As music21 writes it: flats are ``-``.

    Raises
    ------
    JazzgramError
        Where it is no pitch, or none that MIDI has.

    Examples
    --------
    A written C#5 of a tenor saxophone, which sounds a major ninth lower:

    >>> sounding("C", "1", "5", -14, -2)
    (59, 'B')
    """
    step = step.strip()
    if step not in STEPS:
        raise JazzgramError(f"a note's step is {step[:20]!r} (expected A to G)")
    if not re.fullmatch(r"\s*[+-]?\d(\.\d{1,6})?\s*", alter, re.ASCII):
        raise JazzgramError(f"a note is altered by {alter.strip()[:20]!r} (expected semitones such as -1)")
    signs = int(float(alter))
    pitch = 12 * (integer(octave, "octave of a note") + 1) + STEPS[step] + signs + semitones
    if not 0 <= pitch <= 127:
        raise JazzgramError(f"a note sounds at {pitch}, outside MIDI's range (0 to 127)")
    letter, signs = name_at(place_of(step, signs) + places, 2)
    return pitch, letter + ("#" * signs if signs > 0 else "-" * -signs)
