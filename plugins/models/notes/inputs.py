"""What every network over notes begins with: its inputs, and the indices with which pitches are looked up, in NumPy.

The features of `columns` become one row of inputs, and the indices with which the heads look up interval, degree and
embedding of each pitch. Training and stepping compute from the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.models import rows_times
from jazzgram.music import Float32s, Int32s

from .ahead import AHEAD_INPUTS, ahead_inputs
from .columns import CHORD_FLAGS, COLUMN, INTEGERS, INTERVALS, PITCHES, REST, RUN_LENGTHS, SCALARS, WIDEST

RUNS = len(RUN_LENGTHS) + 1
NO_INTERVAL = 2 * PITCHES - 1
"""The index of the zero behind a table of the intervals from -127 to 127."""
NO_DEGREE = 12
"""The index behind the twelve degrees: a rest, or no root."""
NO_REPEAT = 2 * RUNS
"""The index behind the runs that a pitch continues or breaks: there is none."""
_PITCH = np.arange(PITCHES, dtype=np.int32)
_ROTATION = np.concatenate([flags + (np.arange(12)[:, None] + np.arange(12)) % 12 for flags in (4, 16)])
"""The columns of a chord's flags, rotated to the left by so many semitones; from row 12 on those of the next chord."""
_ROTATED_CHORDS = np.array([0, 12, 0, 12], np.int32)
_REPEATED: Int32s = np.add.outer(np.arange(INTERVALS + 2) - WIDEST, np.arange(PITCHES + 1)).astype(np.int32)
_REPEATED[:, -1], _REPEATED[INTERVALS], _REPEATED[-1] = -1, REST, -1
"""The pitch that continues a repetition by its interval and the last pitch; the last row and column are those of -1."""
_CHORD_INPUTS = 3 * 24
"""Inputs that are flags of chords; behind them are four scalars."""
_REAL_INPUTS = _CHORD_INPUTS + 4
"""Inputs that are not one-hot, besides those for labels."""
_MOST_PRODUCTS = 1024
"""Chords over which last notes whose products with the first layer are cached: more than a chorus has."""
_DIFFERENCES = {
    "interval": ("last", "before_last"),
    "second_interval": ("last", "third_last"),
    "degree": ("last", "root"),
    "next_degree": ("last", "next_root"),
    "root_motion": ("next_root", "root"),
}
"""One-hot inputs that are the difference of two columns: two in semitones, three in pitch classes."""


@lru_cache(maxsize=16)
def one_hot_widths(durations: int) -> dict[str, int]:
    """Return the width of each one-hot input, in order; `_REAL_INPUTS` more inputs follow."""
    return {
        "last": PITCHES,
        "rested": 3,
        "duration": durations,
        "interval": INTERVALS,
        "second_interval": INTERVALS,
        "degree": 12,
        "next_degree": 12,
        "root": 12,
        "next_root": 12,
        "root_motion": 12,
        "bass": 12,
        "beat": 8,
        "beats": 8,
        "slot": 24,
        "bar": 8,
        "repeat_interval": INTERVALS + 1,
        "interval_run": RUNS,
        "repeat_duration": durations,
        "duration_run": RUNS,
    }


_DEGREES = slice(list(one_hot_widths(1)).index("degree"), list(one_hot_widths(1)).index("next_root") + 1)
"""The one-hot inputs from which follow how the flags of both chords are rotated: degrees, root, next root."""


def _sums(*terms: dict[str, int]) -> Int32s:
    """Return a matrix that multiplies `Rows.integers` to the sums of some columns times their factors."""
    matrix = np.zeros((len(INTEGERS), len(terms)), np.int32)
    for number, factors in enumerate(terms):
        for name, factor in factors.items():
            matrix[COLUMN[name], number] = factor
    return matrix


_ROTATED_BY = _sums({"last": 1, "root": -1}, {"last": 1, "next_root": -1}, {"root": -1}, {"next_root": -1})
"""Chord and next chord, counted from the last note, then counted from C."""


@lru_cache(maxsize=16)
def _offsets(durations: int) -> Int32s:
    """Return the offset of each one-hot input in the row of inputs, and behind the last one their total width."""
    return np.cumsum([0, *one_hot_widths(durations).values()], dtype=np.int32)


