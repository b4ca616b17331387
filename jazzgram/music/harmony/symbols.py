"""Chord symbols, parsed into pitch classes and voicings, and named from voicings.

The parser reads the common jazz dialects (``Cmaj7``, ``CM7``, ``CΔ``, ``C^7``, ``Cj7``; ``Cm7``, ``C-7``, ``Cmin7``;
``Cø``, ``Ch7``, ``Cm7b5``; ``Co7``, ``C°7``, ``Cdim7``; ``C+7``, ``C7#5``), those of iReal Pro, of music21 and of the
Weimar Jazz Database; `jazzgram.music.harmony.qualities` has their grammar. ``C/E`` is a chord over a bass note. A chord
over another chord is written with a bar or a backslash, ``D|C7`` or ``D\\C7``, or with a slash where what is under it
is clearly a chord, ``D/C7``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache

from jazzgram.errors import JazzgramError
from jazzgram.music.harmony.qualities import QUALITIES, intervals_of, quality_of
from jazzgram.music.note_names import FLAT_NAMES, LETTERS, NATURALS
from jazzgram.resources.frozen import dataclass

__all__ = ["QUALITIES", "ChordSymbol", "name_chord", "parse_symbol", "voicing"]

_LETTERS = dict(zip(LETTERS, NATURALS, strict=True))
_NO_CHORD = frozenset({"NC", "N.C.", "N.C", "N"})
_LOOK_ALIKES = str.maketrans("♭♯ºØ∅⌀∆△▵−–", "b#°øøøΔΔΔ--")
_LONGEST = 48
_BASS = re.compile(r"(.*?)(?:/([A-Ga-g](?:bb|##|[b#])?))?", re.DOTALL)
_OVER = re.compile(r"([^|\\]+)[|\\]([^|\\]+)|(.+)/([A-G].+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ChordSymbol:
    """A parsed chord symbol.

    Parameters
    ----------
    text : str
        As in the source.
    root : int or None
        Pitch class, 0 (C) to 11 (B); None for "no chord".
    root_name : str
        The root as in the source, flats as ``b`` (``Bb``); empty for "no chord".
    quality : str
        As `jazzgram.music.harmony.qualities.quality_of` names the tones (``m7`` for ``C-7``, ``7b13`` for
        ``C7913b``); the source's suffix where it has no name for them; of a chord over a chord without
        a name of its own, the lower's.
    intervals : tuple of int
        Semitones above the root, ascending, tensions above the octave. Empty for "no chord".
    bass : int or None
        The pitch class after the slash; None where there is no slash.
    bass_name : str
        The bass as in the source; empty where there is no slash.
    upper : str
        The symbol of the chord that is played above this one, with tones among `intervals`; empty where there is none.
    """

    text: str
    root: int | None
    root_name: str
    quality: str
    intervals: tuple[int, ...]
    bass: int | None = None
    bass_name: str = ""
    upper: str = ""

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The pitch classes of the chord without its slash bass; empty for "no chord"."""
        return frozenset() if self.root is None else frozenset((self.root + step) % 12 for step in self.intervals)

    @property
    def canonical(self) -> str:
        """The symbol in this project's own spelling: ``Bbm7`` for ``B♭-7``, ``NC`` for "no chord"."""
        if self.root is None:
            return "NC"
        over = f"{self.upper}\\" if self.upper else ""
        return over + self.root_name + self.quality + (f"/{self.bass_name}" if self.bass_name else "")


@lru_cache(maxsize=4096)
def parse_symbol(text: str) -> ChordSymbol:
    """Read a chord symbol.

    Parameters
    ----------
    text : str
        For example ``Dm7``, ``Bb-7``, ``F#ø``, ``G7(b9,b13)``, ``C79#11#``, ``Bb/C``, ``D|C7``, ``NC``. White
        space around it is ignored.

    Returns
    -------
    ChordSymbol

    Raises
    ------
    JazzgramError
        Where the text is not a chord symbol; the message has it and the nearest symbol.

    Notes
    -----
    In a dominant eleventh chord the eleventh replaces the third, a thirteenth chord omits the eleventh; a
    flat thirteenth replaces the fifth; ``alt`` is #5, b9 and #9; ``2`` is an added ninth: as pianists
    play these (Levine, *The Jazz Piano Book*, 1989, ch. 5 to 7). The tones of a chord over a chord count from the
    lower root: D over C7 is C13#11.

    Examples
    --------
    >>> parse_symbol("Bb-7").canonical, parse_symbol("C7911#").intervals, parse_symbol("C/E").bass
    ('Bbm7', (0, 4, 7, 10, 14, 18), 4)
    >>> parse_symbol("D|C7").canonical, parse_symbol("E/Cm").canonical
    ('C13#11', 'E\\\\Cm')
    """
    plain = text.strip().translate(_LOOK_ALIKES)
    if plain.upper() in _NO_CHORD:
        return ChordSymbol(text.strip(), None, "", "NC", ())
    found = _chord(text.strip(), plain) or _chord_over_chord(text.strip(), plain) if len(plain) <= _LONGEST else None
    if found is None:
        raise _unknown(text)
    return found


