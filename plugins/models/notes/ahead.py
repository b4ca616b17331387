"""What comes after a gap, as inputs of a network: the first two notes that are given, and the time until the first.

A network that only follows the past leaps into bars that are given. In training with gaps every event inside one has
the next notes as inputs, so that the network learns to lead into them.
Source: the future among the inputs as in Hadjeres & Crestel (*The piano inpainting application*, 2021) and Thickstun et
al. (*Anticipatory music transformer*, 2024); the encoding is the project's.
"""

from __future__ import annotations

from random import Random

import numpy as np

from jazzgram import Position, TokenTune
from jazzgram.music import Float32s, Int32s

from .columns import INTERVALS, PITCHES, REST, WIDEST

BUCKETS = 48
"""Times until the first note that the head tells apart, each a sixth of a quarter note."""
_MOST = 2
"""Bars of a gap, and between two gaps, at most. Short ones: only the events before the end of a gap learn from it."""
_WITHOUT = 0.25
"""Share of solos without gaps."""
_UNKNOWN = (-1, -1, -1)
_QUARTER, _BUCKET = 480, 80
_BEATS = 16
_FARTHEST = 32 * _QUARTER
_WIDTHS = (PITCHES, INTERVALS, INTERVALS, _BEATS)
"""One-hot inputs: the first pitch, its interval from the last note, that from it to the second, beats until it."""
_OFFSETS = (0, PITCHES, PITCHES + INTERVALS, PITCHES + 2 * INTERVALS)
AHEAD_INPUTS = sum(_WIDTHS) + 2
"""With the time itself, u / 8 and exp(-u) of u beats."""


def ahead_columns(position: Position) -> tuple[int, int, int]:
    """Return the first pitch ahead, the second, and the ticks until the first; -1 where they are unknown."""
    ahead = position.ahead
    if ahead is None:
        return _UNKNOWN
    return ahead.pitch, -1 if ahead.following is None else ahead.following, ahead.until


def nothing_ahead(events: int) -> Int32s:
    """Return the columns of events that know nothing ahead, shape ``(events, 3)``."""
    return np.full((events, len(_UNKNOWN)), -1, np.int32)


def ahead_inputs(last: Int32s, ahead: Int32s) -> Float32s:
    """Return the inputs of events, shape ``(events, AHEAD_INPUTS)``; zeros where nothing is known.

    Parameters
    ----------
    last : ndarray of int32, shape (events,)
        The last pitch, -1 for none.
    ahead : ndarray of int32, shape (events, 3)
        As `ahead_columns` returns them.
    """
    pitch, following, until = ahead.T
    known = pitch >= 0
    one_hot = (
        pitch,
        np.where(known & (last >= 0), _clipped(pitch - last), -1),
        np.where(known & (following >= 0), _clipped(following - pitch), -1),
        np.where(known, np.minimum(until // _QUARTER, _BEATS - 1), -1),
    )
    inputs = np.zeros((len(ahead), AHEAD_INPUTS), np.float32)
    for index, offset in zip(one_hot, _OFFSETS, strict=True):
        (events,) = np.nonzero(index >= 0)
        inputs[events, offset + index[events]] = 1
    beats = np.minimum(until[known], _FARTHEST) / _QUARTER
    inputs[known, -2], inputs[known, -1] = beats / 8, np.exp(-beats)
    return inputs


def _clipped(interval: Int32s) -> Int32s:
    return np.clip(interval, -WIDEST, WIDEST) + WIDEST


def ahead_buckets(ahead: Int32s) -> Int32s:
    """Return the index of the time until the first note, shape ``(events,)``; `BUCKETS` where it is unknown."""
    until = ahead[:, 2]
    return np.where(until >= 0, np.minimum(until // _BUCKET, BUCKETS - 1), BUCKETS).astype(np.int32)


def with_gaps(tune: TokenTune, pitches: Int32s, rng: Random) -> Int32s:
    """Draw gaps of a bar or two; return what is known ahead of each event, shape ``(events, 3)``.

    Inside a gap it is the first two notes after it, elsewhere nothing. A quarter of all solos have no gap.
    """
    ahead = nothing_ahead(len(pitches))
    if rng.random() < _WITHOUT:
        return ahead
    (notes,) = np.nonzero((pitches >= 0) & (pitches < REST))
    begin = rng.randint(0, _MOST)
    while begin < tune.bars:
        end = begin + rng.randint(1, _MOST)
        after = notes[np.searchsorted(tune.bar[notes], end) :][:2]
        gap = slice(*np.searchsorted(tune.bar, (begin, end)))
        if len(after):
            first = after[0]
            bar_length = tune.onset[gap] + tune.remaining[gap]
            until = (tune.bar[first] - tune.bar[gap]) * bar_length + tune.onset[first] - tune.onset[gap]
            ahead[gap, : len(after)], ahead[gap, 2] = pitches[after], until
        begin = end + rng.randint(1, _MOST)
    return ahead


def transposed_ahead(ahead: Int32s, semitones: int) -> Int32s:
    """Transpose the pitches ahead."""
    pitches = ahead[:, :2]
    moved = np.where(pitches >= 0, np.clip(pitches + semitones, 0, PITCHES - 1), -1)
    return np.concatenate([moved, ahead[:, 2:]], axis=1).astype(np.int32)
