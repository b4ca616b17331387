"""Chord symbols as Harte writes them: ``C#:min7(9)/b3``, a root, a shorthand, degrees, and a degree as the bass.

Source: Harte et al., *Symbolic representation of musical chords* (ISMIR 2005).
"""

from __future__ import annotations

import re

from jazzgram.music import FLAT_NAMES

_SYMBOL = re.compile(r"([A-G])([b#]*)(?::([a-zA-Z0-9#]*)(?:\(([^)]*)\))?)?(?:/(.+))?")
_SHORTHAND = {"maj": "", "min": "m", "hdim7": "m7b5", "minmaj7": "mMaj7", "maj6": "6", "min6": "m6", "1": "5"}
_SEVENTHS = {"": ("7", "maj7"), "m": ("m7", "mMaj7"), "sus4": ("7sus4", "maj7sus4")}
"""What a triad becomes with a minor and with a major seventh among its degrees."""
_STEPS = {"1": 0, "2": 2, "3": 4, "4": 5, "5": 7, "6": 9, "7": 11, "9": 14, "10": 16, "11": 17, "13": 21}
_NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NO_CHORD = ("N", "X", "")


def chord_symbol(text: str) -> str:
    """Return a symbol of Harte's as musicians write it; a text that is none as it is.

    Examples
    --------
    >>> [chord_symbol(text) for text in ("Db:maj7", "C#:7(b9)", "A:min/b3", "B:hdim7", "F", "N", "Dm7")]
    ['Dbmaj7', 'C#7(b9)', 'Am/C', 'Bm7b5', 'F', 'NC', 'Dm7']
    >>> [chord_symbol(text) for text in ("C:maj(9)", "G:sus4(b7)", "E:(1,b3,5,b7)")]
    ['Cadd9', 'G7sus4', 'Em7']
    """
    text = text.strip()
    if text in _NO_CHORD:
        return "NC"
    found = _SYMBOL.fullmatch(text)
    if found is None:
        return text
    letter, signs, shorthand, degrees, bass = found.groups()
    quality = _quality(shorthand or "", [degree.strip() for degree in (degrees or "").split(",")])
    return letter + signs + quality + (f"/{_degree(letter, signs, bass)}" if bass else "")


def _quality(shorthand: str, degrees: list[str]) -> str:
    """Return a quality as musicians write it; degrees alone spell a chord from its root."""
    degrees = [degree for degree in degrees if degree and not degree.startswith("*")]
    quality = _SHORTHAND.get(shorthand, shorthand)
    if not shorthand and "1" in degrees:
        quality = "m" if "b3" in degrees else "5" if not {"3", "4", "2"} & set(degrees) else ""
    for degree, index in (("b7", 0), ("7", 1)):
        if degree in degrees and quality in _SEVENTHS:
            quality = _SEVENTHS[quality][index]
            degrees.remove(degree)
    tensions = ["11" if degree == "4" else degree for degree in degrees if degree not in ("1", "b3", "3", "5")]
    if quality in ("", "m") and tensions:
        return quality + "".join(f"add{degree}" for degree in tensions)
    return quality + (f"({','.join(tensions)})" if tensions else "")


def _degree(letter: str, signs: str, degree: str) -> str:
    """Return the note that a degree above a root is; what is no degree, as it is."""
    number = degree.lstrip("b#")
    if number not in _STEPS:
        return degree
    above = _STEPS[number] + degree.count("#") - degree.count("b")
    root = _NATURALS[letter] + signs.count("#") - signs.count("b")
    return FLAT_NAMES[(root + above) % 12]
