"""Read MusicXML's chord symbols: a root, a kind in words, degrees that differ, a bass.

Everything is brought to one text that `jazzgram.parse_symbol` reads. What programs print (the attribute ``text`` of the
kind) is believed where it has what the kind has and more: MusicXML has no word for ``7alt``. An empty kind is a triad;
what is no kind of MusicXML may be one in another spelling (``Dominant seventh``) or a suffix (``maj7``).
Source: MusicXML 4.0 (W3C Community Group, 2021), *harmony*, *kind* and *degree*; kinds outside it that music21 writes.
"""

from __future__ import annotations

from functools import lru_cache
from xml.etree.ElementTree import Element

from jazzgram import JazzgramError, parse_symbol
from jazzgram.music import name_chord, quality_of

from .names import STEPS, fifths_position, name_at
from .numbers import integer

Degree = tuple[str, int, int]
"""``add``, ``alter`` or ``subtract``; the degree; its alteration in semitones."""

_KINDS = {
    "major": "",
    "minor": "m",
    "augmented": "aug",
    "diminished": "dim",
    "dominant": "7",
    "major-seventh": "maj7",
    "minor-seventh": "m7",
    "diminished-seventh": "dim7",
    "augmented-seventh": "7#5",
    "half-diminished": "m7b5",
    "major-minor": "mMaj7",
    "major-sixth": "6",
    "minor-sixth": "m6",
    "dominant-ninth": "9",
    "major-ninth": "maj9",
    "minor-ninth": "m9",
    "dominant-11th": "11",
    "major-11th": "maj11",
    "minor-11th": "m11",
    "dominant-13th": "13",
    "major-13th": "maj13",
    "minor-13th": "m13",
    "suspended-second": "sus2",
    "suspended-fourth": "sus4",
    "power": "5",
    "pedal": "pedal",
    "Neapolitan": "N6",
    "Italian": "It+6",
    "French": "Fr+6",
    "German": "Gr+6",
    "Tristan": "tristan",
    # Not in MusicXML, but music21 writes them.
    "dominant-seventh": "7",
    "half-diminished-seventh": "m7b5",
    "minor-major-seventh": "mMaj7",
    "augmented-major-seventh": "maj7#5",
    "seventh-flat-five": "7b5",
    "minor-major-ninth": "mMaj9",
    "augmented-major-ninth": "maj9#5",
    "augmented-dominant-ninth": "9#5",
    "half-diminished-ninth": "m9b5",
    "half-diminished-minor-ninth": "m7b5b9",
    "diminished-ninth": "dim9",
    "diminished-minor-ninth": "dim7b9",
    "minor-major-11th": "mMaj11",
    "augmented-major-11th": "maj11#5",
    "augmented-11th": "11#5",
    "half-diminished-11th": "m11b5",
    "diminished-11th": "dim11",
    "minor-major-13th": "mMaj13",
    "augmented-major-13th": "maj13#5",
    "augmented-dominant-13th": "13#5",
    "half-diminished-13th": "m13b5",
    "suspended-fourth-seventh": "7sus4",
    # In neither, but written by programs.
    "augmented-ninth": "9#5",
    "suspended-seventh": "7sus4",
}
"""What each kind is called after the root; of functions, what music21 understands by them."""

_SPELLINGS = {kind.casefold(): name for kind, name in _KINDS.items()}

_NATURAL = {1: 0, 2: 14, 3: 4, 4: 17, 5: 7, 6: 9, 7: 10, 9: 14, 11: 17, 13: 21}
"""Semitones of a degree that is added, to a dominant chord as MusicXML has it: the seventh is minor."""


def read_harmony(harmony: Element, fifths: int) -> tuple[str | None, list[str]]:
    """Read one ``harmony``.

    Parameters
    ----------
    harmony : Element
        As in the file.
    fifths : int
        By which its names move on the line of fifths to be at concert pitch.

    Returns
    -------
    symbol : str or None
        A chord symbol such as ``Bbm7`` or ``NC``; None where it is a function, an alternative, or not understood.
    problems : list of str
        What of it is left out, and why.
    """
    if harmony.get("type") == "alternate":
        return None, ["it is an alternative to another"]
    first, *stacked = _chords(harmony)
    problems = ["it is stacked on another"] if stacked else []
    kind = next((child for child in first if child.tag == "kind"), None)
    named = (kind.text or "").strip() if kind is not None else ""
    if named == "none":
        return "NC", problems
    root = next((child for child in first if child.tag == "root"), None)
    if root is None:
        return None, ["it is a function without a root"]
    try:
        name = _name(root, "root", fifths)
        degrees, bass = [], ""
        for child in first:
            try:
                if child.tag == "degree":
                    degrees.append(_degree(child))
                elif child.tag == "bass":
                    bass = _name(child, "bass", fifths)
            except JazzgramError as error:
                problems.append(str(error))
        quality = quality_of_kind(named, kind.get("text", "") if kind is not None else "", tuple(degrees))
    except JazzgramError as error:
        return None, [str(error)]
    return name + quality + (f"/{bass}" if bass not in ("", name) else ""), problems


def _chords(harmony: Element) -> list[list[Element]]:
    """Return the elements of each chord of a ``harmony``, which begins with a root, a numeral or a function."""
    chords: list[list[Element]] = [[]]
    for child in harmony:
        if child.tag in ("root", "numeral", "function") and any(one.tag == "kind" for one in chords[-1]):
            chords.append([])
        chords[-1].append(child)
    return chords


