"""Conditions: what a network may hear besides the terms, about the place of the term that it is to predict.

================  =====================================================================================================
``chord``         its twelve pitch classes, 0 or 1 from C upwards, and its root, one-hot likewise: that of the symbol,
                  without one the lowest pitch; 24 zeros where there is no chord
``next_chord``    the same of the chord after it, and the time until it begins: in whole notes, and in quarter notes up
                  to one
``position``      the quarter note of the bar (8, the last for all after it), the twelfth of a quarter note (12), the
                  quarter notes left in the bar, begun ones counted (8), and the time left: in whole notes, and in
                  quarter notes up to one
``form``          the bar's place in four bars (4) and in eight (8), and the share of the solo that is over
================  =====================================================================================================

After Eck & Schmidhuber, *Finding temporal structure in music: blues improvisation with LSTM recurrent networks* (2002),
whose network hears the notes of the chord beside those of the melody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jazzgram.hooks.token_model import Place, TokenTune
from jazzgram.music.chord import Chord
from jazzgram.music.harmony.symbols import parse_symbol
from jazzgram.music.time import TICKS_PER_QUARTER

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Condition = Literal["chord", "next_chord", "position", "form"]
"""What a model can be conditioned on besides the terms before."""

_COLUMNS = ("bar", "onset", "remaining", "until", "bars", "chord", "next_chord")
_WHOLE = 4 * TICKS_PER_QUARTER
_SILENT = (0.0,) * 24


@dataclass(frozen=True)
class PlaceColumns:
    """The places of many terms, column by column.

    Parameters
    ----------
    bar, onset, remaining, until, bars : ndarray of int32
        As in `Place`, all of one shape.
    chord, next_chord : ndarray of int32
        Rows of `voicings`, of the same shape; -1 where there is none.
    voicings : ndarray of float32, shape (chords + 1, 24)
        See `chord_one_hot`; the last row is silence.

    Examples
    --------
    >>> columns = PlaceColumns.of_places([Place(5, 480, 1440, None, Chord((60, 64, 67), 0, 0, "C"), until=1440)])
    >>> conditions(("next_chord", "form"), columns)[0, [0, 4, 7, 12, 24, 25, 27, 35]].tolist()
    [1.0, 1.0, 1.0, 1.0, 0.75, 1.0, 1.0, 1.0]
    """

    bar: Ints
    onset: Ints
    remaining: Ints
    until: Ints
    bars: Ints
    chord: Ints
    next_chord: Ints
    voicings: Floats

    @classmethod
    def of_tunes(cls, tunes: Sequence[TokenTune]) -> PlaceColumns:
        """Lay the places of tunes end to end, shape ``(terms,)``."""
        numbers: dict[tuple[float, ...], int] = {}
        chord, next_chord = [], []
        for chords, group in _by_chords(tunes):
            rows = [numbers.setdefault(chord_one_hot(chord), len(numbers)) for chord in chords]
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
            voicings=np.array([*numbers, _SILENT], np.float32),
        )

    @classmethod
    def of_places(cls, places: Sequence[Place]) -> PlaceColumns:
        """Take the places of solos that are improvised at once, shape ``(batch,)``."""
        numbers: dict[tuple[float, ...], int] = {}
        chords = [
            [-1 if chord is None else numbers.setdefault(chord_one_hot(chord), len(numbers)) for chord in both]
            for both in ((place.chord, place.next_chord) for place in places)
        ]
        chord, next_chord = np.array(chords, np.int32).reshape(-1, 2).T
        return cls(
            bar=np.array([place.bar for place in places], np.int32),
            onset=np.array([place.onset for place in places], np.int32),
            remaining=np.array([place.remaining for place in places], np.int32),
            until=np.array([place.until for place in places], np.int32),
            bars=np.array([place.bars for place in places], np.int32),
            chord=chord,
            next_chord=next_chord,
            voicings=np.array([*numbers, _SILENT], np.float32),
        )

    def take(self, rows: NDArray[Any]) -> PlaceColumns:
        """Give the places of some rows, in the shape of `rows`."""
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


def chord_one_hot(chord: Chord) -> tuple[float, ...]:
    """Give a chord's twelve pitch classes and its root, one-hot; 24 numbers, zeros for no chord.

    Examples
    --------
    >>> heard = chord_one_hot(Chord((64, 67, 72), 0, 0, "C/E"))
    >>> [number for number, value in enumerate(heard) if value]
    [0, 4, 7, 12]
    """
    return _voicing(chord.symbol, chord.pitches)


@lru_cache(maxsize=8192)
def _voicing(symbol: str, pitches: tuple[int, ...]) -> tuple[float, ...]:
    if not pitches:
        return _SILENT
    root = parse_symbol(symbol).root if symbol else None
    heard = {pitch % 12 for pitch in pitches} | {12 + (min(pitches) % 12 if root is None else root)}
    return tuple(float(number in heard) for number in range(24))


def condition_size(listen: Sequence[Condition]) -> int:
    """Count the numbers that `conditions` gives for a term.

    Examples
    --------
    >>> condition_size(("chord", "form"))
    37
    """
    return sum(_CONDITIONS[name][0] for name in listen)


def conditions(listen: Sequence[Condition], places: PlaceColumns) -> Floats:
    """Give what is heard about places.

    Parameters
    ----------
    listen : sequence of str
        Any of ``chord``, ``next_chord``, ``position`` and ``form``; see the module.
    places : PlaceColumns
        Of any shape.

    Returns
    -------
    ndarray of float32, shape (*places, condition_size(listen))
        In the order of `listen`. What training hears of a tune's columns is, to the last bit, what stepping hears of
        the same `Place`.
    """
    heard = [_CONDITIONS[name][1](places) for name in listen]
    return np.concatenate(heard, axis=-1) if heard else np.zeros((*places.bar.shape, 0), np.float32)


def _chord(places: PlaceColumns) -> Floats:
    return places.voicings[places.chord]


def _next_chord(places: PlaceColumns) -> Floats:
    return np.concatenate([places.voicings[places.next_chord], _times(places.until)], axis=-1)


def _position(places: PlaceColumns) -> Floats:
    quarter, within = np.divmod(places.onset, TICKS_PER_QUARTER)
    left = -(-places.remaining // TICKS_PER_QUARTER)
    counted = (_one_hot(quarter, 8), _one_hot(within * 12 // TICKS_PER_QUARTER, 12), _one_hot(left - 1, 8))
    return np.concatenate([*counted, _times(places.remaining)], axis=-1)


def _form(places: PlaceColumns) -> Floats:
    over = np.divide(places.bar, places.bars, out=np.zeros(places.bar.shape), where=places.bars > 0)
    share = np.minimum(over, 1.0)[..., None].astype(np.float32)
    return np.concatenate([_one_hot(places.bar % 4, 4), _one_hot(places.bar % 8, 8), share], axis=-1)


def _one_hot(values: Ints, size: int) -> Floats:
    return np.eye(size, dtype=np.float32)[np.clip(values, 0, size - 1)]


def _times(ticks: Ints) -> Floats:
    counted = np.maximum(ticks, 0)
    near = np.minimum(counted, TICKS_PER_QUARTER) / TICKS_PER_QUARTER
    return np.stack([counted / _WHOLE, near], axis=-1).astype(np.float32)


_CONDITIONS: dict[Condition, tuple[int, Callable[[PlaceColumns], Floats]]] = {
    "chord": (24, _chord),
    "next_chord": (26, _next_chord),
    "position": (30, _position),
    "form": (13, _form),
}
