"""Chord symbols in MusicXML: the kind of each chord, and the degrees by which it differs from that kind."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from jazzgram.music.harmony.symbols import QUALITIES, ChordSymbol
from jazzgram.music.note_names import with_accidentals

if TYPE_CHECKING:
    from music21 import harmony

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
    "7": "dominant-seventh",
    "maj7": "major-seventh",
    "m7": "minor-seventh",
    "mMaj7": "minor-major-seventh",
    "7#5": "augmented-seventh",
    "m7b5": "half-diminished-seventh",
    "dim7": "diminished-seventh",
    "9": "dominant-ninth",
    "maj9": "major-ninth",
    "m9": "minor-ninth",
    "m11": "minor-11th",
    "13": "dominant-13th",
    "maj13": "major-13th",
    "m13": "minor-13th",
}
"""MusicXML's kinds of chords, as music21 names them, for the qualities that have one."""
_DEGREES = {
    **{2: (2, 0), 3: (9, 1), 5: (4, 0), 6: (11, 1), 8: (13, -1), 9: (6, 0), 10: (7, -1), 11: (7, 0)},
    **{13: (9, -1), 14: (9, 0), 15: (9, 1), 17: (11, 0), 18: (11, 1), 20: (13, -1), 21: (13, 0)},
}
"""MusicXML's degree and alteration of a tone that a kind of chord does not have."""


def harmony_of(symbol: ChordSymbol) -> harmony.ChordSymbol:
    """Build the chord symbol of music21, without realising its tones, which would take most of the time."""
    from music21 import harmony

    if symbol.root is None:
        return harmony.NoChord()
    made = harmony.ChordSymbol()
    made.root(symbol.root_name.replace("b", "-"))
    if symbol.bass_name:
        made.bass(symbol.bass_name.replace("b", "-"), allow_add=True)
    made.chordKind, text, degrees = kind_of(symbol.quality, symbol.intervals)
    made.chordKindStr = with_accidentals(text)
    for how, degree, alteration in degrees:
        change = harmony.ChordStepModification(how, degree, alteration)
        made.addChordStepModification(change, updatePitches=False)
    return made


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
        As music21 names it.
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
    (('dominant-seventh', '7', (('add', 9, -1),)), ('suspended-fourth', '7sus4', ()))
    """
    tones = set(intervals)
    if quality in _KINDS:
        return _KINDS[quality], quality, ()
    if "alt" in quality:
        return "dominant-seventh", quality, ()
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
