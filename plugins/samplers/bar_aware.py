"""Mask the terms that do not fit what remains of the bar.

A term that would cross the barline is forbidden, and so is one without length, which would not advance. Of the others
only those remain after which terms of the vocabulary can still fill the bar exactly, if there are any: with eighths and
dotted eighths alone, a quarter that remains is filled by two eighths, and a dotted eighth would leave a hole. A bar is
filled up with a rest only where no term fits. Put it before the samplers that truncate (`top_k`, `nucleus`, `min_p`,
`typical`), which may drop the very terms that are needed.
Source: the project's own; which lengths can be filled is the unbounded subset-sum problem, solved by dynamic
programming (Bellman, *Dynamic Programming*, 1957).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

import jazzgram
from jazzgram import Position, Probabilities, Vocabulary, hookimpl


class Options(jazzgram.Options):
    """What a term may leave of the bar."""

    leave: Literal["fillable", "anything"] = Field(
        "fillable",
        description="What a term may leave of the bar: a length that terms can fill exactly wherever that is"
        " possible, or anything.",
    )


@lru_cache(maxsize=256)
def fillable(vocabulary: Vocabulary, size: int) -> NDArray[np.bool_]:
    """Find the lengths below `size` ticks that terms, each any number of times, fill exactly.

    Parameters
    ----------
    vocabulary : Vocabulary
        The terms.
    size : int
        Ticks, 1 or more.

    Returns
    -------
    ndarray of bool, shape (size,)
        Whether the length of that many ticks can be filled. 0 always can. Shared, hence read-only.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> np.flatnonzero(fillable(Vocabulary(parse_terms("C,0.250 C,0.333")), 400)).tolist()
    [0, 120, 160, 240, 280, 320, 360]
    """
    sums, below = 1, (1 << size) - 1  # bit n represents n ticks
    for duration in set(vocabulary.durations.tolist()) - {0}:
        while duration < size:  # by doubling: after 1, 2, 4 ... more of it all multiples are set
            sums |= (sums << duration) & below
            duration *= 2
    bits = np.frombuffer(sums.to_bytes(size // 8 + 1, "little"), np.uint8)
    found = np.unpackbits(bits, bitorder="little")[:size].astype(np.bool_)
    found.flags.writeable = False
    return found


@hookimpl
def shape_distribution(
    probabilities: Probabilities, positions: Sequence[Position], vocabulary: Vocabulary, options: Options
) -> Probabilities:
    """Set the terms that do not fit to 0; the others keep their probabilities. A row of zeros: none fits.

    Examples
    --------
    A quarter remains: two eighths fill it, the dotted eighth leaves a hole, the half note is too long.

    >>> from jazzgram import parse_terms
    >>> vocabulary = Vocabulary(parse_terms("C,0.500 C,0.750 C,2.000"))
    >>> position = Position(bar=0, onset=1440, remaining=480, chord=None, next_chord=None)
    >>> shape_distribution(np.array([[0.2, 0.5, 0.3]]), [position], vocabulary, Options()).tolist()
    [[0.2, 0.0, 0.0]]
    >>> shape_distribution(np.array([[0.2, 0.5, 0.3]]), [position], vocabulary, Options(leave="anything")).tolist()
    [[0.2, 0.5, 0.0]]
    """
    durations = vocabulary.durations
    left = np.array([position.remaining for position in positions], dtype=np.int64)[:, None] - durations
    fitting = np.where((left >= 0) & (durations > 0), probabilities, 0.0)
    if options.leave == "anything":
        return fitting
    np.maximum(left, 0, out=left)
    # Sizes are powers of two, so that few are computed and cached.
    known = fillable(vocabulary, 1 << int(left.max(initial=0)).bit_length())
    exact = np.where(known[left], fitting, 0.0)
    return np.where(exact.any(axis=1, keepdims=True), exact, fitting)
