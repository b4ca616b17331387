"""Chord symbols in MusicXML: the kind of each chord, and the degrees by which it differs from that kind."""

from __future__ import annotations

from functools import lru_cache
from xml.etree import ElementTree

from jazzgram.music.harmony.symbols import QUALITIES, ChordSymbol
from jazzgram.music.note_names import with_accidentals

_KINDS = {
    "": "major",
    "m": "minor",
    "aug": "augmented",
    "dim": "diminished",
    "sus4": "suspended-fourth",
    "sus2": "suspended-second",
    "5": "power",
    "6": "major-sixth",
    "m6": "minor-sixth",
    "7": "dominant",
    "maj7": "major-seventh",
    "m7": "minor-seventh",
    "mMaj7": "major-minor",
    "7#5": "augmented-seventh",
    "m7b5": "half-diminished",
    "dim7": "diminished-seventh",
    "9": "dominant-ninth",
    "maj9": "major-ninth",
    "m9": "minor-ninth",
    "m11": "minor-11th",
    "13": "dominant-13th",
    "maj13": "major-13th",
    "m13": "minor-13th",
}
"""MusicXML's kinds of chords for the qualities that have one."""
_TRIADS = frozenset({"major", "minor", "augmented", "diminished", "suspended-fourth", "suspended-second", "power"})
_DEGREES = {
    **{2: (2, 0), 3: (9, 1), 5: (4, 0), 6: (11, 1), 8: (13, -1), 9: (6, 0), 10: (7, -1), 11: (7, 0)},
    **{13: (9, -1), 14: (9, 0), 15: (9, 1), 17: (11, 0), 18: (11, 1), 20: (13, -1), 21: (13, 0)},
}
"""MusicXML's degree and alteration of a tone that a kind of chord does not have."""


def harmony_of(symbol: ChordSymbol, offset: int = 0) -> ElementTree.Element:
    """Return a chord symbol as MusicXML's element ``harmony``.

    Parameters
    ----------
    symbol : ChordSymbol
        "No chord" is printed as N.C.
    offset : int
        Ticks from the onset of the note before which the element stands.
    """
    harmony = ElementTree.Element("harmony", {"placement": "above"})
    if symbol.root is None:
        _note(harmony, "root", "C").set("text", "")
        add(harmony, "kind", "none", text="N.C.")
    else:
        _note(harmony, "root", symbol.root_name)
        kind, text, degrees = kind_of(symbol.quality, symbol.intervals)
        add(harmony, "kind", kind, text=with_accidentals(text))
        if symbol.bass_name:
            _note(harmony, "bass", symbol.bass_name)
        for how, degree, alteration in degrees:
            change = add(harmony, "degree")
            add(change, "degree-value", str(degree))
            add(change, "degree-alter", str(alteration))
            shown = add(change, "degree-type", how)
            if kind not in _TRIADS:  # after a seventh "(♭9)" is enough; "(add9)" is for triads
                shown.set("text", "")
    if offset:
        add(harmony, "offset", str(offset))
    return harmony


def add(parent: ElementTree.Element, tag: str, text: str | None = None, /, **attributes: str) -> ElementTree.Element:
    """Append an element and return it; ``_`` in the names of attributes stands for a hyphen."""
    child = ElementTree.SubElement(parent, tag, {name.replace("_", "-"): value for name, value in attributes.items()})
    child.text = text
    return child


def _note(harmony: ElementTree.Element, of: str, name: str) -> ElementTree.Element:
    """Append the root or the bass, and return the element of its letter."""
    parent = add(harmony, of)
    letter = add(parent, f"{of}-step", name[0])
    if alteration := name.count("#") - name.count("b"):
        add(parent, f"{of}-alter", str(alteration))
    return letter


@lru_cache(maxsize=512)
def kind_of(quality: str, intervals: tuple[int, ...]) -> tuple[str, str, tuple[tuple[str, int, int], ...]]:
    """Express a chord as MusicXML does: a kind, its text, then the degrees that differ from it.

    Parameters
    ----------
    quality : str
        The suffix after the root.
    intervals : tuple of int
        Semitones above the root, ascending, tensions above the octave.

    Returns
    -------
    kind : str
        As MusicXML names it.
    text : str
        Printed after the root, before the degrees.
    degrees : tuple of (str, int, int)
        ``add`` or ``alter``, the degree, and its alteration in semitones; printed in parentheses.

    Notes
    -----
    For sevenths with a suspended fourth MusicXML has no kind, and ``7alt`` is hard to read as a list of degrees: these
    get the nearest kind and their text.

    Examples
    --------
    >>> kind_of("7b9", (0, 4, 7, 10, 13)), kind_of("7sus4", (0, 5, 7, 10))
    (('dominant', '7', (('add', 9, -1),)), ('suspended-fourth', '7sus4', ()))
    """
    tones = set(intervals)
    if quality in _KINDS:
        return _KINDS[quality], quality, ()
    if "alt" in quality:
        return "dominant", quality, ()
    if 5 in tones and 10 in tones and not tones & {3, 4}:
        return "suspended-fourth", quality, ()
    base = max(
        (name for name in _KINDS if name in QUALITIES and _fits(name, tones)),
        key=lambda name: len(tones.intersection(QUALITIES[name])),
    )
    left = tones.difference(QUALITIES[base])
    degrees = []
    for step, degree, altered in ((7, 5, {6, 8}), (14, 9, {13, 15})):
        if step in QUALITIES[base] and step not in tones and left & altered:
            chosen = min(left & altered)
            left.discard(chosen)
            degrees.append(("alter", degree, chosen - step))
    degrees.extend(("add", *_DEGREES[step]) for step in sorted(left))
    return _KINDS[base], base, tuple(degrees)


def _fits(quality: str, tones: set[int]) -> bool:
    """Return whether a chord can be written as this quality with added or altered degrees."""
    missing = set(QUALITIES[quality]) - tones
    if quality in ("aug", "7#5"):
        return False
    if 21 in QUALITIES[quality] and tones & {13, 15}:
        missing.discard(14)
    return missing <= {7}
