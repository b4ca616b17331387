"""Windows: the short sequences of one long corpus that a sequence model is trained on, as inputs and targets.

A window is `window` successive terms of the corpus. The first input is empty, then come the window's second term, third
term and so on; the target is the next term each time::

    window   t0  t1  t2  t3
    inputs    -  t1  t2
    targets  t1  t2  t3

The window's first term is neither input nor target: that is how the exercise "Improvise a Jazz Solo with an LSTM"
(deeplearning.ai, Sequence Models, 2018) lays out its examples. There a last step has the last term as input and an
all-zero target; it adds nothing to the loss or its gradient and is left out here.

Where the whole corpus is learned, no window reaches over the end of a tune, and every term is a target exactly once:
tunes are cut into chunks, which need not be equally long (see `cut_tunes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.errors import JazzgramError

NO_INPUT = -1
"""In place of an input's token id: no input."""

NO_TARGET = -1
"""In place of a target's token id: no target, the step does not count."""


def draw_starts(length: int, window: int, examples: int, rng: Random) -> NDArray[np.int64]:
    """Draw where the windows start, independently and evenly, with repeats.

    Parameters
    ----------
    length : int
        Terms in the corpus.
    window : int
        Terms in a window, 2 or more.
    examples : int
        Windows to draw, 1 or more.
    rng : random.Random
        The only random generator.

    Returns
    -------
    ndarray of int64, shape (examples,)
        Each from 0 to ``length - window``.

    Raises
    ------
    JazzgramError
        Where the corpus is shorter than one window.

    Examples
    --------
    >>> draw_starts(5, 5, 3, Random(1)).tolist()
    [0, 0, 0]
    """
    if length < window:
        remedy = f"set the model's option window to {length} or less, or take" if length >= 2 else "take"
        raise JazzgramError(
            f"a corpus of {length} term{'' if length == 1 else 's'} is too short to learn from: one training window"
            f" needs {window}; {remedy} a longer corpus"
        )
    return np.array([rng.randrange(length - window + 1) for _ in range(examples)], dtype=np.int64)


def window_pairs(
    tokens: NDArray[Any], starts: NDArray[Any], window: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the inputs and targets of windows.

    Parameters
    ----------
    tokens : ndarray of int, shape (length,)
        The corpus as token ids.
    starts : ndarray of int, shape (examples,)
        From `draw_starts`.
    window : int
        Terms in a window, 2 or more.

    Returns
    -------
    inputs, targets : ndarray of int32, shape (examples, window - 1)
        The first column of `inputs` is `NO_INPUT`.

    Examples
    --------
    >>> inputs, targets = window_pairs(np.array([7, 3, 5, 4]), np.array([0]), 4)
    >>> inputs.tolist(), targets.tolist()
    ([[-1, 3, 5]], [[3, 5, 4]])
    """
    windows = tokens[starts[:, None] + np.arange(window)].astype(np.int32)
    inputs = windows[:, :-1].copy()
    inputs[:, 0] = NO_INPUT
    return inputs, windows[:, 1:]


def cut_tunes(lengths: Sequence[int], window: int, rng: Random | None) -> NDArray[np.int64]:
    """Cut the tunes of a corpus into chunks of `window` terms; the first and the last of a tune may be shorter.

    Parameters
    ----------
    lengths : sequence of int
        Terms of each tune, in the order of the corpus.
    window : int
        Terms in a chunk, 1 or more.
    rng : random.Random or None
        Draws the first cut of each tune, so that the cuts differ from epoch to epoch; None cuts from the beginning of
        each tune.

    Returns
    -------
    ndarray of int64, shape (chunks, 3)
        First row and end in the corpus, and 1 where a tune begins (else 0). Every term is in exactly one chunk.

    Examples
    --------
    >>> cut_tunes([5, 2], 3, None).tolist()
    [[0, 3, 1], [3, 5, 0], [5, 7, 1]]
    """
    chunks = []
    begin = 0
    for length in lengths:
        end = begin + length
        first = begin + (window if rng is None else rng.randrange(1, window + 1))
        cuts = [begin, *range(first, end, window), end]
        chunks += [(cut, after, cut == begin) for cut, after in pairwise(cuts) if cut < after]
        begin = end
    return np.array(chunks, np.int64).reshape(-1, 3)


def in_buckets(lengths: NDArray[Any], window: int, batch: int | None, rng: Random | None) -> list[NDArray[np.int64]]:
    """Put chunks of about the same length into batches.

    Parameters
    ----------
    lengths : ndarray of int, shape (chunks,)
        From 1 to `window`.
    window : int
        The longest length.
    batch : int or None
        Chunks in a batch of the longest ones; of those up to half as long twice as many, and so on, so that batches
        are about equally large. None puts all of a bucket into one batch.
    rng : random.Random or None
        Shuffles chunks, then batches; None leaves their order.

    Returns
    -------
    list of ndarray of int64
        The chunks of each batch. Lengths in a batch differ by less than a factor of two.

    Examples
    --------
    >>> [members.tolist() for members in in_buckets(np.array([8, 3, 7, 4, 8, 3]), 8, 2, None)]
    [[0, 2], [4], [1, 3, 5]]
    """
    numbers = list(range(len(lengths)))
    if rng is not None:
        rng.shuffle(numbers)
    order = np.array(numbers, np.int64)
    halvings = np.floor(np.log2(window / np.maximum(lengths[order], 1))).astype(np.int64)
    batches: list[NDArray[np.int64]] = []
    for halving in np.unique(halvings).tolist():
        members = order[halvings == halving]
        size = len(members) if batch is None else batch << halving
        batches += [members[first : first + size] for first in range(0, len(members), size)]
    if rng is not None:
        rng.shuffle(batches)
    return batches


def chunk_rows(chunks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows of chunks, shape ``(chunks, longest)``, -1 after the end of a shorter one.

    Examples
    --------
    >>> chunk_rows(cut_tunes([5], 3, None)).tolist()
    [[0, 1, 2], [3, 4, -1]]
    """
    begin, end = chunks[:, :1], chunks[:, 1:2]
    rows = begin + np.arange((end - begin).max(initial=0))
    return np.where(rows < end, rows, -1)


def chunk_pairs(tokens: NDArray[Any], chunks: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the inputs and targets of chunks: every term after the one before it.

    Parameters
    ----------
    tokens : ndarray of int, shape (length,)
        The corpus as token ids; `jazzgram.UNKNOWN` where a term has none.
    chunks : ndarray of int64, shape (chunks, 3)
        From `cut_tunes`.

    Returns
    -------
    inputs, targets : ndarray of int32, shape (chunks, longest)
        The input is `NO_INPUT` before a tune's first term and in place of an unknown one; the target is `NO_TARGET`
        after the end of a chunk and for an unknown term.

    Examples
    --------
    >>> inputs, targets = chunk_pairs(np.array([7, 3, 5, 4, 6]), cut_tunes([5], 3, None))
    >>> inputs.tolist(), targets.tolist()
    ([[-1, 7, 3], [5, 4, -1]], [[7, 3, 5], [4, 6, -1]])
    """
    rows = chunk_rows(chunks)
    targets = np.where(rows >= 0, tokens[rows], NO_TARGET).astype(np.int32)
    inputs = np.where(rows >= 0, tokens[rows - 1], NO_INPUT).astype(np.int32)
    inputs[chunks[:, 2] == 1, 0] = NO_INPUT
    return inputs, targets
