"""The names of keys, in the dialects of lead sheets, iReal Pro and ABC, read into key signatures."""

from __future__ import annotations

import re

from jazzgram.errors import JazzgramError

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


def parse_key(text: str) -> int:
    """Give the key signature of a key.

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
        Where it is no key, or one with more than seven accidentals.

    Examples
    --------
    >>> parse_key("Bb"), parse_key("F# minor"), parse_key("C-"), parse_key("D dorian"), parse_key("Amix")
    (-2, 3, -3, 0, 2)
    """
    match = _KEY.fullmatch(text.strip())
    mode = "" if match is None else match[3] if match[3] == "M" else match[3].lower()
    if match is None or mode not in _MODES:
        raise JazzgramError(f"found the key {text[:30]!r} (expected for example Bb, Gm, C minor or D dorian)")
    signs = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}[match[2]]
    sharps = _FIFTHS.index(match[1]) - 1 + 7 * signs + _MODES[mode]
    if not -7 <= sharps <= 7:
        raise JazzgramError(f"the key {text[:30]!r} has {abs(sharps)} accidentals (expected at most 7)")
    return sharps
