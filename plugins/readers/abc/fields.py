"""The information fields of ABC: meter, unit length, key, how the music sounds, and tempo.

Source: Walshaw, *The abc music standard 2.1* (2011), sections 3 and 4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from jazzgram import JazzgramError, Meter
from jazzgram.music import parse_key

_SHARPS = "FCGDAEB"
_MODES = ("maj", "min", "ion", "dor", "phr", "lyd", "mix", "aeo", "loc")
_KEY = re.compile(r"([A-G][#b]?)\s*([A-Za-z]*)")
_ACCIDENTAL = re.compile(r"(?:(?<=\s)|^)(\^\^?|__?|=)([A-Ga-g])\b")
_SEMITONES = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}
_CLEFS = "treble|alto|tenor|bass|perc"
_CLEF = re.compile(rf'(?:(?<=\s)|^|clef="?)(?:{_CLEFS}|(?<=clef=)[GCFP])\d?([+-](?:8|15))?(?=[\s"]|$)')
_OCTAVES = {"": 0, "+8": 1, "-8": -1, "+15": 2, "-15": -2}
_TEMPO = re.compile(r"((?:\d{1,3}/\d{1,3}\s*){1,5})=\s*(\d{1,3})(?!\d)")


@dataclass(frozen=True, slots=True)
class Sounding:
    """How far from where it is written music sounds; each setting is None where no field has it.

    Parameters
    ----------
    clef : int or None
        Octaves, from the clef: -1 for ``treble-8``, 0 for ``bass``.
    octave : int or None
        Octaves, from ``octave=``.
    transpose : int or None
        Semitones, from ``transpose=``.
    """

    clef: int | None = None
    octave: int | None = None
    transpose: int | None = None

    def changed_by(self, later: Sounding) -> Sounding:
        """Return the settings after a field that has some of them; the others stay."""
        return Sounding(
            self.clef if later.clef is None else later.clef,
            self.octave if later.octave is None else later.octave,
            self.transpose if later.transpose is None else later.transpose,
        )

    @property
    def octaves(self) -> int:
        """Octaves by which notes sound higher than they are written."""
        return (self.clef or 0) + (self.octave or 0)

    @property
    def semitones(self) -> int:
        """Semitones by which notes and chords sound higher than they are written, octaves apart."""
        return self.transpose or 0


@dataclass(frozen=True, slots=True)
class Key:
    """A key as ABC has it.

    Parameters
    ----------
    sharps : int
        The key signature, -7 to 7.
    accidentals : dict of str to int
        For each letter A to G the semitones by which the signature changes it.
    """

    sharps: int
    accidentals: dict[str, int]


def read_key(text: str) -> Key:
    """Read a field ``K:``.

    Raises
    ------
    JazzgramError
        Where it begins with what is no key.

    Examples
    --------
    >>> read_key("Edor").sharps, read_key("D exp _b ^c").accidentals["C"], read_key("").sharps
    (2, 1, 0)
    """
    text = text.strip()
    name = _KEY.match(text)
    if text[:2].upper() == "HP":
        sharps = 2
    elif name is None:
        if text and not (only_settings(text) or re.match(r"none\b|exp\b|[\^_=]", text)):
            raise JazzgramError(f"found the key {text[:30]!r} (expected for example K:Bb, K:Am or K:Edor)")
        sharps = 0
    else:
        mode = name[2][:3].lower()
        sharps = parse_key(name[1] + (mode if mode in _MODES or name[2] == "m" else ""))
    accidentals = dict.fromkeys(_SHARPS, 0)
    if not re.search(r"\bexp\b", text):
        for letter in _SHARPS[: max(sharps, 0)] + _SHARPS[::-1][: max(-sharps, 0)]:
            accidentals[letter] = 1 if sharps > 0 else -1
    for sign, letter in _ACCIDENTAL.findall(text[name.end() :] if name else text):
        accidentals[letter.upper()] = _SEMITONES[sign]
    return Key(sharps, accidentals)


def only_settings(text: str) -> bool:
    """Check whether a field ``K:`` has a clef or another setting of the staff, and no key.

    Examples
    --------
    >>> only_settings("clef=bass"), only_settings("treble-8"), only_settings("G treble"), only_settings("none")
    (True, True, False, False)
    """
    return re.match(rf"(?:clef|middle|octave|transpose|stafflines)\s*=|(?:{_CLEFS})(?![a-z])", text.strip()) is not None


def read_sounding(text: str) -> Sounding:
    """Read what a field ``K:`` or ``V:`` says about how its music sounds.

    Source: *The abc music standard 2.1*, section 4.6: ``-8`` and ``+8`` behind a clef transpose by an octave.

    Examples
    --------
    >>> read_sounding("C clef=treble-8"), read_sounding("D transpose=-2 bass")
    (Sounding(clef=-1, octave=None, transpose=None), Sounding(clef=0, octave=None, transpose=-2))
    """
    text = re.sub(r'\b(?!clef)\w+="[^"]*"', " ", text)  # a voice's name="Bass" is no clef
    clef = _CLEF.search(text)
    octave, transpose = (
        int(found[1]) if (found := re.search(rf'\b{word}="?([+-]?\d{{1,2}})(?!\d)', text)) else None
        for word in ("octave", "transpose")
    )
    return Sounding(_OCTAVES[clef[1] or ""] if clef else None, octave, transpose)


def read_meter(text: str) -> Meter | None:
    """Read a field ``M:``; None for free meter.

    Raises
    ------
    JazzgramError
        Where it is no meter.

    Examples
    --------
    >>> str(read_meter("C|")), str(read_meter("(2+2+3)/8")), read_meter("none")
    ('2/2', '7/8', None)
    """
    text = re.sub(r"[()\s]", "", text)
    if text in ("C", "C|"):
        return Meter(4, 4) if text == "C" else Meter(2, 2)
    if text in ("none", ""):
        return None
    match = re.fullmatch(r"(\d{1,2}(?:\+\d{1,2}){0,9})/(\d{1,2})", text)
    try:
        if match:
            return Meter(sum(map(int, match[1].split("+"))), int(match[2]))
    except ValueError:
        pass
    raise JazzgramError(f"found the meter {text[:20]!r} (expected for example M:4/4, M:6/8 or M:C)")


def read_unit(text: str) -> Fraction:
    """Read a field ``L:``: the unit length in quarter notes.

    Raises
    ------
    JazzgramError
        Where it is no length.

    Examples
    --------
    >>> read_unit("1/8")
    Fraction(1, 2)
    """
    match = re.fullmatch(r"\s*(\d{1,3})(?:/([1-9]\d{0,2}))?\s*", text)
    if match is None or int(match[1]) == 0:
        raise JazzgramError(f"found the unit length {text.strip()[:20]!r} (expected for example L:1/8)")
    return 4 * Fraction(int(match[1]), int(match[2] or 1))


def default_unit(meter: Meter | None) -> Fraction:
    """Return the unit length where no field sets it: a sixteenth in meters shorter than 3/4, else an eighth."""
    return Fraction(1, 4) if meter is not None and 4 * meter.numerator < 3 * meter.denominator else Fraction(1, 2)


def read_tempo(text: str, unit: Fraction) -> float | None:
    """Read a field ``Q:``: quarter notes per minute; None where it has none from 20 to 400.

    Parameters
    ----------
    text : str
        ``1/4=120``, or the old form ``120``, which counts unit lengths.
    unit : Fraction
        The unit length in quarter notes.

    Examples
    --------
    >>> read_tempo('"Lively" 3/8=100', Fraction(1, 2)), read_tempo("240", Fraction(1, 2)), read_tempo("?", Fraction(1))
    (150.0, 120.0, None)
    """
    if match := _TEMPO.search(text):
        beats = [part.split("/") for part in match[1].split()]
        if any(int(below) == 0 for _, below in beats):
            return None
        tempo = float(4 * sum(Fraction(int(above), int(below)) for above, below in beats) * int(match[2]))
    elif match := re.fullmatch(r"\s*(?:C\d*=)?(\d{1,3})\s*", text):
        tempo = float(int(match[1]) * unit)
    else:
        return None
    return tempo if 20 <= tempo <= 400 else None
