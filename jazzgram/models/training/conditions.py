"""Conditions: inputs of a network beside the terms, computed from the position of the term that it is to predict.

================  =====================================================================================================
``chord``         its twelve pitch classes, 0 or 1 from C upwards, and its root, one-hot likewise: that of the symbol,
                  without one the lowest pitch; 24 zeros where there is no chord
``next_chord``    the same of the chord after it, and the time until it begins: in whole notes, and in quarter notes up
                  to one
``position``      the quarter note of the bar (8, the last for all after it), the twelfth of a quarter note (12), the
                  quarter notes left in the bar, begun ones counted (8), and the time left: in whole notes, and in
                  quarter notes up to one
``form``          the bar's index in four bars (4) and in eight (8), and the share of the solo that is over
================  =====================================================================================================

After Eck & Schmidhuber, *Finding temporal structure in music: blues improvisation with LSTM recurrent networks* (2002),
whose network has the notes of the chord among its inputs, beside those of the melody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jazzgram.hooks.token_model import Position, TokenTune
from jazzgram.music.arrays import Float32s, Int32s
from jazzgram.music.chord import Chord
from jazzgram.music.harmony.symbols import parse_symbol
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.resources.frozen import dataclass

Condition = Literal["chord", "next_chord", "position", "form"]
"""What a model can be conditioned on besides the terms before."""

_COLUMNS = ("bar", "onset", "remaining", "until", "bars", "chord", "next_chord")
_WHOLE = 4 * TICKS_PER_QUARTER
_NO_CHORD = (0.0,) * 24


@dataclass(frozen=True)
class PositionColumns:
    """The positions of many terms, column by column.

    Parameters
    ----------
    bar, onset, remaining, until, bars : ndarray of int32
        As in `Position`, all of one shape.
    chord, next_chord : ndarray of int32
        Rows of `features`, of the same shape; -1 where there is none.
    features : ndarray of float32, shape (chords + 1, 24)
        See `chord_features`; the last row is that of no chord.

    Examples
    --------
    >>> position = Position(5, 480, 1440, None, Chord((60, 64, 67), 0, 0, "C"), until=1440)
    >>> columns = PositionColumns.of_positions([position])
    >>> conditions(("next_chord", "form"), columns)[0, [0, 4, 7, 12, 24, 25, 27, 35]].tolist()
    [1.0, 1.0, 1.0, 1.0, 0.75, 1.0, 1.0, 1.0]
    """

    bar: Int32s
    onset: Int32s
    remaining: Int32s
    until: Int32s
    bars: Int32s
    chord: Int32s
    next_chord: Int32s
    features: Float32s

    @classmethod
    def of_tunes(cls, tunes: Sequence[TokenTune]) -> PositionColumns:
        """Concatenate the positions of tunes, shape ``(terms,)``."""
        numbers: dict[tuple[float, ...], int] = {}
        chord, next_chord = [], []
        for chords, group in _by_chords(tunes):
            rows = [numbers.setdefault(chord_features(chord), len(numbers)) for chord in chords]
            row = np.array([*rows, -1], np.int32)  # -1 takes the last one, which is -1
            chord += [row[tune.chord] for tune in group]
            next_chord += [row[tune.next_chord] for tune in group]
        return cls(
            bar=np.concatenate([tune.bar for tune in tunes]),
            onset=np.concatenate([tune.onset for tune in tunes]),
            remaining=np.concatenate([tune.remaining for tune in tunes]),
            until=np.concatenate([tune.until for tune in tunes]),
            bars=np.concatenate([np.full(len(tune), tune.bars, np.int32) for tune in tunes]),
            chord=np.concatenate(chord),
            next_chord=np.concatenate(next_chord),
            features=np.array([*numbers, _NO_CHORD], np.float32),
        )

    @classmethod
    def of_positions(cls, positions: Sequence[Position]) -> PositionColumns:
        """Take the positions of solos that are improvised at once, shape ``(batch,)``."""
        numbers: dict[tuple[float, ...], int] = {}
        chords = [
            [-1 if chord is None else numbers.setdefault(chord_features(chord), len(numbers)) for chord in both]
            for both in ((position.chord, position.next_chord) for position in positions)
        ]
        chord, next_chord = np.array(chords, np.int32).reshape(-1, 2).T
        return cls(
            bar=np.array([position.bar for position in positions], np.int32),
            onset=np.array([position.onset for position in positions], np.int32),
            remaining=np.array([position.remaining for position in positions], np.int32),
            until=np.array([position.until for position in positions], np.int32),
            bars=np.array([position.bars for position in positions], np.int32),
            chord=chord,
            next_chord=next_chord,
            features=np.array([*numbers, _NO_CHORD], np.float32),
        )

    def take(self, rows: NDArray[Any]) -> PositionColumns:
        """Return the positions of some rows, in the shape of `rows`."""
        taken = {name: getattr(self, name)[rows] for name in _COLUMNS}
        return replace(self, **taken)


def _by_chords(tunes: Iterable[TokenTune]) -> Iterable[tuple[Sequence[Chord], list[TokenTune]]]:
    """Group neighbours that share their chords, which all tunes of a corpus do."""
    groups: list[tuple[Sequence[Chord], list[TokenTune]]] = []
    for tune in tunes:
        if not groups or groups[-1][0] is not tune.chords:
            groups.append((tune.chords, []))
        groups[-1][1].append(tune)
    return groups


def chord_features(chord: Chord) -> tuple[float, ...]:
    """Return a chord's twelve pitch classes and its root, one-hot; 24 numbers, zeros for no chord.

    Examples
    --------
    >>> features = chord_features(Chord((64, 67, 72), 0, 0, "C/E"))
    >>> [number for number, value in enumerate(features) if value]
    [0, 4, 7, 12]
    """
    return _chord_features(chord.symbol, chord.pitches)


@lru_cache(maxsize=8192)
def _chord_features(symbol: str, pitches: tuple[int, ...]) -> tuple[float, ...]:
    if not pitches:
        return _NO_CHORD
    root = parse_symbol(symbol).root if symbol else None
    ones = {pitch % 12 for pitch in pitches} | {12 + (min(pitches) % 12 if root is None else root)}
    return tuple(float(number in ones) for number in range(24))


def condition_size(names: Sequence[Condition]) -> int:
    """Return the number of inputs that `conditions` returns for a term.

    Examples
    --------
    >>> condition_size(("chord", "form"))
    37
    """
    return sum(_CONDITIONS[name][0] for name in names)


def conditions(names: Sequence[Condition], positions: PositionColumns) -> Float32s:
    """Compute the inputs that condition a network on positions.

    Parameters
    ----------
    names : sequence of str
        Any of ``chord``, ``next_chord``, ``position`` and ``form``; see the module.
    positions : PositionColumns
        Of any shape.

    Returns
    -------
    ndarray of float32, shape (*positions, condition_size(names))
        In the order of `names`. Training computes from a tune's columns, to the last bit, what stepping computes from
        the same `Position`.
    """
    inputs = [_CONDITIONS[name][1](positions) for name in names]
    return np.concatenate(inputs, axis=-1) if inputs else np.zeros((*positions.bar.shape, 0), np.float32)


def _chord(positions: PositionColumns) -> Float32s:
    return positions.features[positions.chord]


def _next_chord(positions: PositionColumns) -> Float32s:
    return np.concatenate([positions.features[positions.next_chord], _times(positions.until)], axis=-1)


def _position(positions: PositionColumns) -> Float32s:
    quarter, within = np.divmod(positions.onset, TICKS_PER_QUARTER)
    left = -(-positions.remaining // TICKS_PER_QUARTER)
    counted = (_one_hot(quarter, 8), _one_hot(within * 12 // TICKS_PER_QUARTER, 12), _one_hot(left - 1, 8))
    return np.concatenate([*counted, _times(positions.remaining)], axis=-1)


def _form(positions: PositionColumns) -> Float32s:
    over = np.divide(positions.bar, positions.bars, out=np.zeros(positions.bar.shape), where=positions.bars > 0)
    share = np.minimum(over, 1.0)[..., None].astype(np.float32)
    return np.concatenate([_one_hot(positions.bar % 4, 4), _one_hot(positions.bar % 8, 8), share], axis=-1)


def _one_hot(values: Int32s, size: int) -> Float32s:
    return np.eye(size, dtype=np.float32)[np.clip(values, 0, size - 1)]


def _times(ticks: Int32s) -> Float32s:
    counted = np.maximum(ticks, 0)
    near = np.minimum(counted, TICKS_PER_QUARTER) / TICKS_PER_QUARTER
    return np.stack([counted / _WHOLE, near], axis=-1).astype(np.float32)


_CONDITIONS: dict[Condition, tuple[int, Callable[[PositionColumns], Float32s]]] = {
    "chord": (24, _chord),
    "next_chord": (26, _next_chord),
    "position": (30, _position),
    "form": (13, _form),
}
