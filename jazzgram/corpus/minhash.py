"""MinHash sketches of tunes: a few numbers by which copies are found among any number of tunes, in whatever key.

A melody is cut into n-grams of `LENGTH` notes, each the intervals and the distances in time from note to note: the
same in all keys. An n-gram is hashed; the sketch is the smallest of the hashes. Tunes with many n-grams in common
have many of the smallest hashes in common.

Source: Broder, *On the resemblance and containment of documents* (1997), bottom-k sketches; the hash is the output
function of Steele, Lea & Flood, *Fast splittable pseudorandom number generators* (OOPSLA 2014).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jazzgram.music.tune import Tune

LENGTH = 8
"""Notes of an n-gram: longer than most licks, so that players who share licks are not taken for copies."""
SIZE = 48
"""Hashes of a MinHash sketch."""
_BASE = 0x9E3779B97F4A7C15
"""An odd number whose powers distinguish the positions in an n-gram."""


def ngrams(tune: Tune) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Hash the n-grams of a melody.

    Returns
    -------
    hashes, pitches : ndarray of int64, shape (n-grams,)
        Of each n-gram, in order, a hash of 63 bits that is the same in every process, and the pitch it begins on.
        Empty where the tune has fewer than `LENGTH` notes.
    """
    notes: list[tuple[int, int]] = []
    start = 0
    for bar in tune.bars:
        notes += [(start + event.onset, event.pitch) for event in bar.notes]
        start += bar.meter.bar
    count = len(notes) - LENGTH + 1
    if count < 1:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    onsets, pitches = np.array(notes, np.int64).T
    steps = _mixed((np.diff(onsets) << 8 ^ np.diff(pitches) + 128).astype(np.uint64))
    total = np.zeros(count, np.uint64)
    for index in range(LENGTH - 1):
        total = total * np.uint64(_BASE) + steps[index : index + count]
    return (_mixed(total) >> np.uint64(1)).astype(np.int64), pitches[:count]


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread whatever differs over all bits."""
    values = (values ^ values >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ values >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return values ^ values >> np.uint64(31)


def minhash_sketch(tune: Tune) -> tuple[int, ...]:
    """Return the smallest hashes of a tune's n-grams, sorted."""
    return tuple(np.unique(ngrams(tune)[0])[:SIZE].tolist())
