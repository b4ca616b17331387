"""Traits: what a solo is like, measured, as inputs of a network beside the names of its labels.

A name says little to a network that meets it in a dozen epochs: what it should mean for register and density has to be
learned for each soloist anew. A measured trait is one number for all, so that a take keeps the register, the density
and the rests of the solo whose persona it has.
Source: the control of attributes as in FIGARO (von Rütte et al., ICLR 2023); the choice of traits is the project's.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2

import numpy as np

from jazzgram import Labels
from jazzgram.music import Float32s, Int32s

from .columns import CHORD_FLAGS, REST
from .inputs import Rows

TRAITS = {
    "register": (66.0, 4.6),
    "compass": (5.6, 1.0),
    "density": (0.6, 0.5),
    "rest": (0.3, 0.08),
    "phrase": (2.5, 0.7),
    "silence": (0.04, 0.05),
    "leaps": (2.7, 0.4),
    "repeated": (0.05, 0.05),
    "outside": (0.47, 0.11),
    "repetition": (0.19, 0.06),
    "rhythm": (2.4, 0.4),
    "triplets": (0.25, 0.09),
}
"""What is measured, with the mean and the standard deviation that make an input of it, about those of the solos of the
Weimar Jazz Database: mean pitch and its deviation in semitones; notes a beat and notes a rest, as
logarithms to the base of 2; the shares of time rested, and in rests of a bar or more; the mean interval in semitones;
the shares of notes that repeat the one before, that are outside the chord, and that go on with a run played before; the
entropy of the durations in bits; and the share of notes whose length is no multiple of an eighth of a quarter note."""
WIDTH = len(TRAITS) + 1
"""Of the inputs: the last one is 1 where the traits are known."""
UNKNOWN_TRAITS = np.zeros(WIDTH, np.float32)
_CENTRE, _SCALE = np.array(list(TRAITS.values())).T
_FARTHEST = 3.0
"""Inputs are clipped to so many standard deviations."""
_QUARTER = 480
_LONG_REST = 4.0
"""In quarter notes."""
_BINARY = 0.125
"""The length, in quarter notes, of which those that are no triplets are multiples."""
_ORDER = ("instrument", "soloist", "style", "solo", "tempo")
"""A soloist who takes up an instrument that he never played gets its register, not that of his own."""


def measured_traits(
    integers: Int32s, reals: Float32s, pitches: Int32s, durations: Int32s, ticks: Sequence[int]
) -> Float32s:
    """Measure the traits of a solo.

    Parameters
    ----------
    integers, reals, pitches, durations : ndarray
        As `tune_columns` returns them.
    ticks : sequence of int
        The length of each duration.

    Returns
    -------
    ndarray of float32, shape (WIDTH,)
        In standard deviations; `UNKNOWN_TRAITS` for a solo of less than two notes.
    """
    known = durations >= 0
    notes = known & (pitches >= 0) & (pitches < REST)
    played, rests = pitches[notes], pitches[known] == REST
    if len(played) < 2:
        return UNKNOWN_TRAITS
    rows = Rows(integers[notes], reals[notes])
    lengths = np.take(ticks, durations[known]) / _QUARTER
    shares = np.unique(durations[notes], return_counts=True)[1] / len(played)
    over_chord = rows["root"] >= 0
    degrees = (played - rows["root"]) % 12
    chord_tone = np.take_along_axis(rows.reals[:, CHORD_FLAGS], degrees[:, None], axis=1)[over_chord, 0]
    traits = [
        played.mean(),
        played.std(),
        log2(len(played) / lengths.sum()),
        lengths[rests].sum() / lengths.sum(),
        log2(len(played) / (rests.sum() + 1)),
        lengths[rests & (lengths >= _LONG_REST)].sum() / lengths.sum(),
        np.abs(np.diff(played)).mean(),
        (np.diff(played) == 0).mean(),
        1 - chord_tone.mean() if len(chord_tone) else 0.0,
        (played == rows.repeated_pitches()).mean(),
        -(shares * np.log2(shares)).sum(),
        (lengths[~rests] % _BINARY > 0).mean(),
    ]
    return np.append(np.clip((traits - _CENTRE) / _SCALE, -_FARTHEST, _FARTHEST), 1).astype(np.float32)


def transposed_traits(traits: Float32s, semitones: int) -> Float32s:
    """Return the traits of a solo that is transposed: its register moves along."""
    moved = traits.copy()
    moved[0] += traits[-1] * semitones / _SCALE[0]
    return moved


class TraitTable:
    """The traits of the training solos, found again by a persona's labels.

    Parameters
    ----------
    labels : sequence of Labels
        Of every training solo; those with the same labels share a row.
    """

    def __init__(self, labels: Sequence[Labels]) -> None:
        self._labels = tuple(sorted(set(labels)))

    @property
    def shape(self) -> tuple[int, int]:
        """Of the table."""
        return len(self._labels), WIDTH

    def of(self, labels: Sequence[Labels], traits: Sequence[Float32s]) -> Float32s:
        """Build the table: the mean of the traits of the solos with each row's labels."""
        table = np.zeros(self.shape, np.float32)
        for row, own in zip(table, self._labels, strict=True):
            known = [each for name, each in zip(labels, traits, strict=True) if name == own and each[-1]]
            row[:] = np.mean(known, axis=0) if known else UNKNOWN_TRAITS
        return table

    def find(self, table: Float32s, labels: Labels) -> Float32s:
        """Return the mean of the traits of the solos that are like a persona.

        Of its labels one after another is asked for (`_ORDER`), and passed over where none of the solos left has it.
        Nobody's traits are unknown.
        """
        like, found = table[:, -1] > 0, False
        for kind in _ORDER:
            same = [getattr(row, kind) == getattr(labels, kind) != "" for row in self._labels]
            having = like & np.array(same, bool)
            if having.any():
                like, found = having, True
        return table[like].mean(axis=0) if found else UNKNOWN_TRAITS
