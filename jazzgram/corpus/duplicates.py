"""Tunes that are copies of each other, note for note or in another key, whole or in part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import gettempdir

import numpy as np
from numpy.typing import NDArray

from jazzgram.corpus.disk_column import DiskColumn
from jazzgram.corpus.minhash import minhash_sketch, ngrams
from jazzgram.music.tune import Tune

_SHARED = 4
"""Hashes that two MinHash sketches must share for the tunes to be compared note by note."""
_COMMON = 40
"""A hash that more tunes have is a commonplace (a scale in eighths) and brings no two of them together."""

_PARTS = 32
"""Parts in which hashes are sorted, a power of two: sorting takes several times the memory of what is sorted."""
_AT_ONCE = 4096
"""Tunes whose hashes are looked at at once."""
_A_BLOCK = 2048
"""Tunes whose pairs with all others are counted at once."""

Ints = NDArray[np.int64]


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
    sketches: tuple[Ints, NDArray[np.int32]] | None = None,
    folder: Path | None = None,
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
    sketches : tuple of (ndarray of int64, ndarray of int32), or None
        The MinHash sketches of the tunes, one after the other, and the length of each; computed if None. They may be
        views of a file.
    folder : Path or None
        Where temporary files lie; the system's folder for them if None.

    Returns
    -------
    list of Duplicate
        Sorted by index; empty where there are none. Tunes of fewer than 8 notes are never reported.
    """
    if sketches is None:
        found = list(map(minhash_sketch, tunes))
        sketches = np.array(list(chain(*found)), np.int64), np.array(list(map(len, found)), np.int32)
    hashes, lengths = sketches
    ends = np.cumsum(lengths)
    prints = (hash(hashes[end - length : end].tobytes()) for end, length in zip(ends, lengths, strict=True))
    _, index, inverse = np.unique(np.fromiter(prints, np.int64, len(lengths)), return_index=True, return_inverse=True)
    first_of = index[inverse]
    whole = np.flatnonzero((first_of != np.arange(len(lengths))) & (lengths > 0))
    pairs = set(zip(first_of[whole].tolist(), whole.tolist(), strict=True))
    pairs |= _candidates(hashes, lengths, first_of == np.arange(len(lengths)), folder or Path(gettempdir()))
    compared = (_compare(first, second, tunes) for first, second in sorted(pairs))
    return [duplicate for duplicate in compared if duplicate.share >= threshold]


def _candidates(
    hashes: Ints, lengths: NDArray[np.int32], counts: NDArray[np.bool_], folder: Path
) -> set[tuple[int, int]]:
    """Pair tunes that count whose sketches share hashes: pairs are made of a part of the hashes at a time, and counted
    of a part of the tunes at a time. In between they are on disk, since by chance alone large corpora have many.
    """
    blocks = [DiskColumn(folder, np.int64) for _ in range(0, len(lengths), _A_BLOCK)]
    found: set[tuple[int, int]] = set()
    with ExitStack() as stack:
        for block in blocks:
            stack.enter_context(closing(block))
        for remainder in range(_PARTS):  # equal hashes have equal remainders
            some, owners = _with_remainder(hashes, lengths, counts, remainder)
            order = np.argsort(some, kind="stable")
            pairs = _pairs(some[order], owners[order])
            pairs.sort()
            ends = np.searchsorted(pairs, np.arange(1, len(blocks) + 1) * _A_BLOCK << 32)
            for block, some_pairs in zip(blocks, np.split(pairs, ends[:-1]), strict=True):
                block.append(some_pairs)
        for block in blocks:
            pairs, shared = np.unique(block.array(), return_counts=True)
            first, second = pairs >> 32, pairs & (1 << 32) - 1
            enough = shared >= np.minimum(_SHARED, np.minimum(lengths[first], lengths[second]))
            found.update(zip(first[enough].tolist(), second[enough].tolist(), strict=True))
    return found


def _pairs(hashes: Ints, owners: NDArray[np.int32]) -> Ints:
    """Return the pairs of tunes that share a hash, once for each, the first in the upper 32 bits; hashes are sorted."""
    begins = np.flatnonzero(np.diff(hashes, prepend=-1))
    times = np.diff(begins, append=len(hashes))
    pairs = [np.empty(0, np.int64)]
    for count in range(2, _COMMON + 1):
        members = begins[times == count]
        if len(members):
            together = owners[members[:, None] + np.arange(count)].astype(np.int64)  # ascending: the sort was stable
            one, other = np.triu_indices(count, 1)
            pairs.append((together[:, one] << 32 | together[:, other]).ravel())
    return np.concatenate(pairs)


def _with_remainder(
    hashes: Ints, lengths: NDArray[np.int32], counts: NDArray[np.bool_], remainder: int
) -> tuple[Ints, NDArray[np.int32]]:
    """Return the hashes with a remainder, of the tunes that count, and the tune of each."""
    found, owners = [np.empty(0, np.int64)], [np.empty(0, np.int32)]
    end = 0
    for first in range(0, len(lengths), _AT_ONCE):
        own = lengths[first : first + _AT_ONCE]
        begin, end = end, end + int(own.sum())
        owner = np.repeat(np.arange(first, first + len(own), dtype=np.int32), own)
        inside = (hashes[begin:end] & (_PARTS - 1) == remainder) & counts[owner]
        found.append(hashes[begin:end][inside])
        owners.append(owner[inside])
    return np.concatenate(found), np.concatenate(owners)


def _compare(first: int, second: int, tunes: Sequence[Tune]) -> Duplicate:
    (one, low), (other, high) = ngrams(tunes[first]), ngrams(tunes[second])
    common, ours, theirs = np.intersect1d(one, other, return_indices=True)
    shifts = Counter((high[theirs] - low[ours]).tolist())
    share = len(common) / max(1, min(len(np.unique(one)), len(np.unique(other))))
    return Duplicate(first, second, share, max(shifts, key=lambda shift: (shifts[shift], -abs(shift)), default=0))
