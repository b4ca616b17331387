"""Chord qualities: the suffix after the root of a chord symbol, parsed into semitones, and named again.

All dialects come down to the same parts, in this order: a family (``m``, ``-``, ``maj``, ``Δ``, ``ø``, ``o``, ``+``),
a number for how far the thirds are stacked (``7``, ``9``, ``13``, ``6``), and changes (``b9``, ``#11``, ``sus``,
``alt``, ``add9``, ``no5``), with or without parentheses. The Weimar Jazz Database writes an accidental behind its
tension (``7911#``), and only after an explicit 7 or 6 (Pfleiderer et al., *Inside the Jazzomat*, 2017).
"""

from __future__ import annotations

import re
from functools import lru_cache

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
"""Semitones above the root of every named quality, the more common first."""

_MORE = {
    "sus2": (0, 2, 7),
    "7sus2": (0, 2, 7, 10),
    "sus24": (0, 2, 5, 7),
    "dimMaj7": (0, 3, 6, 11),
    "dim7b9": (0, 3, 6, 9, 13),
}
"""Named, but too rare to be inferred from a voicing."""

_CLASSICAL = {
    "N6": (0, 4, 6, 13),
    "It+6": (0, 6, 8),
    "It": (0, 6, 8),
    "Fr+6": (0, 2, 6, 8),
    "Fr": (0, 2, 6, 8),
    "Gr+6": (0, 3, 6, 8),
    "Ger": (0, 3, 6, 8),
    "tristan": (0, 3, 6, 10),
    "pedal": (0, 7),
    "power": (0, 7),
}
"""Chords with a word of music21 for a symbol, unused in jazz. A pedal is played as an open fifth."""

_NAMES = {steps: name for table in (_CLASSICAL, _MORE, QUALITIES) for name, steps in table.items()}
_NATURAL = {"2": 14, "3": 4, "4": 17, "6": 9, "9": 14, "11": 17, "13": 21}

_MINOR = r"(?:minor|min|mi(?!n)|MI|Mi|m|-)"
_MAJOR = r"(?:major|maj|MA|[Mm]a(?!dd)|M(?!I|i)|j|Δ|\^)"
_FAMILY = re.compile(
    rf"(?P<minor_major>{_MINOR}(?:{_MAJOR}|[#♮](?=7)))"
    r"|(?P<half>ø|half-?dim(?:inished)?|hdim|h)"
    rf"|(?P<dim_major>(?:dim|°|o(?!mit)){_MAJOR})"
    r"|(?P<dim>dim(?:inished)?(?!5)|°|o(?!mit))"
    rf"|(?P<aug_major>(?:aug|\+){_MAJOR})"
    r"|(?P<aug>aug(?:mented)?|\+)"
    r"|(?P<major_seventh>[jΔ^])"
    rf"|(?P<major>{_MAJOR})"
    rf"|(?P<minor>{_MINOR})"
    r"|(?P<dominant>dom(?:inant)?)"
)
_FRAMES = {
    "": (4, 7, 10, ""),
    "minor_major": (3, 7, 11, "7"),
    "half": (3, 6, 10, "7"),
    "dim_major": (3, 6, 11, "7"),
    "dim": (3, 6, 9, ""),
    "aug_major": (4, 8, 11, "7"),
    "aug": (4, 8, 10, ""),
    "major_seventh": (4, 7, 11, "7"),
    "major": (4, 7, 11, ""),
    "minor": (3, 7, 10, ""),
    "dominant": (4, 7, 10, "7"),
}
"""Of each family: third, fifth, the seventh it takes, and the number that its symbol already implies."""

_NUMBER = re.compile(r"6/9|69|6|7|9|11|13|5|2")
_LISTED = re.compile(r"(?:(?:9|11|13)[b#]?)+")
_CHANGE = re.compile(
    r"(?P<sus>sus(?:2/?4|4/?2|2sus4|2|4)?)|(?P<word>alt|aug|\+(?!\d))"
    r"|add(?P<added_accidental>[b#]?)(?P<added>9|11|13|2|3|4|6)"
    r"|(?:no|omit)(?P<no>3|5)(?:rd|th)?|(?P<accidental>[b#+-]|dim(?=5))(?P<degree>5|9|11|13)|b(?P<flat_sixth>6)"
    r"|(?P<natural>9|11|13)"
)
_SHIFT = {"b": -1, "-": -1, "dim": -1, "#": 1, "+": 1, "": 0}
_WORD = re.compile(r"maj|min|dim|aug|sus|alt|add|omit|dom", re.IGNORECASE)
_ALTERATIONS = {13: "b9", 14: "add9", 15: "#9", 17: "add11", 18: "#11", 20: "b13", 21: "add13", 9: "add6", 6: "b5"}
"""The suffix for a tone that a quality does not have."""


