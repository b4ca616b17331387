"""Chord scales: which tones fit a chord, which to avoid on it, and which are its guide tones.

The assignments follow Nettles & Graf, *The Chord Scale Theory and Jazz Harmony* (1997), Levine, *The Jazz Theory Book*
(1995, ch. 3), and the scale syllabus of Aebersold's play-along series. Where the schools differ, Levine is
followed: the sixth of Dorian is not avoided (Nettles & Graf avoid it on a minor seventh chord that acts as II), nor
is the third over a suspended fourth, and a dominant with b9 or #9 and a natural fifth takes the half-whole
diminished scale (Nettles & Graf prefer Mixolydian b9 b13, which is reserved for the chord that has the b13).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from jazzgram.errors import JazzgramError
from jazzgram.music.chord import Chord
from jazzgram.music.harmony.symbols import ChordSymbol, name_chord, parse_symbol
from jazzgram.music.note import Note
from jazzgram.resources.frozen import dataclass


@dataclass(frozen=True, slots=True)
class ChordScale:
    """A chord with the scale that is played over it; everything in pitch classes, 0 (C) to 11 (B).

    Parameters
    ----------
    name : str
        The scale's name without its root (``Dorian``).
    root : int
        The chord's root.
    chord_tones : frozenset of int
        The tones of the symbol, of the voicing, and a slash bass.
    scale : frozenset of int
        The scale, chord tones included.
    avoid : frozenset of int
        Scale tones that clash with the chord when they are stressed. Never a chord tone.
    guide_tones : frozenset of int
        Third and seventh, as far as the chord has them: of a sixth chord third and sixth, of a suspended chord
        the fourth (or second) in the third's place, of a triad the third alone. Empty for a power chord.

    Examples
    --------
    >>> found = chord_scale(Chord((48, 52, 55, 59), 0, 1920, "Cmaj7"))
    >>> found.name, sorted(found.avoid), sorted(found.guide_tones), sorted(found.color)
    ('Ionian', [5], [4, 11], [2, 9])
    """

    name: str
    root: int
    chord_tones: frozenset[int]
    scale: frozenset[int]
    avoid: frozenset[int]
    guide_tones: frozenset[int]

    @property
    def color(self) -> frozenset[int]:
        """Scale tones that are neither chord tones nor avoided."""
        return self.scale - self.chord_tones - self.avoid


@dataclass(frozen=True, slots=True)
class _Scale:
    """A scale in semitones above the chord's root, and the chord qualities with it as the first choice."""

    name: str
    steps: frozenset[int]
    avoid: frozenset[int]
    qualities: frozenset[str]


def _scale(name: str, steps: str, avoid: str = "", qualities: str = "") -> _Scale:
    return _Scale(
        name,
        frozenset(map(int, steps.split())),
        frozenset(map(int, avoid.split())),
        frozenset(quality if quality != "major" else "" for quality in qualities.split()),
    )


_SCALES = (
    _scale("Ionian", "0 2 4 5 7 9 11", "5", "major 6 69 maj7 maj9 maj13 add9"),
    _scale("Mixolydian", "0 2 4 5 7 9 10", "5", "7 9 13 5 sus4 7sus4 9sus4 13sus4"),
    _scale("Dorian", "0 2 3 5 7 9 10", "", "m m7 m9 m11 m13 madd9"),
    _scale("melodic minor", "0 2 3 5 7 9 11", "", "m6 m69 mMaj7 mMaj9"),
    _scale("Lydian", "0 2 4 6 7 9 11", "", "maj7#11 maj9#11 69#11"),
    _scale("Lydian dominant", "0 2 4 6 7 9 10", "", "7#11 9#11 13#11 7b5"),
    _scale("half-whole diminished", "0 1 3 4 6 7 9 10", "", "7b9 7#9 13b9"),
    _scale("altered", "0 1 3 4 6 8 10", "", "7alt 7#9#5"),
    _scale("whole tone", "0 2 4 6 8 10", "", "aug 7#5 9#5"),
    _scale("Locrian", "0 1 3 5 6 8 10", "1", "m7b5"),
    _scale("whole-half diminished", "0 2 3 5 6 8 9 11", "", "dim dim7"),
    _scale("Mixolydian b9 b13", "0 1 4 5 7 8 10", "5", "7b9b13"),
    _scale("Mixolydian b13", "0 2 4 5 7 8 10", "5", "7b13 9b13"),
    _scale("Lydian augmented", "0 2 4 6 8 9 11", "", "maj7#5"),
    _scale("Dorian b2", "0 1 3 5 7 9 10", "", "7b9sus4"),
    # These are no quality's first choice: a chord gets one of them where its tones require it.
    _scale("Locrian natural 2", "0 2 3 5 6 8 10"),
    _scale("Aeolian", "0 2 3 5 7 8 10", "8"),
    _scale("Phrygian", "0 1 3 5 7 8 10", "1 8"),
    _scale("harmonic minor", "0 2 3 5 7 8 11", "8"),
)