@lru_cache(maxsize=16)
def _one_hot_tables(durations: int) -> tuple[Int32s, Int32s, Int32s]:
    """Return a table of the indices of one-hot inputs, and the matrix and offsets that find an input's entry in it.

    An input depends on one column, or on two whose difference it is; -1, unknown, is a value as others are.
    """
    offsets = _offsets(durations)
    tables: list[NDArray[Any]] = []
    factors: list[dict[str, int]] = []
    begins: list[int] = []
    for (name, width), offset in zip(one_hot_widths(durations).items(), offsets[:-1].tolist(), strict=True):
        begins.append(sum(map(len, tables)) + 1)
        if name not in _DIFFERENCES:
            value = np.arange(-1, width)
            factors.append({name: 1})
        else:
            minuend, subtrahend = _DIFFERENCES[name]
            highest, lowest = (12 if each.endswith("root") else PITCHES for each in (minuend, subtrahend))
            high, low = np.arange(-1, highest)[:, None], np.arange(-1, lowest)
            clipped = np.minimum(np.maximum(high - low, -WIDEST), WIDEST) + WIDEST
            value = clipped if width == INTERVALS else (high - low) % 12
            value = np.where(np.minimum(high, low) < 0, -1, value).ravel()
            factors.append({minuend: lowest + 1, subtrahend: 1})
            begins[-1] += lowest + 1
        tables.append(np.where(value >= 0, value + offset, offsets[-1]))
    return np.concatenate(tables).astype(np.int32), _sums(*factors), np.array(begins, np.int32)


def input_width(durations: int) -> int:
    """Return the number of inputs."""
    return int(_offsets(durations)[-1]) + _REAL_INPUTS


@dataclass(frozen=True)
class Rows:
    """Features of events, and the inputs and indices that a network computes from them.

    Parameters
    ----------
    integers : ndarray of int32, shape (events, len(INTEGERS))
    reals : ndarray of float32, shape (events, 28)
    labels : ndarray of float32, shape (events, label units), or None
        The label embedding of a network that is conditioned on labels, while it is stepped: the same array from step
        to step as long as the rows have the same labels.
    ahead : ndarray of int32, shape (events, 3), or None
        What is known ahead, of a network that is trained to fill gaps; see `ahead_columns`.
    """

    integers: Int32s
    reals: Float32s
    labels: Float32s | None = None
    ahead: Int32s | None = None

    def __getitem__(self, name: str) -> Int32s:
        column: Int32s = self.integers[:, COLUMN[name]]
        return column

    def one_hot_indices(self, durations: int) -> Int32s:
        """Return which one-hot inputs are 1, shape ``(events, one-hot inputs)``; their total width means none."""
        table, factors, begins = _one_hot_tables(durations)
        indices: Int32s = table.take(self.integers @ factors + begins)
        return indices

    def chord_inputs(self) -> Float32s:
        """Return the flags of both chords from their roots, from the last note, from C, shape ``(events, 72)``."""
        events = len(self.integers)
        # An unknown chord has no flags: any rotation leaves it without.
        columns = _ROTATION.take(self.integers @ _ROTATED_BY % 12 + _ROTATED_CHORDS, axis=0).reshape(events, 48)
        rotated = self.reals.take(columns + np.arange(0, self.reals.size, self.reals.shape[1])[:, None])
        if (unknown := self["last"] < 0).any():
            rotated[unknown, :24] = 0
        return np.concatenate([self.reals[:, CHORD_FLAGS], rotated], axis=1)

    def inputs(self, durations: int) -> Float32s:
        """Return the inputs of the first layer, shape ``(events, input_width(durations))``."""
        one_hot = np.zeros((len(self.integers), _offsets(durations)[-1] + 1), np.float32)
        np.put_along_axis(one_hot, self.one_hot_indices(durations), 1, axis=1)
        return np.concatenate([one_hot[:, :-1], self.chord_inputs(), self.reals[:, SCALARS]], axis=1)

    def interval_indices(self, name: str, pitches: Int32s = _PITCH) -> Int32s:
        """Return for each pitch the index of its interval to an earlier note, shape ``(events, pitches)``."""
        return interval_indices(self[name], pitches)

    def degree_indices(self, name: str, pitches: Int32s = _PITCH) -> Int32s:
        """Return for each pitch its degree over a root, 12 without a root, shape ``(events, pitches)``."""
        root = self[name][:, None]
        return np.where((root >= 0) & (pitches < REST), (pitches - root) % 12, NO_DEGREE).astype(np.int32)

    def repeated_pitches(self) -> Int32s:
        """Return the pitch that continues the repetition; -1 where there is none."""
        pitch: Int32s = _REPEATED[self["repeat_interval"], self["last"]]
        return pitch

    def repeated_durations(self) -> Int32s:
        """Return the duration that continues the repetition; -1 where there is none."""
        return np.where(self["duration_run"] > 0, self["repeat_duration"], -1).astype(np.int32)

    def embedding_indices(self, pitch: Int32s, repeated: Int32s) -> Int32s:
        """Return the indices of pitches in the tables of the duration head (`EMBEDDINGS`), shape ``(…, 4)``.

        Parameters
        ----------
        pitch : ndarray of int32, shape (events,) or (events, choices)
            `REST` for a rest; an unknown one (-1) counts as a rest.
        repeated : ndarray of int32, shape (events,)
            As `repeated_pitches` returns it.
        """
        wide = (slice(None),) + (None,) * (pitch.ndim - 1)
        last, root, repeated = self["last"][wide], self["root"][wide], repeated[wide]
        pitch = np.where(pitch < 0, REST, pitch)
        note = pitch < REST
        clipped = np.minimum(np.maximum(pitch - last, -WIDEST), WIDEST) + WIDEST
        interval = np.where(note & (last >= 0), clipped, INTERVALS)
        degree = np.where(note & (root >= 0), (pitch - root) % 12, NO_DEGREE)
        repeat = np.where(repeated >= 0, (pitch == repeated) * RUNS + self["interval_run"][wide], NO_REPEAT)
        return np.stack([pitch, interval, degree, repeat], axis=-1).astype(np.int32)