@lru_cache(maxsize=4096)
def intervals_of(suffix: str) -> tuple[int, ...] | None:
    """Parse the suffix after the root of a chord symbol.

    Parameters
    ----------
    suffix : str
        Without the root and a slash bass; accidentals as ``b`` and ``#``.

    Returns
    -------
    tuple of int or None
        Semitones above the root, ascending, tensions above the octave; None where it is not understood.

    Examples
    --------
    >>> intervals_of("-7"), intervals_of("7(b9,13)"), intervals_of("j7911#")
    ((0, 3, 7, 10), (0, 4, 7, 10, 13, 21), (0, 4, 7, 11, 14, 18))
    """
    if suffix in _CLASSICAL:
        return _CLASSICAL[suffix]
    text = re.sub(r"[()\[\],\s]|(?<=\d)/(?=[b#+-]?\d)", "", suffix)
    text = _WORD.sub(lambda word: word[0].lower(), text)
    text = re.sub(r"add3(sus4?)", r"\1add3", text)  # which takes the third away before it is added
    family = _FAMILY.match(text)
    kind = str(family.lastgroup) if family else ""
    rest = text[family.end() :] if family else text
    third, fifth, seventh, number = _FRAMES[kind]
    if sus := re.match(r"sus4?(?=7|9|13)", rest):
        third, rest = 5, rest[sus.end() :]
    if found := _NUMBER.match(rest):
        number, rest = found[0].replace("/", ""), rest[found.end() :]
    elif kind == "dim" and re.match(r"[b#]9", rest):
        number = "7"
    if number == "5" and kind:
        return None
    tones = _stack(number, third, fifth, seventh)
    listed = _LISTED.match(rest) if found and number in ("7", "69") else None
    if listed:
        tones |= _listed_tensions(listed[0])
        rest = rest[listed.end() :]
    if {4, 10, 17} <= tones:
        tones = (tones - {4, 17}) | {5}
    changed = _change(tones, rest)
    return None if changed is None else tuple(sorted(changed))


def _stack(number: str, third: int, fifth: int, seventh: int) -> set[int]:
    """Stack thirds as far as the number goes, without those that are not played (see `parse_symbol`)."""
    if number == "5":
        return {0, 7}
    triad = {0, third, fifth}
    more = {"": set(), "2": {14}, "6": {9}, "69": {9, 14}, "7": {seventh}}
    return triad | more[number] if number in more else triad | {seventh, 14, _NATURAL[number]}


def _listed_tensions(text: str) -> set[int]:
    """Read the tensions of the Weimar dialect, each with its accidental behind it; an 11 or 13 brings a 9."""
    steps = {_NATURAL[number] + _SHIFT[accidental] for number, accidental in re.findall(r"(9|11|13)([b#]?)", text)}
    return steps if steps & {13, 14, 15} else steps | {14}


def _change(tones: set[int], text: str) -> set[int] | None:
    """Apply the changes after a chord's number (``b9``, ``#11``, ``sus4``, ``alt``, ``add9``, ``no5``), in order."""
    tones = set(tones)
    while text:
        match = _CHANGE.match(text)
        if match is None:
            return None
        text = text[match.end() :]
        if match["sus"]:
            seconds, fourths = "2" in match["sus"], "4" in match["sus"] or match["sus"] == "sus"
            tones = (tones - {3, 4}) | ({2} if seconds else set()) | ({5} if fourths else set())
        elif match["word"] == "alt":
            tones = {0, 4, 8, 10, 13, 15}
        elif match["word"]:
            tones = (tones - {7}) | {8}
        elif match["no"]:
            tones -= {3, 4} if match["no"] == "3" else {6, 7, 8}
        elif match["degree"] == "5":
            tones = (tones - {7}) | {7 + _SHIFT[match["accidental"]]}
        elif match["flat_sixth"]:
            tones.add(8)
        elif match["added"]:
            tones.add(_NATURAL[match["added"]] + _SHIFT[match["added_accidental"]])
        elif match["natural"]:
            tones.add(_NATURAL[match["natural"]])
        else:
            # A chord may have both a flat and a sharp ninth, but neither beside the plain one.
            natural = _NATURAL[match["degree"]]
            tones = (tones - {natural}) | {natural + _SHIFT[match["accidental"]]}
    return tones - {7} if 20 in tones else tones


@lru_cache(maxsize=4096)
def quality_of(intervals: tuple[int, ...]) -> str | None:
    """Name a quality in this project's spelling.

    Parameters
    ----------
    intervals : tuple of int
        Semitones above the root, ascending, tensions above the octave.

    Returns
    -------
    str or None
        A key of `QUALITIES` where it has these tones, else the shortest name that `intervals_of` reads as them, made of
        one and what differs (``m7b9``; in parentheses after a bare root, ``(b5)``); None where there is no such name.

    Examples
    --------
    >>> quality_of((0, 3, 7, 10)), quality_of((0, 4, 10, 14, 20)), quality_of((0, 4, 6)), quality_of((0, 1, 2))
    ('m7', '9b13', '(b5)', None)
    """
    if intervals in _NAMES:
        return _NAMES[intervals]
    tones = set(intervals)
    alterations = _ALTERATIONS | ({8: "b6"} if 7 in tones else {8: "#5"})
    found: list[str] = []
    for base, own in (QUALITIES | _MORE).items():
        more, gone = sorted(tones.difference(own)), set(own) - tones
        if tones & {6, 8, 20}:
            gone -= {7}
        if {13, 15} & tones:
            gone -= {14}
        if all(tone in alterations for tone in more) and gone <= {3, 4, 7}:
            change = "".join(alterations[tone] for tone in more)
            change += "".join("no5" if tone == 7 else "no3" for tone in sorted(gone))
            name = base + change if base else f"({change})"
            if intervals_of(name) == intervals:
                found.append(name)
    return min(found, key=len) if found else None