def _chord(text: str, plain: str) -> ChordSymbol | None:
    """Read one chord with or without a slash bass; None where it is none."""
    split = _BASS.fullmatch(plain)
    bass_name = (split[2] or "") if split else ""
    bass_name = bass_name[:1].upper() + bass_name[1:]
    for root_name, suffix in _roots(split[1] if split else plain):
        intervals = intervals_of(suffix)
        if intervals is not None:
            quality = quality_of(intervals)
            return ChordSymbol(
                text,
                _pitch_class(root_name),
                root_name,
                re.sub(r"\s", "", suffix) if quality is None else quality,
                intervals,
                _pitch_class(bass_name) if bass_name else None,
                bass_name,
            )
    return None


def _roots(text: str) -> Iterator[tuple[str, str]]:
    """Split a symbol behind its root: ``Bbb5`` is Bb with b5, and only where that cannot be parsed B double flat."""
    if text[:1] in _LETTERS:
        single = 2 if text[1:2] in ("b", "#") else 1
        yield text[:single], text[single:]
        if text[1:3] in ("bb", "##"):
            yield text[:3], text[3:]


def _chord_over_chord(text: str, plain: str) -> ChordSymbol | None:
    """Read a chord over a chord into one; None where it is none."""
    match = _OVER.fullmatch(plain)
    parts = [part.strip() for part in match.groups() if part is not None] if match else []
    upper, lower = (_chord(part, part) for part in parts) if parts else (None, None)
    if upper is None or lower is None or upper.bass_name:
        return None
    root = lower.root or 0
    added = {(tone - root) % 12 for tone in upper.pitch_classes} - {step % 12 for step in lower.intervals}
    # These tones stay in the lower octave: a third or a seventh is one in any octave.
    placed = {step if step in (4, 7, 10, 11) else step + 12 for step in added}
    intervals = tuple(sorted(placed.union(lower.intervals)))
    named = next((name for name, own in QUALITIES.items() if own == intervals), None)
    return ChordSymbol(
        text,
        lower.root,
        lower.root_name,
        lower.quality if named is None else named,
        intervals,
        lower.bass,
        lower.bass_name,
        upper.canonical if named is None else "",
    )


def voicing(symbol: ChordSymbol | str) -> tuple[int, ...]:
    """Stack a chord upward from its root in the octave C3 (48) to B3 (59).

    Parameters
    ----------
    symbol : ChordSymbol or str
        A slash bass is not part of the voicing.

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
    """Return the chord symbol that fits a voicing best.

    Parameters
    ----------
    pitches : tuple of int
        MIDI numbers in any order, doublings allowed.

    Returns
    -------
    str
        A symbol that `parse_symbol` reads, with a slash where the lowest tone is not the root but the root is
        played too; ``NC`` for an empty voicing.

    Notes
    -----
    Every quality of `QUALITIES` on every root is scored against the set of pitch classes, after the template
    matching of Pardo & Birmingham, *Algorithms for chordal analysis* (Computer Music Journal 26/2, 2002), with
    the project's own weights: each tone foreign to the template costs 1.3; each tone of it that is missing costs 1.3
    (third, fourth of a sus chord, altered fifth), 1.2 (sixth or seventh), 0.8 (tension) or 0.15 (perfect fifth); a
    missing root costs 1.0 (2.0 in a voicing of one or two tones), a root that is present but not lowest 0.7, or 1.0
    where a tension is lowest; and a quality costs 0.015 times its index in the table, so that common ones win.

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
        (_misfit(root, index, quality, classes, bass), root, quality)
        for root in range(12)
        for index, quality in enumerate(QUALITIES)
    )
    slash = f"/{FLAT_NAMES[bass]}" if bass != root and root in classes else ""
    return FLAT_NAMES[root] + quality + slash


def _misfit(root: int, index: int, quality: str, classes: frozenset[int], bass: int) -> float:
    """Return the cost of a quality on a root; 0.0 is the plain major triad in root position."""
    template = frozenset((root + step) % 12 for step in QUALITIES[quality])
    missing = sum(_missing_cost(step) for step in QUALITIES[quality] if (root + step) % 12 not in classes)
    if root not in classes and len(classes) < 3:
        missing += 1.0
    inversion = 0.0
    if root in classes and bass != root:
        inversion = 1.0 if any(step > 12 and (root + step) % 12 == bass for step in QUALITIES[quality]) else 0.7
    return missing + 1.3 * len(classes - template) + inversion + 0.015 * index


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


_SUFFIXES = (*QUALITIES, "-7", "-6", "-", "j7", "o7", "o", "+", "+7", "ø", "Δ", "7sus", "sus", "min7", "M7", "11")


def _unknown(text: str) -> JazzgramError:
    """Return the error for a text that is not a chord symbol."""
    shown = text.strip()
    shown = shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
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
