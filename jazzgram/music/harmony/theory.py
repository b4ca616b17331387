"""Chords and scales as in deepjazz, which uses those of music21; this module does without music21.

A chord is its voicing alone: MIDI numbers in the order of the source, each with its default name
(``C C# D E- E F F# G G# A B- B``). This reproduces the original's behaviour: a chord of A flat is spelled G# C E-, so
its root is C, and it is neither major nor minor. `jazzgram.music.harmony.scales` has the chord scales of jazz harmony;
those of a deepjazz grammar are here.

deepjazz derives a scale from a chord: of one kind of scale, the transposition that has most of the chord's tones. The
major scale is for chords of major quality. For all others `derived_scale` uses Dorian, to classify a note, and
`derived_blues_scale` a hexatonic blues scale, to choose one.

Source: music21's ``Chord.quality`` and ``ConcreteScale.derive``, version 10.5 (Cuthbert & Ariza, *music21: A Toolkit
for Computer-Aided Musicology*, ISMIR 2010), used by deepjazz (Kim, 2016). The tests compare with music21.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate, islice

from jazzgram.music.chord import Chord
from jazzgram.music.intervals import Spelled, parse_name, spelled, spelled_name

_MAJOR = ((1, 2), (1, 2), (1, 1), (1, 2), (1, 2), (1, 2), (1, 1))
_DORIAN = ((1, 2), (1, 1), (1, 2), (1, 2), (1, 2), (1, 1), (1, 2))
_BLUES_TO_THE_FOURTH = ((2, 3), (1, 2))
_TO_THE_FIFTH = ((1, 2),)
_BY_THE_FLAT_FIFTH = ((0, 1), (1, 1))
# In the order in which a tie is broken: music21 prefers the highest tonic of octave 4, and the flat of two names.
_TONICS = tuple(
    parse_name(f"{name}4")
    for name in ("B", "B-", "A", "G#", "G", "F#", "F", "E", "E-", "D#", "D", "D-", "C#", "C", "C-")
)
_QUALITIES = {(4, 7): "major", (3, 7): "minor", (4, 8): "augmented", (3, 6): "diminished"}


def derived_scale_tones(chord: Chord) -> frozenset[int]:
    """Return the pitch classes of the scale that deepjazz derives from a chord (see `derived_scale`).

    Chord tones are part of it as far as the scale has them. Empty for "no chord".

    Examples
    --------
    >>> sorted(derived_scale_tones(Chord((50, 53, 57, 60), 0, 1920)))
    [0, 2, 4, 5, 7, 9, 10]
    """
    return frozenset(parse_name(f"{name}4")[1] % 12 for name in derived_scale(chord.pitches))


@cache
def voicing_root(pitches: tuple[int, ...]) -> int:
    """Find the root of a voicing.

    It is the pitch from which the others go up in thirds. Where there is none, the one with most of a third, fifth,
    seventh, second, fourth and sixth above it, weighted 1/6, 1/7, 1/8, 1/9, 1/10 and 1/11; of equals the first.
    Letters count, not semitones, and of two pitches on one letter only the first.

    Parameters
    ----------
    pitches : tuple of int
        MIDI numbers, at least one, in the order of the source.

    Returns
    -------
    int
        One of `pitches`.

    Examples
    --------
    >>> voicing_root((52, 55, 60)), voicing_root((57, 60, 64, 67))
    (60, 57)
    """
    letters: dict[int, int] = {}
    for pitch in pitches:
        letters.setdefault(spelled(pitch)[0] % 7, pitch)
    if len(letters) == 1:
        return pitches[0]
    if len(letters) == 7:
        return min(pitches)
    for letter in sorted(letters):
        if all((letter + 2 * third) % 7 in letters for third in range(len(letters))):
            return letters[letter]

    def rootness(letter: int) -> float:
        return sum(1 / (6 + rank) for rank, step in enumerate((2, 4, 6, 1, 3, 5)) if (letter + step) % 7 in letters)

    return letters[max(letters, key=rootness)]


@cache
def voicing_quality(pitches: tuple[int, ...]) -> str:
    """Return the quality of a chord's triad, by letters above its `voicing_root`.

    Parameters
    ----------
    pitches : tuple of int
        MIDI numbers in the order of the source. May be empty.

    Returns
    -------
    str
        ``major``, ``minor``, ``augmented``, ``diminished``, or ``other``: no third, two different tones on the letter
        of the root, the third or the fifth, or no chord at all. Without a fifth the third decides.

    Examples
    --------
    >>> voicing_quality((48, 52, 55, 58)), voicing_quality((50, 53, 57)), voicing_quality((56, 60, 63))
    ('major', 'minor', 'other')
    """
    if not pitches:
        return "other"
    staff, lowest = spelled(voicing_root(pitches))
    above: dict[int, set[int]] = {}
    for pitch in pitches:
        above.setdefault((spelled(pitch)[0] - staff) % 7, set()).add((pitch - lowest) % 12)
    thirds, fifths = above.get(2, set()), above.get(4, set())
    if len(above[0]) > 1 or len(thirds) != 1 or len(fifths) > 1:
        return "other"
    (third,) = thirds
    if not fifths:
        return _QUALITIES.get((third, 7), "other")
    (fifth,) = fifths
    return _QUALITIES.get((third, fifth), "other")


@cache
def derived_scale(pitches: tuple[int, ...]) -> tuple[str, ...]:
    """Return the scale that deepjazz derives from a chord.

    The major scale where the chord's `voicing_quality` is major, else the Dorian scale, on the tonic from which it has
    most of the chord's pitch classes. Of equals the highest of C flat, C, ... B wins: C major gets the scale of G. The
    names are music21's, for deepjazz compares *names* to classify a note as a scale tone. `jazzgram.chord_scale` is
    the chord scale of jazz harmony.

    Parameters
    ----------
    pitches : tuple of int
        MIDI numbers in the order of the source. May be empty.

    Returns
    -------
    tuple of str
        Seven names, upwards from the tonic; none for "no chord".

    Examples
    --------
    >>> derived_scale((48, 52, 55, 58))
    ('F', 'G', 'A', 'B-', 'C', 'D', 'E')
    """
    if not pitches:
        return ()
    scale = _MAJOR if voicing_quality(pitches) == "major" else _DORIAN
    classes = {pitch % 12 for pitch in pitches}
    tonic = max(_TONICS, key=lambda tonic: len(classes & {pitch % 12 for _, pitch in _climb(tonic, scale)}))
    return tuple(spelled_name(note) for note in _climb(tonic, scale))


def derived_blues_scale(pitches: tuple[int, ...], with_flat_fifth: Callable[[], bool]) -> tuple[str, ...]:
    """Return a hexatonic blues scale that fits a chord, as deepjazz draws it.

    The tonic is the one from which the scale has most of the chord's pitch classes between its lowest and its highest
    tone; of equals the highest. music21's blues scale is random: each time it passes its fourth, it includes or
    omits the flat fifth, also while tonics are compared.

    Parameters
    ----------
    pitches : tuple of int
        MIDI numbers, at least one, in the order of the source.
    with_flat_fifth : callable
        Called each time the scale passes its fourth; returns whether the flat fifth is included.

    Returns
    -------
    tuple of str
        Upwards from the tonic to its octave, with no more than one sharp or flat each: the same name twice, or two
        names of one tone.

    Examples
    --------
    >>> derived_blues_scale((50, 53, 57, 60), lambda: False)
    ('D', 'F', 'G', 'A', 'C', 'D')
    """
    # music21 reads the first pitch of each pitch class only; that limits how far it climbs.
    first = {pitch % 12: pitch for pitch in reversed(pitches)}
    lowest, highest = min(first.values()), max(first.values())

    def matches(tonic: Spelled) -> int:
        octaves = -((lowest - tonic[1]) // 12)
        below = tonic[0] - 7 * octaves, tonic[1] - 12 * octaves
        climbed = _up_to(highest, _climb_blues(below, with_flat_fifth))
        return len({pitch % 12 for _, pitch in climbed if lowest <= pitch <= highest} & first.keys())

    tonic = max(_TONICS, key=matches)
    return tuple(spelled_name(note) for note in _up_to(tonic[1] + 12, _climb_blues(tonic, with_flat_fifth)))


def _climb(tonic: Spelled, scale: Sequence[Spelled]) -> Iterator[Spelled]:
    """Yield a scale from its tonic to the tone before the octave."""
    return islice(accumulate(scale, _add, initial=tonic), len(scale))


def _climb_blues(tonic: Spelled, with_flat_fifth: Callable[[], bool]) -> Iterator[Spelled]:
    """Yield a hexatonic blues scale upwards without end, with a call for the flat fifth at each fourth."""
    note = tonic
    while True:
        for step in _BLUES_TO_THE_FOURTH:
            yield note
            note = _single_accidental(_add(note, step))
        yield note
        for step in _BY_THE_FLAT_FIFTH if with_flat_fifth() else _TO_THE_FIFTH:
            note = _single_accidental(_add(note, step))
            yield note
        note = _single_accidental(_add(note, (2, 3)))
        yield note
        note = _single_accidental(_add(note, (1, 2)))


def _up_to(pitch: int, notes: Iterator[Spelled]) -> Iterator[Spelled]:
    """Yield notes up to the first that reaches a pitch."""
    for note in notes:
        yield note
        if note[1] >= pitch:
            return


def _add(note: Spelled, interval: Spelled) -> Spelled:
    return note[0] + interval[0], note[1] + interval[1]


def _single_accidental(note: Spelled) -> Spelled:
    return note if len(spelled_name(note)) <= 2 else spelled(note[1])
