"""Progressions: the chords of tunes as degrees of their keys, so that the same pattern is the same in every key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jazzgram.improvisation.reharmony.local_keys import Key, local_keys
from jazzgram.music.harmony.spell import symbol_of
from jazzgram.music.harmony.symbols import ChordSymbol
from jazzgram.music.note_names import FLAT_NAMES, LETTERS, NATURALS, USUAL_NAMES
from jazzgram.music.tune import Corpus

FAMILIES = ("major", "minor", "dominant", "half", "diminished")
"""The families of chords, beside their roots; tensions make no difference."""

_NUMERALS = ("I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "bVI", "VI", "bVII", "VII")
_ENDINGS = {"major": "maj7", "minor": "m7", "dominant": "7", "half": "m7b5", "diminished": "dim7"}


@dataclass(frozen=True, slots=True, order=True)
class Degree:
    """A chord relative to its key.

    Parameters
    ----------
    step : int
        Semitones from the tonic up to the root, 0 to 11.
    family : str
        One of `FAMILIES`.

    Examples
    --------
    >>> str(Degree(1, "dominant")), str(Degree(2, "minor"))
    ('bII7', 'IIm7')
    """

    step: int
    family: str

    def __str__(self) -> str:
        return _NUMERALS[self.step] + _ENDINGS[self.family]


ALL_DEGREES = tuple(Degree(step, family) for step in range(12) for family in FAMILIES)
"""Every chord there can be, 60 of them."""


@dataclass(frozen=True, slots=True)
class Progression:
    """A stretch of changes without a gap.

    Parameters
    ----------
    work : str
        The composition it is from.
    chords : tuple of ChordSymbol
        At least one, each other than the one before it.
    keys : tuple of Key
        Of each chord.
    degrees : tuple of Degree
        Of each chord.
    """

    work: str
    chords: tuple[ChordSymbol, ...]
    keys: tuple[Key, ...]
    degrees: tuple[Degree, ...]

    def degree_in(self, index: int, key: Key) -> Degree:
        """Return the degree of a chord in any key: neighbours in another key have another function."""
        return Degree(((self.chords[index].root or 0) - key.tonic) % 12, self.degrees[index].family)


def family(chord: ChordSymbol) -> str:
    """Return the family of a chord other than "no chord"; an augmented or suspended triad counts as a dominant.

    Examples
    --------
    >>> from jazzgram.music.harmony.symbols import parse_symbol
    >>> [family(parse_symbol(text)) for text in ("C6", "C-7", "C13#11", "C7sus4", "Cø", "Co7", "C+")]
    ['major', 'minor', 'dominant', 'dominant', 'half', 'diminished', 'dominant']
    """
    tones = set(chord.intervals)
    if 3 in tones and 4 not in tones:
        fifth_is_flat = 6 in tones and 7 not in tones
        return ("half" if 10 in tones else "diminished") if fifth_is_flat else "minor"
    if 10 in tones or (8 in tones and 11 not in tones) or (5 in tones and 4 not in tones):
        return "dominant"
    return "major"


def degrees(chords: Sequence[ChordSymbol]) -> tuple[tuple[Degree, ...], tuple[Key, ...]]:
    """Return chords as degrees of their local keys.

    Parameters
    ----------
    chords : sequence of ChordSymbol
        In order, without "no chord"; may be empty.

    Returns
    -------
    tuple of Degree, tuple of Key
        Of each chord.

    Examples
    --------
    >>> from jazzgram.music.harmony.symbols import parse_symbol
    >>> list(map(str, degrees([parse_symbol(text) for text in ("Dm7", "Db7", "Cmaj7")])[0]))
    ['IIm7', 'bII7', 'Imaj7']
    """
    plain = [(chord.root or 0, family(chord)) for chord in chords]
    keys = local_keys(plain)
    found = tuple(Degree((root - key.tonic) % 12, kind) for (root, kind), key in zip(plain, keys, strict=True))
    return found, keys


def progressions(corpus: Corpus) -> list[Progression]:
    """Return the progressions of a corpus.

    Parameters
    ----------
    corpus : Corpus
        Any.

    Returns
    -------
    list of Progression
        In the order of the corpus; a tune is cut where it has no chord. A chord that is held or struck again is one.
        Empty where the corpus has no chords.
    """
    found: list[Progression] = []
    for tune in corpus.tunes:
        work = tune.work or tune.title
        stretch: list[ChordSymbol] = []
        for symbol in (symbol_of(chord) for bar in tune.bars for chord in bar.chords):
            if symbol.root is None:
                found += progression(stretch, work)
                stretch = []
            elif not stretch or not same(stretch[-1], symbol):
                stretch.append(symbol)
        found += progression(stretch, work)
    return found


def same(chord: ChordSymbol, other: ChordSymbol) -> bool:
    """Return whether two chords differ in tensions and bass at most."""
    return chord.root == other.root and family(chord) == family(other)


def progression(chords: Sequence[ChordSymbol], work: str = "") -> list[Progression]:
    """Return the progression of chords; an empty list where there are none."""
    if not chords:
        return []
    found, keys = degrees(chords)
    return [Progression(work, tuple(chords), keys, found)]


_LETTER_OF_STEP = (0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 6)
_RAISED = {1: 0, 6: 3, 8: 4}
_ODD = frozenset({"Cb", "Fb", "E#", "B#"})


def root_name(degree: Degree, key: Key) -> str:
    """Name the root of a chord.

    Parameters
    ----------
    degree : Degree
        The chord.
    key : Key
        Its key.

    Returns
    -------
    str
        With at most one sign, and never Cb, Fb, E# or B#. A step outside the scale is a flat one (bII, bVII), but a
        diminished or half-diminished chord on it is on its way up (#I, #IV, #V).

    Examples
    --------
    >>> root_name(Degree(1, "dominant"), Key(0, False)), root_name(Degree(6, "diminished"), Key(5, False))
    ('Db', 'B')
    >>> root_name(Degree(4, "minor"), Key(4, False)), root_name(Degree(1, "diminished"), Key(7, False))
    ('G#', 'G#')
    """
    tonic = (USUAL_NAMES if key.minor else FLAT_NAMES)[key.tonic]
    pitch_class = (key.tonic + degree.step) % 12
    above = _LETTER_OF_STEP[degree.step]
    if degree.family in ("diminished", "half"):
        above = _RAISED.get(degree.step, above)
    letter = (LETTERS.index(tonic[0]) + above) % 7
    sign = (pitch_class - NATURALS[letter] + 6) % 12 - 6
    name = LETTERS[letter] + {-1: "b", 0: "", 1: "#"}.get(sign, "?")
    return FLAT_NAMES[pitch_class] if "?" in name or name in _ODD else name
