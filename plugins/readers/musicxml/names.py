"""Position note names on the line of fifths, where transposing a name is adding a number.

The position of C is 0, each fifth up adds one (G 1, F# 6) and each fifth down takes one away (F -1, Bb -2). A sharp is
seven positions up, so that every name has one position and every position one name.
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


def fifths_position(step: str, alter: int) -> int:
    """Return the position of a name on the line of fifths.

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
    >>> fifths_position("B", -1), fifths_position("F", 1)
    (-2, 6)
    """
    return _LETTERS.index(step) - 1 + 7 * alter


def name_at(position: int, accidentals: int) -> tuple[str, int]:
    """Return the name at a position, or the enharmonic one next to it where that has too many accidentals.

    Parameters
    ----------
    position : int
        On the line of fifths.
    accidentals : int
        How many accidentals a name may have, 1 or more.

    Returns
    -------
    step : str
        A to G.
    alter : int
        Semitones up, at most `accidentals` either way.

    Examples
    --------
    B double flat as the root of a chord, which is written with one accidental at most:

    >>> name_at(-9, 2), name_at(-9, 1)
    (('B', -2), ('A', 0))
    """
    while abs((position + 1) // 7) > accidentals:
        position -= 12 if position > 0 else -12
    return _LETTERS[(position + 1) % 7], (position + 1) // 7


def fifths_of(diatonic: int, chromatic: int) -> int:
    """Return the positions by which an interval moves a name.

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
def sounding(step: str, alter: str, octave: str, semitones: int, fifths: int) -> tuple[int, str]:
    """Read a notated pitch and transpose it.

    Parameters
    ----------
    step, alter, octave : str
        As in the file. A quarter tone counts as the semitone on the natural's side.
    semitones, fifths : int
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
    accidentals = int(float(alter))
    pitch = 12 * (integer(octave, "octave of a note") + 1) + STEPS[step] + accidentals + semitones
    if not 0 <= pitch <= 127:
        raise JazzgramError(f"a note sounds at {pitch}, outside MIDI's range (0 to 127)")
    letter, accidentals = name_at(fifths_position(step, accidentals) + fifths, 2)
    return pitch, letter + ("#" * accidentals if accidentals > 0 else "-" * -accidentals)
