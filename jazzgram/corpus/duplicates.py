"""Tunes that are copies of each other, note for note or in another key, whole or in part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from jazzgram.corpus.minhash import minhash_sketch, ngrams
from jazzgram.music.tune import Tune
from jazzgram.resources.frozen import dataclass

_SHARED = 4
"""Hashes that two MinHash sketches must share for the tunes to be compared note by note."""
_COMMON = 40
"""A hash that more tunes have is a commonplace (a scale in eighths) and brings no two of them together."""

_PARTS = 8
"""Parts in which hashes are sorted: sorting takes several times the memory of what is sorted."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two tunes with more in common than chance and shared licks explain.

    Parameters
    ----------
    first, second : int
        Their indices in the corpus, first < second.
    share : float
        The part of the n-grams of the shorter tune that the other has too, 0 to 1.
    transposed : int
        Semitones from the first up to the second, -127 to 127; 0 for the same key.
    """

    first: int
    second: int
    share: float
    transposed: int


def find_duplicates(
    tunes: Sequence[Tune],
    *,
    threshold: float = 0.5,
    sketches: Sequence[Sequence[int] | NDArray[np.int64]] | None = None,
) -> list[Duplicate]:
    """Find tunes that are copies of each other.

    Candidates share hashes of their MinHash sketches; each pair of candidates is then compared by all of its n-grams
    (`jazzgram.corpus.minhash`). Of tunes with equal sketches, whole copies most likely, each is compared with the
    first, and only the first with all others.

    Parameters
    ----------
    tunes : sequence of Tune
        Only candidates are read where they lie on disk.
    threshold : float
        The least `share` that is reported, 0 to 1.
    sketches : sequence of sequence of int, or None
        The MinHash sketches of the tunes; computed if None.

    Returns
    -------
    list of Duplicate
        Sorted by index; empty where there are none. Tunes of fewer than 8 notes are never reported.
    """
    known = [np.asarray(hashes, np.int64) for hashes in (map(minhash_sketch, tunes) if sketches is None else sketches)]
    first_of: dict[bytes, int] = {}
    pairs = set()
    for number, hashes in enumerate(known):
        if len(hashes) and (first := first_of.setdefault(hashes.tobytes(), number)) != number:
            pairs.add((first, number))
    pairs |= _candidates(known, sorted(first_of.values()))
    found = (_compare(first, second, tunes) for first, second in sorted(pairs))
    return [duplicate for duplicate in found if duplicate.share >= threshold]


def _candidates(sketches: Sequence[NDArray[np.int64]], numbers: Sequence[int]) -> set[tuple[int, int]]:
    """Pair tunes whose sketches share hashes, by sorting the hashes, a part of them at a time."""
    every = np.concatenate([np.empty(0, np.int64), *(sketches[number] for number in numbers)])
    every_owner = np.repeat(np.array(numbers, np.int32), [len(sketches[number]) for number in numbers])
    shared: Counter[tuple[int, int]] = Counter()
    for remainder in range(_PARTS):  # equal hashes have equal remainders
        inside = every % _PARTS == remainder
        hashes, owners = every[inside], every_owner[inside]
        order = np.argsort(hashes, kind="stable")
        hashes, owners = hashes[order], owners[order]
        begins = np.flatnonzero(np.diff(hashes, prepend=-1))
        counts = np.diff(begins, append=len(hashes))
        several = (counts > 1) & (counts <= _COMMON)
        for begin, count in zip(begins[several].tolist(), counts[several].tolist(), strict=True):
            shared.update(combinations(sorted(owners[begin : begin + count].tolist()), 2))
    fewest = {pair: min(_SHARED, *(len(sketches[number]) for number in pair)) for pair in shared}
    return {pair for pair, count in shared.items() if count >= fewest[pair]}


def _compare(first: int, second: int, tunes: Sequence[Tune]) -> Duplicate:
    (one, low), (other, high) = ngrams(tunes[first]), ngrams(tunes[second])
    common, ours, theirs = np.intersect1d(one, other, return_indices=True)
    shifts = Counter((high[theirs] - low[ours]).tolist())
    share = len(common) / max(1, min(len(np.unique(one)), len(np.unique(other))))
    return Duplicate(first, second, share, max(shifts, key=lambda shift: (shifts[shift], -abs(shift)), default=0))
