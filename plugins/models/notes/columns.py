"""Input features of an event, computed from the past only: the same columns for training and for stepping.

They are functions of the tokens before the event and of its position. A column of `INTEGERS` is an index that becomes
one-hot, or -1 for "none"; a repetition is the continuation of the longest run that was played before and has just been
played again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, log2

import numpy as np

from jazzgram import UNKNOWN, Chord, JazzgramError, Position, TokenTune, Vocabulary, parse_symbol
from jazzgram.music import Float32s, Int32s

from .labels import input_tempo

PITCHES = 128
REST = PITCHES
"""The pitch index of a rest."""
RUN_LENGTHS = (1, 2, 3, 4, 6, 8, 12, 16)
"""Lengths of the runs that are searched for, in events."""
SEARCH_EVENTS = 512
"""How far back they are searched for, in events."""
WIDEST = 18
"""The widest melodic interval with a class of its own, in semitones; wider ones are clipped to it."""
INTERVALS = 2 * WIDEST + 1
"""Classes of melodic intervals, from `WIDEST` down to `WIDEST` up."""
_REST_INTERVAL, _FIRST_INTERVAL = chr(512), chr(513)
"""In `Past.intervals` a rest, and the first note, which has no note before it."""
_TICKS = 480
_SLOTS = 24
"""Slots of a quarter note."""

INTEGERS = (
    "last",
    "before_last",
    "third_last",
    "rested",
    "duration",
    "repeat_interval",
    "interval_run",
    "repeat_duration",
    "duration_run",
    "root",
    "next_root",
    "bass",
    "beat",
    "beats",
    "slot",
    "bar",
)
COLUMN = {name: index for index, name in enumerate(INTEGERS)}
PITCH_COLUMNS = slice(0, 3)
"""Of `INTEGERS`: the last three pitches."""
SCALARS = slice(0, 4)
"""Of the real-valued features: until, exp(-until), tempo, bar."""
CHORD_FLAGS = slice(4, 28)
"""Of the real-valued features: 12 pitch classes of the chord, then 12 of the next one, counted from their roots."""


@dataclass(frozen=True)
class Events:
    """The vocabulary as pitches and durations.

    Parameters
    ----------
    pitch, duration : ndarray of int32, shape (vocabulary,)
        Pitch (`REST` for a rest) and index into `durations` of each token.
    durations : tuple of int
        Distinct, in ticks.
    """

    pitch: Int32s
    duration: Int32s
    durations: tuple[int, ...]

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> Events:
        """Split terms into pitch and duration; raise JazzgramError for those that name no pitch."""
        for term in vocabulary.terms:
            named = term.category.isdecimal() and int(term.category) < PITCHES and not term.interval_range
            if not (named or term.is_rest):
                raise JazzgramError(f"this model learns pitches, and {term} names none: use the tokenizer events")
        durations = sorted({term.duration for term in vocabulary.terms})
        index = {ticks: number for number, ticks in enumerate(durations)}
        return cls(
            np.array([REST if term.is_rest else int(term.category) for term in vocabulary.terms], np.int32),
            np.array([index[term.duration] for term in vocabulary.terms], np.int32),
            tuple(durations),
        )


@dataclass(frozen=True, slots=True)
class Past:
    """The events so far, as far as the features need them.

    A character of `intervals` is a melodic interval, one of `rhythm` a duration and whether it was a rest: searching
    for a substring is much the fastest way to find a run again.

    Parameters
    ----------
    pitch : int or None
        Of the last event, `REST` for a rest; None at the start and after an unknown token.
    durations : tuple of int
        Indices of the durations, the latest last.
    intervals, rhythm : str
        What runs are searched for in.
    last : tuple of int
        The last three pitches, the latest first.
    """

    pitch: int | None = None
    durations: tuple[int, ...] = ()
    intervals: str = ""
    rhythm: str = ""
    last: tuple[int, ...] = ()

    def extended(self, pitch: int, duration: int) -> Past:
        """Return the past with one more event; `UNKNOWN` clears all but the last pitches."""
        if pitch == UNKNOWN:  # no run reaches over an unknown event
            return Past(last=self.last)
        if pitch == REST:
            interval = _REST_INTERVAL
        else:
            interval = chr(PITCHES + pitch - self.last[0]) if self.last else _FIRST_INTERVAL
        size = SEARCH_EVENTS + max(RUN_LENGTHS)
        return Past(
            pitch,
            (*self.durations, duration)[-size:],
            (self.intervals + interval)[-size:],
            (self.rhythm + chr(2 * duration + (pitch == REST)))[-size:],
            self.last if pitch == REST else (pitch, *self.last)[:3],
        )


def past_columns(past: Past) -> list[int]:
    """Return the columns of `INTEGERS` up to ``duration_run`` for the event that follows."""
    last = (*past.last, -1, -1, -1)[:3]
    at, interval_run = repetition(past.intervals)
    repeat_interval = _interval_class(past.intervals[at]) if interval_run else -1
    at, duration_run = repetition(past.rhythm)
    repeat_duration = past.durations[at] if duration_run else -1
    rested = 2 if past.pitch is None else int(past.pitch == REST)
    duration = past.durations[-1] if past.durations else -1
    return [*last, rested, duration, repeat_interval, interval_run, repeat_duration, duration_run]


def _interval_class(interval: str) -> int:
    """Return the class of a character of `Past.intervals`: 0 to `INTERVALS` - 1, `INTERVALS` for a rest."""
    if interval == _REST_INTERVAL:
        return INTERVALS
    return 2 * WIDEST if interval == _FIRST_INTERVAL else min(max(ord(interval) - PITCHES, -WIDEST), WIDEST) + WIDEST


def repetition(played: str) -> tuple[int, int]:
    """Find the longest run at the end that was played before, at its latest earlier occurrence.

    Returns
    -------
    index, run
        Index of what followed the earlier occurrence; the run's length is ``RUN_LENGTHS[run - 1]``. Run 0: none found.

    Examples
    --------
    >>> repetition("abcxabc")
    (3, 3)
    >>> repetition("ab")
    (0, 0)
    """
    size = len(played)
    found = (0, 0)
    for run, length in enumerate(RUN_LENGTHS, 1):
        if length >= size:
            break
        begin = played.rfind(played[-length:], max(size - SEARCH_EVENTS - length, 0), size - 1)
        if begin < 0:
            break
        found = begin + length, run
    return found


def _chord_features(chord: Chord | None) -> tuple[int, int, tuple[float, ...]]:
    """Return root, bass counted from the root (-1 each without a chord), and 12 flags counted from the root."""
    if chord is None or not chord.pitches:
        return -1, -1, (0.0,) * 12
    return _voicing_features(chord.symbol, chord.pitches)


@lru_cache(maxsize=4096)
def _voicing_features(symbol: str, pitches: tuple[int, ...]) -> tuple[int, int, tuple[float, ...]]:
    chord = parse_symbol(symbol) if symbol else None
    root = min(pitches) % 12 if chord is None or chord.root is None else chord.root
    bass = min(pitches) if chord is None or chord.bass is None else chord.bass
    sounding = {(pitch - root) % 12 for pitch in pitches}
    return root, (bass - root) % 12, tuple(float(degree in sounding) for degree in range(12))


def position_columns(position: Position) -> tuple[list[int], list[float]]:
    """Return the columns of `INTEGERS` from ``root`` on, and the 28 real-valued features."""
    root, bass, flags = _chord_features(position.chord)
    next_root, _, next_flags = _chord_features(position.next_chord)
    beats = (position.onset + position.remaining) // _TICKS
    slot = (position.onset % _TICKS * _SLOTS + _TICKS // 2) // _TICKS % _SLOTS
    beat = min(position.onset // _TICKS, 7)
    integers = [root, next_root, bass, beat, min(max(beats, 0), 7), slot, position.bar % 8]
    until = min(position.until / _TICKS, 16)
    scalars = [until / 8, exp(-until), log2(input_tempo(position) / 160), min(position.bar, 63) / 32]
    return integers, [*scalars, *flags, *next_flags]


def tune_columns(tune: TokenTune, events: Events) -> tuple[Int32s, Float32s, Int32s, Int32s]:
    """Return the columns of a whole tune.

    Returns
    -------
    integers, reals, pitches, durations
        Shapes ``(events, len(INTEGERS))``, ``(events, 28)`` and twice ``(events,)``; pitch and duration are -1 where
        the token is unknown.
    """
    integers, reals = [], []
    pitches = np.where(tune.tokens == UNKNOWN, -1, events.pitch[tune.tokens]).astype(np.int32)
    durations = np.where(tune.tokens == UNKNOWN, -1, events.duration[tune.tokens]).astype(np.int32)
    past = Past()
    for index, (pitch, duration) in enumerate(zip(pitches.tolist(), durations.tolist(), strict=True)):
        of_position, real = position_columns(tune.position(index))
        integers.append(past_columns(past) + of_position)
        reals.append(real)
        past = past.extended(pitch, duration)
    return np.array(integers, np.int32), np.array(reals, np.float32), pitches, durations


def transposed(integers: Int32s, pitches: Int32s, semitones: int) -> tuple[Int32s, Int32s]:
    """Transpose a tune's columns and pitches; a tune with a pitch that would leave MIDI's range stays as it is."""
    moved = integers.copy()
    past = integers[:, PITCH_COLUMNS]
    highest = max(int(pitches[pitches < REST].max(initial=0)), int(past.max(initial=0)))
    known = np.concatenate([pitches[(pitches >= 0) & (pitches < REST)], past[past >= 0]])
    if not len(known) or highest + semitones >= PITCHES or known.min() + semitones < 0:
        return moved, pitches
    for name in ("last", "before_last", "third_last"):
        column = moved[:, COLUMN[name]]
        column[column >= 0] += semitones
    for name in ("root", "next_root"):
        column = moved[:, COLUMN[name]]
        column[column >= 0] = (column[column >= 0] + semitones) % 12
    return moved, np.where((pitches >= 0) & (pitches < REST), pitches + semitones, pitches).astype(np.int32)