@lru_cache(maxsize=4096)
def quality_of_kind(kind: str, text: str, degrees: tuple[Degree, ...]) -> str:
    """Return the quality, which follows the root.

    Parameters
    ----------
    kind : str
        In MusicXML's words; empty where there is none.
    text : str
        What the program prints for it; empty where it has none.
    degrees : tuple of Degree
        In the order of the file.

    Returns
    -------
    str
        In this project's spelling (see `jazzgram.music.quality_of`).

    Raises
    ------
    JazzgramError
        Where neither the kind nor the text names the chord.

    Examples
    --------
    >>> quality_of_kind("dominant", "", (("add", 9, -1),)), quality_of_kind("suspended-fourth", "7sus4", ())
    ('7b9', '7sus4')
    >>> quality_of_kind("minor", "", (("add", 9, 1), ("subtract", 5, 0)))
    'm#9no5'
    """
    printed = _intervals(text) if text else set()
    name = _SPELLINGS.get("-".join(kind.casefold().replace("_", " ").split()))
    if name is not None:
        tones = _intervals(name)
        # "7alt" leaves out the fifth that "dominant" has; a text without the seventh is only less exact.
        if printed and not degrees and tones - {7} <= printed:
            tones = printed
    elif printed:
        tones = printed
    elif kind == "other":
        tones = {0} if degrees else {0, 7}
    elif not (tones := _intervals(kind)):
        raise JazzgramError(f"a chord is of the kind {kind[:40]!r}, which MusicXML does not have")
    return _written(frozenset(_changed(tones, degrees)))


def _changed(tones: set[int], degrees: tuple[Degree, ...]) -> set[int]:
    """Add, alter and take away degrees."""
    for how, degree, alteration in degrees:
        own = {tone for tone in tones if _degree_of(tone) == degree}
        natural = _NATURAL[degree]
        if how == "subtract":
            tones -= own
        elif degree == 5:
            # Jazz has no chord with two kinds of fifth: an altered one takes the place of the one that was there.
            before = max(own) if own and how == "alter" else 7
            tones = (tones - own) | {min(max(before + alteration, 6), 8)}
        elif how == "alter" and own:
            tones = (tones - own) | {tone + alteration for tone in own}
        elif degree == 7:
            # Programs disagree whether the minor seventh is altered by nothing or by a flat.
            tones = (tones - own) | {11 if alteration > 0 else 10}
        else:
            # Both a flat and a sharp ninth may occur, but neither beside the plain one.
            tones = (tones - {natural}) | {natural + alteration}
    tones = {tone for tone in tones if tone > 0} | {0}
    return tones - {7} if 20 in tones else tones


def _degree_of(tone: int) -> int:
    """Return the degree that a tone of a chord is."""
    if tone > 12:
        return {13: 9, 14: 9, 15: 9, 17: 11, 18: 11, 20: 13, 21: 13}.get(tone, 0)
    return {0: 1, 2: 2, 3: 3, 4: 3, 5: 4, 6: 5, 7: 5, 8: 5, 9: 6, 10: 7, 11: 7}.get(tone, 0)


def _written(tones: frozenset[int]) -> str:
    """Write a chord over a root, exactly where the symbols can, else as the one that fits best."""
    intervals = tuple(sorted(_in_jazz_order(tones)))
    named = quality_of(intervals)
    return named if named is not None else parse_symbol(name_chord(tuple(48 + tone for tone in intervals))).quality


def _in_jazz_order(tones: frozenset[int]) -> set[int]:
    """Put seconds, fourths and sixths above the octave, as jazz writes them, unless they replace a third or seventh."""
    placed = set(tones)
    if placed & {3, 4}:
        placed = {tone + 12 if tone in (2, 5) else tone for tone in placed}
        return {21 if tone == 9 else tone for tone in placed} if placed & {10, 11} else placed
    if 17 in placed:
        placed = placed - {17} | {5}
    elif 14 in placed and not placed & {5, 10, 11}:
        placed = placed - {14} | {2}
    return {14 if tone == 2 else tone for tone in placed} if 5 in placed else placed


def _intervals(suffix: str) -> set[int]:
    """Return the semitones of a quality; empty where it is not understood."""
    try:
        # Parentheses keep the flat of b9 from becoming the root's.
        return set(parse_symbol(f"C({suffix})" if suffix[:1] in tuple("b#♭♯") else f"C{suffix}").intervals)
    except JazzgramError:
        return set()


def _name(element: Element, what: str, fifths: int) -> str:
    """Read a root or bass, moved to concert pitch, with at most one accidental."""
    step = element.findtext(f"{what}-step", "").strip()
    if step not in STEPS:
        raise JazzgramError(f"the {what} of a chord is {step[:20]!r} (expected A to G)")
    alter = integer(element.findtext(f"{what}-alter", "0"), f"alteration of a {what}")
    if not -2 <= alter <= 2:
        raise JazzgramError(f"the {what} of a chord is altered by {alter} semitones (expected -2 to 2)")
    letter, accidentals = name_at(fifths_position(step, alter) + fifths, 1)
    return letter + {-1: "b", 0: "", 1: "#"}[accidentals]


def _degree(element: Element) -> Degree:
    how = element.findtext("degree-type", "").strip()
    degree = integer(element.findtext("degree-value", ""), "degree of a chord")
    alter = integer(element.findtext("degree-alter", "0"), "alteration of a degree")
    if how not in ("add", "alter", "subtract") or degree not in _NATURAL or not -2 <= alter <= 2:
        raise JazzgramError(f"{how[:20]!r} {degree} altered by {alter} is no change of a chord's degree")
    return how, degree, alter
