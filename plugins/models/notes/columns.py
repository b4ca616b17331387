"""What a model of notes hears of an event before it is there: in columns, the same for training and for stepping.

All of it is known from the past: the tokens before, and the place that follows from them. A column of `INTEGERS` is a
number that becomes one-hot, or -1 for "nothing"; a repetition is the continuation of the longest run that has been
played before and was played again just now.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, log2

import numpy as np
from numpy.typing import NDArray

from jazzgram import UNKNOWN, Chord, JazzgramError, Place, TokenTune, Vocabulary, parse_symbol

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

PITCHES = 128
REST = PITCHES
"""The pitch that stands for a rest."""
LENGTHS = (1, 2, 3, 4, 6, 8, 12, 16)
"""How long a run may be that is found again, in events."""
REACH = 512
"""How far back it is looked for, in events."""
_WIDEST = 18
MOVES = 2 * _WIDEST + 1
"""Intervals that are told apart; wider ones count as the widest."""
_PAUSE, _FIRST = chr(512), chr(513)
"""Stand in `Past.moves` for a rest, and for the first note, which moved from nowhere."""
_TICKS = 480
_SLOTS = 24
"""Slots of a quarter note."""

INTEGERS = (
    *("last", "before_last", "third_last", "rested", "duration", "move", "move_run", "length", "length_run"),
    *("root", "next_root", "bass", "beat", "beats", "slot", "bar"),
)
REALS = 4 + 24
"""until, 1 / until, tempo, bar, then the pitch classes of the chord and of the next, counted from their roots."""
COLUMN = {name: number for number, name in enumerate(INTEGERS)}


@dataclass(frozen=True)
class Events:
    """The vocabulary as pitches and durations.

    Parameters
    ----------
    pitch, duration : ndarray of int32, shape (vocabulary,)
        Of each token its pitch (`REST` for a rest) and the place of its duration in `durations`.
    durations : tuple of int
        Distinct, in ticks.
    """

    pitch: Ints
    duration: Ints
    durations: tuple[int, ...]

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> Events:
        """Take terms apart; raise JazzgramError for those that name no pitch."""
        for term in vocabulary.terms:
            named = term.kind.isdecimal() and int(term.kind) < PITCHES and not term.interval_range
            if not (named or term.is_rest):
                raise JazzgramError(f"this model learns pitches, and {term} names none: use the tokenizer events")
        durations = sorted({term.duration for term in vocabulary.terms})
        place = {ticks: number for number, ticks in enumerate(durations)}
        return cls(
            np.array([REST if term.is_rest else int(term.kind) for term in vocabulary.terms], np.int32),
            np.array([place[term.duration] for term in vocabulary.terms], np.int32),
            tuple(durations),
        )


@dataclass(frozen=True, slots=True)
class Past:
    """What was played: the last pitch (`REST` for a rest), durations, and both as runs are looked for in them.

    A character of `moves` is an interval, one of `lengths` a duration and whether it was a rest: the search for a
    substring is much the fastest way to find a run again.
    """

    pitch: int | None = None
    durations: tuple[int, ...] = ()
    moves: str = ""
    lengths: str = ""
    last: tuple[int, ...] = ()
    """The last three pitches, the latest first."""

    def then(self, pitch: int, duration: int) -> Past:
        """Add an event."""
        if pitch == UNKNOWN:  # nothing that went before is known to go on
            return Past(last=self.last)
        move = _PAUSE if pitch == REST else _FIRST if not self.last else chr(PITCHES + pitch - self.last[0])
        kept = REACH + max(LENGTHS)
        return Past(
            pitch,
            (*self.durations, duration)[-kept:],
            (self.moves + move)[-kept:],
            (self.lengths + chr(2 * duration + (pitch == REST)))[-kept:],
            self.last if pitch == REST else (pitch, *self.last)[:3],
        )


def past_columns(past: Past) -> list[int]:
    """Give the columns of `INTEGERS` up to ``length_run`` for the event that follows."""
    last = (*past.last, -1, -1, -1)[:3]
    at, move_run = repetition(past.moves)
    moved = _numbered(past.moves[at]) if move_run else -1
    spot, length_run = repetition(past.lengths)
    length = past.durations[spot] if length_run else -1
    rested = 2 if past.pitch is None else int(past.pitch == REST)
    duration = past.durations[-1] if past.durations else -1
    return [*last, rested, duration, moved, move_run, length, length_run]


def _numbered(move: str) -> int:
    """Number what `Past.moves` has: intervals from 0 to `MOVES` - 1, `MOVES` for a rest."""
    if move == _PAUSE:
        return MOVES
    return 2 * _WIDEST if move == _FIRST else min(max(ord(move) - PITCHES, -_WIDEST), _WIDEST) + _WIDEST


def repetition(played: str) -> tuple[int, int]:
    """Find the latest place in the past at which the longest run that was just played had been played before.

    Returns
    -------
    place, run
        What followed it then stands at `place`; its length is ``LENGTHS[run - 1]``, nothing was found where it is 0.

    Examples
    --------
    >>> repetition("abcxabc")
    (3, 3)
    >>> repetition("ab")
    (0, 0)
    """
    size = len(played)
    found = (0, 0)
    for run, length in enumerate(LENGTHS, 1):
        if length >= size:
            break
        begin = played.rfind(played[-length:], max(size - REACH - length, 0), size - 1)
        if begin < 0:
            break
        found = begin + length, run
    return found


@lru_cache(maxsize=4096)
def _voicing(symbol: str, pitches: tuple[int, ...]) -> tuple[int, int, Floats]:
    if not pitches:
        return _heard(None)
    chord = parse_symbol(symbol) if symbol else None
    root = min(pitches) % 12 if chord is None or chord.root is None else chord.root
    bass = min(pitches) if chord is None or chord.bass is None else chord.bass
    flags = np.zeros(12, np.float32)
    flags[[(pitch - root) % 12 for pitch in pitches]] = 1
    return root, (bass - root) % 12, flags


def _heard(chord: Chord | None) -> tuple[int, int, Floats]:
    return (-1, -1, np.zeros(12, np.float32)) if chord is None else _voicing(chord.symbol, chord.pitches)


def place_columns(place: Place) -> tuple[list[int], Floats]:
    """Give the columns of `INTEGERS` from ``root`` on, and the real numbers."""
    root, bass, flags = _heard(place.chord)
    next_root, _, next_flags = _heard(place.next_chord)
    beats = (place.onset + place.remaining) // _TICKS
    slot = (place.onset % _TICKS * _SLOTS + _TICKS // 2) // _TICKS % _SLOTS
    integers = [root, next_root, bass, min(place.onset // _TICKS, 7), min(max(beats, 0), 7), slot, place.bar % 8]
    until = min(place.until / _TICKS, 16)
    reals = [until / 8, exp(-until), log2(place.tempo / 160), min(place.bar, 63) / 32]
    return integers, np.concatenate([np.array(reals, np.float32), flags, next_flags])


def tune_columns(tune: TokenTune, events: Events) -> tuple[Ints, Floats, Ints, Ints]:
    """Give the columns of a whole tune.

    Returns
    -------
    integers, reals, pitches, durations
        Shapes ``(events, columns)``, ``(events, REALS)`` and twice ``(events,)``; pitch and duration are -1 where the
        token is unknown.
    """
    integers, reals = [], []
    pitches = np.where(tune.tokens == UNKNOWN, -1, events.pitch[tune.tokens]).astype(np.int32)
    durations = np.where(tune.tokens == UNKNOWN, -1, events.duration[tune.tokens]).astype(np.int32)
    past = Past()
    for number, (pitch, duration) in enumerate(zip(pitches.tolist(), durations.tolist(), strict=True)):
        here, numbers = place_columns(tune.place(number))
        integers.append(past_columns(past) + here)
        reals.append(numbers)
        past = past.then(pitch, duration)
    return np.array(integers, np.int32), np.array(reals, np.float32), pitches, durations


def transposed(integers: Ints, pitches: Ints, semitones: int) -> tuple[Ints, Ints]:
    """Move a tune's columns and pitches; where a pitch would leave MIDI's range, it stays as it is."""
    moved = integers.copy()
    highest = max(int(pitches[pitches < REST].max(initial=0)), int(integers[:, :3].max(initial=0)))
    known = np.concatenate([pitches[(pitches >= 0) & (pitches < REST)], integers[:, :3][integers[:, :3] >= 0]])
    if not len(known) or highest + semitones >= PITCHES or known.min() + semitones < 0:
        return moved, pitches
    for name in ("last", "before_last", "third_last"):
        column = moved[:, COLUMN[name]]
        column[column >= 0] += semitones
    for name in ("root", "next_root"):
        column = moved[:, COLUMN[name]]
        column[column >= 0] = (column[column >= 0] + semitones) % 12
    return moved, np.where((pitches >= 0) & (pitches < REST), pitches + semitones, pitches).astype(np.int32)
