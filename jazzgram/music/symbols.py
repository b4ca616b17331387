"""Chord symbols: what musicians write above the staff, read into pitch classes and voicings, and back.

Understood are the common jazz dialects (``Cmaj7``, ``CM7``, ``CΔ``, ``C^7``, ``Cj7``; ``Cm7``, ``C-7``, ``Cmin7``;
``Cø``, ``Cm7b5``; ``Co7``, ``C°7``, ``Cdim7``; ``C+7``, ``C7#5``), and that of the Weimar Jazz Database, where
accidentals follow the tension (``C79b13``, ``C7911#``; Pfleiderer et al., *Inside the Jazzomat*, 2017).
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

from jazzgram.errors import JazzgramError

FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
"""The name that a chord's root gets where nobody wrote one, by pitch class."""

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7b5": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "7#5": (0, 4, 8, 10),
    "mMaj7": (0, 3, 7, 11),
    "9": (0, 4, 7, 10, 14),
    "m9": (0, 3, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "69": (0, 4, 7, 9, 14),
    "7b9": (0, 4, 7, 10, 13),
    "7#9": (0, 4, 7, 10, 15),
    "13": (0, 4, 7, 10, 14, 21),
    "7alt": (0, 4, 8, 10, 13, 15),
    "9sus4": (0, 5, 7, 10, 14),
    "13sus4": (0, 5, 7, 10, 14, 21),
    "7b9sus4": (0, 5, 7, 10, 13),
    "m11": (0, 3, 7, 10, 14, 17),
    "7#11": (0, 4, 7, 10, 18),
    "9#11": (0, 4, 7, 10, 14, 18),
    "maj7#11": (0, 4, 7, 11, 18),
    "maj9#11": (0, 4, 7, 11, 14, 18),
    "7b9b13": (0, 4, 10, 13, 20),
    "13b9": (0, 4, 7, 10, 13, 21),
    "7#9#5": (0, 4, 8, 10, 15),
    "9#5": (0, 4, 8, 10, 14),
    "7b5": (0, 4, 6, 10),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
    "mMaj9": (0, 3, 7, 11, 14),
    "maj13": (0, 4, 7, 11, 14, 21),
    "m13": (0, 3, 7, 10, 14, 21),
    "maj7#5": (0, 4, 8, 11),
    "69#11": (0, 4, 7, 9, 14, 18),
    "13#11": (0, 4, 7, 10, 14, 18, 21),
    "5": (0, 7),
    "m69": (0, 3, 7, 9, 14),
}
"""Semitones above the root of every quality that has a name here, the more common first."""

_NAMES = {intervals: name for name, intervals in QUALITIES.items()}
_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NATURAL = {"9": 14, "2": 14, "11": 17, "4": 17, "13": 21}
_NO_CHORD = frozenset({"NC", "N.C.", "N.C"})

_BASS = re.compile(r"(.*?)(?:/([A-G][b#]?))?")
_FAMILY = re.compile(
    r"(?P<minor_major>(?:min|mi|m|-)(?:[Mm]aj|MA|ma(?!d)|M|j|Δ|\^)7?)"
    r"|(?P<half>ø7?|h7?|half-?dim7?)"
    r"|(?P<dim>dim|o|°)"
    r"|(?P<major_seventh>Δ7?|\^7?|j7?|[Mm]aj7|ma7|MA7|M7)"
    r"|(?P<major>[Mm]aj|ma(?!d)|MA|M)"
    r"|(?P<minor>min|mi|m|-)"
    r"|(?P<aug>aug|\+)"
)
_FRAMES = {
    "": (4, 7, 10, ""),
    "minor_major": (3, 7, 11, "7"),
    "half": (3, 6, 10, "7"),
    "dim": (3, 6, 9, ""),
    "major_seventh": (4, 7, 11, "7"),
    "major": (4, 7, 11, ""),
    "minor": (3, 7, 10, ""),
    "aug": (4, 8, 10, ""),
}
"""Of each family: third, fifth, the seventh it takes, and the number that its sign already implies."""

_TENSIONS_LISTED = re.compile(r"(?:(?:9|11|13)[b#]?)+")
_ALTERATION = re.compile(
    r"(?P<sus>sus2|sus4?)|(?P<word>alt|aug|\+(?!\d))|add(?P<added_sign>[b#]?)(?P<added>9|11|13|2|4)"
    r"|no(?P<no>3|5)|(?P<sign>[b#+-])(?P<degree>5|9|11|13)"
)
_SHIFT = {"b": -1, "-": -1, "#": 1, "+": 1, "": 0}


