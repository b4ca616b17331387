"""Names of pitches and intervals as music21 writes them: ``E-4``, the E flat above middle C; ``M-2``, a tone down.

A **spelled pitch** is a pair ``(staff, pitch)``. `staff` counts the letters upwards (C0 is 0, C4 is 28), so it is the
note's height on the staff; `pitch` is the MIDI number. The accidental is the difference of the two. An **interval**
is a pair of differences, ``(steps, semitones)``, so a spelled pitch is transposed by adding it.
Source: music21's pitch and interval modules (Cuthbert & Ariza, *music21: A Toolkit for Computer-Aided Musicology*,
ISMIR 2010), to which the tests compare every function here.
"""

from __future__ import annotations

import re
from functools import cache

from jazzgram.music.note_names import FLAT_NAMES, LETTERS, NATURALS, USUAL_NAMES

Spelled = tuple[int, int]
"""``(staff, pitch)``: letters counted from C0, and the MIDI number."""

SPELLINGS = tuple(name.replace("b", "-") for name in USUAL_NAMES)
"""The default name of each pitch class."""

_PITCH = re.compile(r"(?P<letter>[A-G])(?P<accidental>#*|-*)(?P<octave>\d+)")
_INTERVAL = re.compile(r"(?P<quality>P|M|m|A+|d+)(?P<down>-?)(?P<number>[1-9]\d*)")


def spelling(pitch: int) -> str:
    """Return the default name of a pitch, without its octave.

    Examples
    --------
    >>> [spelling(pitch) for pitch in (60, 61, 63, 66, 68, 70)]
    ['C', 'C#', 'E-', 'F#', 'G#', 'B-']
    """
    return SPELLINGS[pitch % 12]


def spelled(pitch: int) -> Spelled:
    """Return a pitch with its height on the staff, by its usual name.

    Examples
    --------
    >>> spelled(63), spelled(64)
    ((30, 63), (30, 64))
    """
    return pitch // 12 * 7 - 7 + LETTERS.index(SPELLINGS[pitch % 12][0]), pitch


def parse_name(name: str) -> Spelled:
    """Read a name with octave, accidentals as ``#`` and ``-``.

    Raises
    ------
    ValueError
        Where the text is no such name.

    Examples
    --------
    >>> parse_name("B-3"), parse_name("C-4"), parse_name("F##4")
    ((27, 58), (28, 59), (31, 67))
    """
    match = _PITCH.fullmatch(name)
    if match is None:
        raise ValueError(f"not a pitch: {name!r} (expected for example B-3 or F#4)")
    letter, octave = LETTERS.index(match["letter"]), int(match["octave"])
    alteration = match["accidental"].count("#") - match["accidental"].count("-")
    return 7 * octave + letter, 12 * (octave + 1) + NATURALS[letter] + alteration


def spelled_name(note: Spelled) -> str:
    """Return the name of a spelled pitch, without its octave.

    Examples
    --------
    >>> spelled_name((30, 64)), spelled_name((30, 63)), spelled_name((31, 67))
    ('E', 'E-', 'F##')
    """
    staff, pitch = note
    octave, letter = divmod(staff, 7)
    alteration = pitch - 12 * (octave + 1) - NATURALS[letter]
    return LETTERS[letter] + ("#" * alteration if alteration > 0 else "-" * -alteration)


def interval_name(steps: int, semitones: int) -> str:
    """Return the name of a directed interval.

    Parameters
    ----------
    steps : int
        Letters up (positive) or down: 0 for a unison, 1 for a second.
    semitones : int
        Semitones up or down.

    Returns
    -------
    str
        Quality, ``-`` where it goes down on the staff, number: ``m3``, ``P-5``, ``dd-5``. A unison has no direction;
        a semitone down on one letter is ``d1``.

    Examples
    --------
    >>> interval_name(2, 3), interval_name(-1, -2), interval_name(3, 6), interval_name(0, -1)
    ('m3', 'M-2', 'A4', 'd1')
    """
    octaves, simple = divmod(abs(steps), 7)
    excess = (-semitones if steps < 0 else semitones) - 12 * octaves - NATURALS[simple]
    if excess > 0:
        quality = "A" * excess
    elif simple in (0, 3, 4):
        quality = "d" * -excess or "P"
    else:
        quality = "d" * (-excess - 1) or ("m" if excess else "M")
    return f"{quality}{'-' if steps < 0 else ''}{abs(steps) + 1}"


def usual_interval(semitones: int) -> str:
    """Return the usual name of a directed interval in semitones; a tritone is an augmented fourth.

    Examples
    --------
    >>> usual_interval(-3), usual_interval(14), usual_interval(0), usual_interval(6)
    ('m-3', 'M9', 'P1', 'A4')
    """
    octaves, within = divmod(abs(semitones), 12)
    steps = 7 * octaves + LETTERS.index(FLAT_NAMES[within][0])
    return interval_name(-steps if semitones < 0 else steps, semitones)


@cache
def interval_semitones(name: str) -> int:
    """Return the semitones of a named interval, negative where it goes down.

    Raises
    ------
    ValueError
        Where the text names no interval.

    Examples
    --------
    >>> [interval_semitones(name) for name in ("m3", "M-2", "A4", "d1", "dd-5")]
    [3, -2, 6, -1, -5]
    """
    match = _INTERVAL.fullmatch(name)
    octaves, simple = divmod(int(match["number"]) - 1, 7) if match else (0, 0)
    perfect = simple in (0, 3, 4)
    if match is None or match["quality"] in ("Mm" if perfect else "P"):
        raise ValueError(f"not an interval: {name!r} (expected for example m3 or P-5)")
    quality = match["quality"]
    if quality[0] == "A":
        excess = len(quality)
    elif quality[0] == "d":
        excess = -len(quality) if perfect else -len(quality) - 1
    else:
        excess = -1 if quality == "m" else 0
    semitones = 12 * octaves + NATURALS[simple] + excess
    return -semitones if match["down"] else semitones


@cache
def interval_range(previous: int, pitch: int) -> str:
    """Return the interval between two notes plus and minus a minor third: deepjazz's ``UP,DOWN``.

    Parameters
    ----------
    previous, pitch : int
        MIDI numbers, with their default names.

    Returns
    -------
    str
        The directed interval from `previous` to `pitch` plus a minor third, and minus a minor third.

    Examples
    --------
    >>> interval_range(75, 72), interval_range(60, 64)
    ('P1,d-5', 'P5,A1')
    """
    below, above = spelled(previous), spelled(pitch)
    steps, semitones = above[0] - below[0], above[1] - below[1]
    return f"{interval_name(steps + 2, semitones + 3)},{interval_name(steps - 2, semitones - 3)}"


@cache
def interval_window(text: str) -> tuple[int, int]:
    """Read ``UP,DOWN`` as semitones above the previous note, the lower limit first.

    Raises
    ------
    ValueError
        Where the text is anything but two intervals.

    Examples
    --------
    >>> interval_window("P1,d-5"), interval_window("P5,A1")
    ((-6, 0), (1, 7))
    """
    names = text.split(",")
    if len(names) != 2:
        raise ValueError(f"not a range: {text!r} (expected for example M2,d-4)")
    low, high = sorted(map(interval_semitones, names))
    return low, high
