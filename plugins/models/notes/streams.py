"""Solos as streams for training: columns of features, in another key, with the indices of their labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram import TokenTune
from jazzgram.music import Float32s, Int32s

from .ahead import nothing_ahead, transposed_ahead
from .columns import Events, transposed, tune_columns
from .labels import LabelIndex
from .traits import UNKNOWN_TRAITS, TraitTable, measured_traits, transposed_traits


@dataclass(frozen=True)
class TuneColumns:
    """A tune as columns.

    Parameters
    ----------
    integers, reals, pitches, durations : ndarray
        See `tune_columns`.
    labels : ndarray of int32, shape (kinds,)
        Indices of its labels.
    traits : ndarray of float32, shape (WIDTH,)
        See `measured_traits`.
    ahead : ndarray of int32, shape (events, 3)
        See `with_gaps`.
    """

    integers: Int32s
    reals: Float32s
    pitches: Int32s
    durations: Int32s
    labels: Int32s
    traits: Float32s
    ahead: Int32s

    def __len__(self) -> int:
        return len(self.pitches)


@dataclass(frozen=True)
class Inputs:
    """How tunes become columns: the vocabulary's events, the labels that are inputs, and the table of traits."""

    events: Events
    labels: LabelIndex
    traits: TraitTable

    def of(self, tunes: Sequence[TokenTune]) -> list[TuneColumns]:
        """Return the columns of tunes, each with its own traits where there are labels."""
        return [self._columns(tune) for tune in tunes]

    def of_held_out(self, tunes: Sequence[TokenTune], table: Float32s) -> list[TuneColumns]:
        """Return the columns of tunes with the traits of the training solos that they are like, as when improvising."""
        return [replace(self._columns(tune), traits=self.traits.find(table, tune.labels)) for tune in tunes]

    def _columns(self, tune: TokenTune) -> TuneColumns:
        columns = tune_columns(tune, self.events)
        traits = measured_traits(*columns, self.events.durations) if len(self.labels) else UNKNOWN_TRAITS
        return TuneColumns(*columns, self.labels.of(tune.labels), traits, nothing_ahead(len(tune)))


def in_another_key(tune: TuneColumns, semitones: int) -> tuple[NDArray[Any], ...]:
    """Return a tune's columns in another key, event by event.

    Returns
    -------
    integers, reals, pitches, durations, labels, traits, ahead, begins
        Labels and traits are repeated; `begins` is True at the first event.
    """
    integers, pitches = transposed(tune.integers, tune.pitches, semitones)
    traits, ahead = tune.traits, tune.ahead
    if pitches is not tune.pitches:
        traits, ahead = transposed_traits(traits, semitones), transposed_ahead(ahead, semitones)
    begins = np.zeros(len(tune), bool)
    begins[0] = True
    labels, traits_of_each = np.tile(tune.labels, (len(tune), 1)), np.tile(traits, (len(tune), 1))
    return integers, tune.reals, pitches, tune.durations, labels, traits_of_each, ahead, begins


def withheld(tune: TuneColumns, labels: LabelIndex, share: float, rng: Random) -> TuneColumns:
    """Withhold all labels and traits of a tune, or each label and the traits alone, each with probability `share`."""
    names = labels.dropped(tune.labels, share, rng)
    everything = bool((names == len(labels)).all())
    return replace(tune, labels=names, traits=UNKNOWN_TRAITS if everything or rng.random() < share else tune.traits)


def padded_to(column: NDArray[Any], length: int) -> NDArray[Any]:
    """Repeat the last row, with an unknown pitch, up to `length` rows."""
    if len(column) == length:
        return column
    tail = np.repeat(column[-1:], length - len(column), axis=0)
    if column.ndim == 1 and column.dtype == np.int32:
        tail = np.full_like(tail, -1)
    return np.concatenate([column, tail])