def chord_scale(chord: Chord | None) -> ChordScale | None:
    """Return the scale of a chord.

    The quality is that of the chord's symbol; without one that can be parsed, the chord is named from its voicing
    (`jazzgram.music.harmony.symbols.name_chord`). The quality's usual scale is used where it has all tones of the
    symbol and the voicing, so that a ``C7`` voiced with a b9 is played as C7b9. Otherwise it is the first scale with
    all of them; without any such scale, the usual or the nearest one with the foreign tones added.

    Parameters
    ----------
    chord : Chord or None
        The sounding chord; None for none.

    Returns
    -------
    ChordScale or None
        None for None, a chord without pitches, or the symbol ``NC``.

    Examples
    --------
    >>> [chord_scale(Chord((48, 51, 55, 58), 0, 1920, name)).name for name in ("Cm7", "")]
    ['Dorian', 'Dorian']
    >>> chord_scale(Chord((), 0, 1920)) is None
    True
    """
    return None if chord is None or not chord.pitches else _of_sound(chord.pitches, chord.symbol)


@cache
def _of_sound(pitches: tuple[int, ...], symbol: str) -> ChordScale | None:
    try:
        read = parse_symbol(symbol or name_chord(pitches))
    except JazzgramError:
        read = parse_symbol(name_chord(pitches))
    if read.root is None:
        return None
    root = read.root
    sounding = (
        read.pitch_classes | {pitch % 12 for pitch in pitches} | ({read.bass} if read.bass is not None else set())
    )
    steps = frozenset((tone - root) % 12 for tone in sounding)
    scale = _choose(read.quality, steps)
    return ChordScale(
        scale.name,
        root,
        sounding,
        _above(root, scale.steps | steps),
        _above(root, scale.avoid - steps),
        _above(root, _guide_steps(read)),
    )


def _choose(quality: str, steps: frozenset[int]) -> _Scale:
    usual = next((scale for scale in _SCALES if quality in scale.qualities), None)
    if usual is not None and steps <= usual.steps:
        return usual
    fitting = next((scale for scale in _SCALES if steps <= scale.steps), None)
    return fitting or usual or max(_SCALES, key=lambda scale: len(scale.steps & steps))


def _guide_steps(symbol: ChordSymbol) -> frozenset[int]:
    """Return third and seventh, or their substitutes, in semitones above the root; tensions do not count."""
    groups = ((4, 3, 5, 2), (11, 10, 9))
    found = (next((step for step in group if step in symbol.intervals), None) for group in groups)
    return frozenset(step for step in found if step is not None)


def _above(root: int, steps: frozenset[int]) -> frozenset[int]:
    return frozenset((root + step) % 12 for step in steps)


def nearest_pitch(pitch: int, pitch_classes: frozenset[int], toward: int | None = None) -> int:
    """Return the pitch of certain pitch classes that is nearest to another.

    Parameters
    ----------
    pitch : int
        MIDI number.
    pitch_classes : frozenset of int
        0 (C) to 11 (B).
    toward : int or None
        Of two equally near pitches, the one nearer to this MIDI number; the lower one in a tie, or where this is None.

    Returns
    -------
    int
        MIDI number, 0 to 127; `pitch` itself where `pitch_classes` is empty.

    Examples
    --------
    >>> nearest_pitch(65, frozenset({0, 4, 7})), nearest_pitch(62, frozenset({0, 4}), toward=67)
    (64, 64)
    """
    for distance in range(12):
        below, above = pitch - distance, pitch + distance
        fitting = [near for near in (below, above) if 0 <= near <= 127 and near % 12 in pitch_classes]
        if fitting:
            return min(fitting, key=lambda near: 0 if toward is None else abs(near - toward))
    return pitch


def retuned(note: Note, pitch: int) -> Note:
    """Return a note with another pitch; it keeps its spelling only where it keeps its pitch class.

    Examples
    --------
    >>> note = Note(63, 0, 240, spelling="E-")
    >>> retuned(note, 75).spelling, retuned(note, 64).spelling
    ('E-', None)
    """
    if pitch == note.pitch:
        return note
    return replace(note, pitch=pitch, spelling=note.spelling if (pitch - note.pitch) % 12 == 0 else None)
