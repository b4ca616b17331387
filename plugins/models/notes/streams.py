"""Solos as streams for training: columns of features, in another key, with the indices of their labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram import TokenTune
from jazzgram.music import Float32s, Int32s

from .columns import Events, transposed, tune_columns
from .labels import LabelIndex

TuneColumns = tuple[Int32s, Float32s, Int32s, Int32s, Int32s]
"""Integer and real-valued features, pitches and durations of a tune (see `tune_columns`), and its labels' indices."""
_WIDEST_TRANSPOSITION = 6
"""In semitones; as an input it is 1."""


@dataclass(frozen=True)
class Inputs:
    """How tunes become columns: the vocabulary's events, and the labels that are inputs."""

    events: Events
    labels: LabelIndex

    def of(self, tunes: Sequence[TokenTune]) -> list[TuneColumns]:
        """Return the columns of tunes."""
        return [(*tune_columns(tune, self.events), self.labels.of(tune.labels)) for tune in tunes]


def in_another_key(tune: TuneColumns, semitones: int) -> tuple[NDArray[Any], ...]:
    """Return a tune's columns in another key.

    Returns
    -------
    integers, reals, pitches, durations, labels, transposition, begins
        Labels event by event; by how much the tune was transposed, in tritones; True at its first event.
    """
    integers, reals, own, durations, labels = tune
    integers, pitches = transposed(integers, own, semitones)
    by = 0 if pitches is own else semitones / _WIDEST_TRANSPOSITION
    transposition = np.full(len(pitches), by, np.float32)
    begins = np.zeros(len(pitches), bool)
    begins[0] = True
    return integers, reals, pitches, durations, np.tile(labels, (len(pitches), 1)), transposition, begins


def padded_to(column: NDArray[Any], length: int) -> NDArray[Any]:
    """Repeat the last row, with an unknown pitch, up to `length` rows."""
    if len(column) == length:
        return column
    tail = np.repeat(column[-1:], length - len(column), axis=0)
    if column.ndim == 1 and column.dtype == np.int32:
        tail = np.full_like(tail, -1)
    return np.concatenate([column, tail])