@dataclass(frozen=True, slots=True)
class ChordSymbol:
    """A chord symbol, understood.

    Parameters
    ----------
    text : str
        As it was written.
    root : int or None
        Pitch class, 0 (C) to 11 (B); None for "no chord".
    root_name : str
        The root as it was written, flats as ``b`` (``Bb``); empty for "no chord".
    quality : str
        A key of `QUALITIES` where the tones are those of one (``m7`` for ``C-7``), else what was written there.
    intervals : tuple of int
        Semitones above the root, ascending, tensions above the octave. Empty for "no chord".
    bass : int or None
        The pitch class after the slash; None where there is no slash.
    bass_name : str
        The bass as it was written; empty where there is no slash.
    """

    text: str
    root: int | None
    root_name: str
    quality: str
    intervals: tuple[int, ...]
    bass: int | None = None
    bass_name: str = ""

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The pitch classes of the chord without its slash bass; empty for "no chord"."""
        return frozenset() if self.root is None else frozenset((self.root + step) % 12 for step in self.intervals)

    @property
    def canonical(self) -> str:
        """The symbol in this project's own spelling: ``Bbm7`` for ``B♭-7``, ``NC`` for "no chord"."""
        if self.root is None:
            return "NC"
        return self.root_name + self.quality + (f"/{self.bass_name}" if self.bass_name else "")


@lru_cache(maxsize=4096)
def parse_symbol(text: str) -> ChordSymbol:
    """Read a chord symbol.

    Parameters
    ----------
    text : str
        For example ``Dm7``, ``Bb-7``, ``F#ø``, ``G7(b9,b13)``, ``C79#11#``, ``Bb/C``, ``NC``. White
        space around it is ignored.

    Returns
    -------
    ChordSymbol

    Raises
    ------
    JazzgramError
        Where the text is no chord symbol; the message names it and the nearest one that is.

    Notes
    -----
    Of an eleventh chord the third stays only where it is minor; a flat thirteenth takes the place of the fifth; ``alt``
    is #5, b9 and #9: what pianists play for these (Levine, *The Jazz Piano Book*, 1989, ch. 5 to 7).

    Examples
    --------
    >>> parse_symbol("Bb-7").canonical, parse_symbol("C7911#").intervals, parse_symbol("C/E").bass
    ('Bbm7', (0, 4, 7, 10, 14, 18), 4)
    """
    plain = text.strip().replace("♭", "b").replace("♯", "#").replace("º", "°").replace("Ø", "ø")
    if plain.upper() in _NO_CHORD:
        return ChordSymbol(text.strip(), None, "", "NC", ())
    match = re.fullmatch(r"([A-G][b#]?)(.*)", plain)
    split = _BASS.fullmatch(match[2]) if match else None
    if match is None or split is None:
        raise _unknown(text)
    suffix = re.sub(r"[(),\s]", "", split[1])
    degrees = _degrees(suffix)
    if degrees is None:
        raise _unknown(text)
    intervals = tuple(sorted(degrees))
    bass_name = split[2] or ""
    return ChordSymbol(
        text.strip(),
        _pitch_class(match[1]),
        match[1],
        _NAMES.get(intervals, suffix),
        intervals,
        _pitch_class(bass_name) if bass_name else None,
        bass_name,
    )


def voicing(symbol: ChordSymbol | str) -> tuple[int, ...]:
    """Stack a chord upward from its root in the octave C3 (48) to B3 (59).

    Parameters
    ----------
    symbol : ChordSymbol or str
        What is to be played. A slash bass is left to the bass player.

    Returns
    -------
    tuple of int
        MIDI numbers, ascending; empty for "no chord".

    Examples
    --------
    >>> voicing("Ab7"), voicing("C-7"), voicing("NC")
    ((56, 60, 63, 66), (48, 51, 55, 58), ())
    """
    chord = parse_symbol(symbol) if isinstance(symbol, str) else symbol
    return () if chord.root is None else tuple(48 + chord.root + step for step in chord.intervals)


@lru_cache(maxsize=4096)
def name_chord(pitches: tuple[int, ...]) -> str:
    """Give the chord symbol that fits a voicing best.

    Parameters
    ----------
    pitches : tuple of int
        MIDI numbers in any order, doublings allowed.

    Returns
    -------
    str
        A symbol that `parse_symbol` understands, with a slash where the lowest tone is not the root but the root is
        played too; ``NC`` for an empty voicing.

    Notes
    -----
    Every quality of `QUALITIES` on every root is scored against the set of pitch classes, after the template
    matching of Pardo & Birmingham, *Algorithms for chordal analysis* (Computer Music Journal 26/2, 2002), with
    weights of our own: each tone foreign to the template costs 1.3; each tone of it that is missing costs 1.3
    (third, fourth of a sus chord, altered fifth), 1.2 (sixth or seventh), 0.8 (tension) or 0.15 (perfect fifth); a
    missing root costs 1.0 (2.0 in a voicing of one or two tones), a root that is there but not lowest 0.7, or 1.0
    where a tension is lowest; and a quality costs 0.015 times its place in the table, so that common ones win.

    Examples
    --------
    >>> name_chord((44, 58, 60, 63, 67)), name_chord((52, 55, 60)), name_chord((52, 58, 62, 69))
    ('Abmaj9', 'C/E', 'C13')
    """
    if not pitches:
        return "NC"
    classes = frozenset(pitch % 12 for pitch in pitches)
    bass = min(pitches) % 12
    _, root, quality = min(
        (_misfit(root, place, quality, classes, bass), root, quality)
        for root in range(12)
        for place, quality in enumerate(QUALITIES)
    )
    slash = f"/{FLAT_NAMES[bass]}" if bass != root and root in classes else ""
    return FLAT_NAMES[root] + quality + slash