def interval_indices(other: Int32s, pitches: Int32s = _PITCH) -> Int32s:
    """Return for each pitch the index of its interval from another of each event, shape ``(events, pitches)``."""
    other = other[:, None]
    known = (other >= 0) & (pitches < REST)
    indices: Int32s = np.where(known, pitches - other + PITCHES - 1, NO_INTERVAL).astype(np.int32)
    return indices


def initial_kernel(shape: tuple[int, ...], rng: np.random.Generator) -> Float32s:
    """Draw the first layer's kernel; of its inputs twenty or thirty are not zero."""
    scale = 3**0.5 / max(shape[0], 100) ** 0.5
    return rng.uniform(-scale, scale, shape).astype(np.float32)


class LabelProducts:
    """Products of label embeddings with the rows of a matrix that they are inputs of, plus a bias.

    A solo's labels stay as they are: each product is computed once, and that of a batch as long as it is the same.
    """

    def __init__(self, matrix: Float32s, bias: Float32s) -> None:
        self._matrix, self._bias = matrix, bias
        self._known: dict[bytes, Float32s] = {}
        self._last: tuple[Float32s | None, Float32s] = None, bias

    def __call__(self, embeddings: Float32s | None) -> Float32s:
        """Return the products, shape ``(events, columns)``; the bias alone where there are no labels."""
        if embeddings is None:
            return self._bias
        last, products = self._last
        if embeddings is last:
            return products
        keys = [embedding.tobytes() for embedding in embeddings]
        for key, embedding in zip(keys, embeddings, strict=True):
            if key not in self._known:
                self._known[key] = embedding @ self._matrix + self._bias
        products = np.array([self._known[key] for key in keys])
        self._last = embeddings, products
        return products


class FirstLayer:
    """The first layer, stepped: the rows of one-hot inputs are looked up.

    Parameters
    ----------
    kernel : ndarray of float32, shape (inputs, units)
        The matrix.
    bias : ndarray of float32, shape (units,)
        Added to the product.
    durations : int
        Number of distinct durations.
    fill : bool
        Whether the last inputs are what is known ahead.
    """

    def __init__(self, kernel: Float32s, bias: Float32s, durations: int, fill: bool) -> None:
        kernel, self._ahead = np.split(kernel, [len(kernel) - AHEAD_INPUTS * fill])
        width = _offsets(durations)[-1]
        self._durations = durations
        # A row of the kernel for each one-hot input, and one of zeros for "none of them".
        self._one_hot = np.concatenate([kernel[:width], np.zeros_like(kernel[:1])])
        self._chords, self._scalars, labels = np.split(kernel[width:], [_CHORD_INPUTS, _REAL_INPUTS])
        self._chord_products: dict[bytes, Float32s] = {}
        self._labelled = LabelProducts(labels, bias)

    def __call__(self, rows: Rows) -> Float32s:
        """Return the inputs of events times the kernel, shape ``(events, units)``."""
        known: dict[bytes, Float32s] = {}  # rows of the same past and position differ in their labels only
        products = []
        for row, indices in enumerate(rows.one_hot_indices(self._durations)):
            key = indices.tobytes() + rows.reals[row].tobytes()
            if key not in known:
                product: Float32s = np.add.reduce(self._one_hot.take(indices, axis=0), axis=0)
                product += self._chord_product(rows, row, indices)
                product += rows.reals[row, SCALARS] @ self._scalars
                known[key] = product
            products.append(known[key])
        drive: Float32s = np.array(products)
        drive += self._labelled(rows.labels)
        if rows.ahead is not None and (inside := rows.ahead[:, 0] >= 0).any():
            drive[inside] += rows_times(ahead_inputs(rows["last"][inside], rows.ahead[inside]), self._ahead)
        return drive

    def _chord_product(self, rows: Rows, row: int, one_hot_indices: Int32s) -> Float32s:
        """Return the product of a row's chord inputs: the same chords often come under the same last note."""
        key = one_hot_indices[_DEGREES].tobytes() + rows.reals[row, CHORD_FLAGS].tobytes()
        product = self._chord_products.get(key)
        if product is None:
            (inputs,) = Rows(rows.integers[row : row + 1], rows.reals[row : row + 1]).chord_inputs()
            product = inputs @ self._chords
            if len(self._chord_products) >= _MOST_PRODUCTS:
                self._chord_products.clear()
            self._chord_products[key] = product
        return product
