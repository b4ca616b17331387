"""Keys: their names, in the dialects of lead sheets, iReal Pro and ABC, and the key signature that a melody needs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from jazzgram.errors import JazzgramError, did_you_mean

MAJOR_KEYS = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
"""The major keys from seven flats to seven sharps."""

_FIFTHS = "FCGDAEB"
_MODES = {
    **dict.fromkeys(("", "M", "maj", "major", "ion", "ionian"), 0),
    **dict.fromkeys(("-", "m", "min", "minor", "aeo", "aeolian"), -3),
    **dict.fromkeys(("mix", "mixolydian"), -1),
    **dict.fromkeys(("dor", "dorian"), -2),
    **dict.fromkeys(("phr", "phrygian"), -4),
    **dict.fromkeys(("lyd", "lydian"), 1),
    **dict.fromkeys(("loc", "locrian"), -5),
}
_KEY = re.compile(r"([A-G])([b#♭♯]?)\s*(-|[A-Za-z]*)")
_OFF_THE_MAJOR_SCALE = (1, 3, 6, 8, 10)


def parse_key(text: str) -> int:
    """Read the name of a key into its key signature.

    Parameters
    ----------
    text : str
        Such as ``Bb``, ``F# minor``, ``Gm``, ``A-``, ``D dorian`` or ``Emix``.

    Returns
    -------
    int
        Sharps counted up, flats down, -7 to 7.

    Raises
    ------
    JazzgramError
        Where the text is not a key, or one with more than seven accidentals.

    Examples
    --------
    >>> parse_key("Bb"), parse_key("F# minor"), parse_key("C-"), parse_key("D dorian"), parse_key("Amix")
    (-2, 3, -3, 0, 2)
    """
    match = _KEY.fullmatch(text.strip())
    mode = "" if match is None else match[3] if match[3] == "M" else match[3].lower()
    if match is None or mode not in _MODES:
        raise JazzgramError(
            f"found the key {text[:30]!r}{_meant(text)} (expected for example Bb, Gm, C minor or D dorian)"
        )
    accidental = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}[match[2]]
    sharps = _FIFTHS.index(match[1]) - 1 + 7 * accidental + _MODES[mode]
    if not -7 <= sharps <= 7:
        raise JazzgramError(f"the key {text[:30]!r} has {abs(sharps)} accidentals (expected at most 7)")
    return sharps


def _meant(text: str) -> str:
    """Return the suggestion of a key for a text that names none: ``bb`` for Bb, ``Es`` for E."""
    tonic, _, mode = text.strip()[:30].partition(" ")
    near = did_you_mean(tonic[:1].upper() + tonic[1:].lower(), [*MAJOR_KEYS, *(f"{key}m" for key in MAJOR_KEYS)])
    return near if not mode or mode.lower() in _MODES else did_you_mean(mode, [name for name in _MODES if name])


def best_key_signature(pitches: Iterable[int], notated: int | None = None) -> int:
    """Choose the key signature under which the fewest notes need an accidental.

    Parameters
    ----------
    pitches : iterable of int
        MIDI numbers. May be empty.
    notated : int or None
        The source's signature, in sharps (flats negative): it decides between signatures that are equally good. Without
        it, and where it is not one of those, the one with the fewest accidentals does, and of these the one with flats.

    Returns
    -------
    int
        Sharps counted up, flats down, -6 to 6; `notated`, or 0, where there are no pitches.

    Examples
    --------
    An F blues scale, and D major:

    >>> best_key_signature((65, 68, 70, 71, 72, 75)), best_key_signature((62, 64, 66, 67, 69, 71, 73))
    (-3, 2)
    """
    classes = Counter(pitch % 12 for pitch in pitches)

    def accidentals(sharps: int) -> int:
        return sum(classes[(7 * sharps + step) % 12] for step in _OFF_THE_MAJOR_SCALE)

    return min(range(-6, 7), key=lambda sharps: (accidentals(sharps), sharps != notated, abs(sharps), sharps))