def _misfit(root: int, place: int, quality: str, classes: frozenset[int], bass: int) -> float:
    """Say how badly a quality on a root fits; 0.0 is the plain major triad in root position."""
    template = frozenset((root + step) % 12 for step in QUALITIES[quality])
    missing = sum(_missing_cost(step) for step in QUALITIES[quality] if (root + step) % 12 not in classes)
    if root not in classes and len(classes) < 3:
        missing += 1.0
    inversion = 0.0
    if root in classes and bass != root:
        inversion = 1.0 if any(step > 12 and (root + step) % 12 == bass for step in QUALITIES[quality]) else 0.7
    return missing + 1.3 * len(classes - template) + inversion + 0.015 * place


def _missing_cost(step: int) -> float:
    if step == 0:
        return 1.0
    if step == 7:
        return 0.15
    if step > 12:
        return 0.8
    return 1.2 if step in (9, 10, 11) else 1.3


def _pitch_class(name: str) -> int:
    return (_LETTERS[name[0]] + name.count("#") - name.count("b")) % 12


def _degrees(suffix: str) -> set[int] | None:
    """Give the semitones of what stands after the root; None where it is not understood."""
    family = _FAMILY.match(suffix)
    kind = str(family.lastgroup) if family else ""
    rest = suffix[family.end() :] if family else suffix
    third, fifth, seventh, number = _FRAMES[kind]
    if sus := re.match(r"sus4?(?=7|9|13)", rest):
        third, rest = 5, rest[sus.end() :]
    if kind == "aug" and (major := re.match(r"(?:[Mm]aj|M|j|Δ)7?", rest)):
        seventh, number, rest = 11, "7", rest[major.end() :]
    elif not number and (found := re.match(r"6/9|69|6|7|9|11|13|5", rest)):
        number, rest = found[0].replace("/", ""), rest[found.end() :]
    tones = {0, 7} if number == "5" else {0, third, fifth}
    if number in ("6", "69"):
        tones |= {9, 14} if number == "69" else {9}
    elif number and number != "5":
        tones |= {seventh} if number == "7" else {seventh, 14, _NATURAL[number]}
    listed = _TENSIONS_LISTED.match(rest) if number in ("7", "69") else None
    if listed:
        tones |= _listed_tensions(listed[0])
        rest = rest[listed.end() :]
    altered = _alter(tones, rest)
    if altered is not None and {4, 10, 17} <= altered:
        altered = (altered - {4, 17}) | {5}
    return altered


def _listed_tensions(text: str) -> set[int]:
    """Read the tensions of the Weimar dialect, each with its accidental behind it; an 11 or 13 brings a 9."""
    steps = {_NATURAL[number] + _SHIFT[sign] for number, sign in re.findall(r"(9|11|13)([b#]?)", text)}
    return steps if steps & {13, 14, 15} else steps | {14}


def _alter(tones: set[int], text: str) -> set[int] | None:
    """Apply what follows a chord's number (``b9``, ``#11``, ``sus4``, ``alt``, ``add9``, ``no5``), in order."""
    tones = set(tones)
    while text:
        match = _ALTERATION.match(text)
        if match is None:
            return None
        text = text[match.end() :]
        if match["sus"]:
            tones = (tones - {3, 4}) | {2 if match["sus"] == "sus2" else 5}
        elif match["word"] == "alt":
            tones = {0, 4, 8, 10, 13, 15}
        elif match["word"]:
            tones = (tones - {7}) | {8}
        elif match["no"]:
            tones -= {3, 4} if match["no"] == "3" else {6, 7, 8}
        elif match["degree"] == "5":
            tones = (tones - {7}) | {7 + _SHIFT[match["sign"]]}
        elif match["added"]:
            tones.add(_NATURAL[match["added"]] + _SHIFT[match["added_sign"]])
        else:
            # Both a flat and a sharp ninth may stand, but neither beside the plain one.
            natural = _NATURAL[match["degree"]]
            tones = (tones - {natural}) | {natural + _SHIFT[match["sign"]]}
    return tones - {7} if 20 in tones else tones


_SUFFIXES = (*QUALITIES, "-7", "-6", "-", "j7", "o7", "o", "+", "+7", "ø", "Δ", "7sus", "sus", "min7", "M7", "11")


def _unknown(text: str) -> JazzgramError:
    """Make the error for what is no chord symbol."""
    shown = text.strip()
    head = shown[:1].upper() + shown[1:]
    root = re.match(r"[A-G][b#]?", head)
    hint = ""
    if root:
        near = difflib.get_close_matches(head[root.end() :], _SUFFIXES, 1, 0.4)
        hint = f"; did you mean {root[0]}{near[0]}?" if near else ""
    return JazzgramError(
        f"chord symbol {shown!r} is not understood (expected a root A to G with b or #, then a quality such as "
        f"m7, maj7, 7, 7b9, 7alt, m7b5, dim7, 6, sus4, then perhaps /bass; or NC){hint}"
    )
