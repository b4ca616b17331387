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
from jazzgram.music import Ints


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


@lru_cache(maxsize=1024)
def _fitting(vocabulary: Vocabulary, remaining: int) -> tuple[Ints, Ints]:
    """Return the ids of the terms that fit into what remains, in ticks, and of those that leave what can be filled."""
    durations = vocabulary.durations
    fitting = np.flatnonzero((durations > 0) & (durations <= remaining))
    # Sizes are powers of two, so that few are computed and cached.
    known = fillable(vocabulary, 1 << max(remaining, 0).bit_length())
    return fitting, fitting[known[remaining - durations[fitting]]]


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
    masks = [_fitting(vocabulary, position.remaining) for position in positions]
    shaped = np.zeros(probabilities.shape)
    for row, given, (fitting, exact) in zip(shaped, probabilities, masks, strict=True):
        if options.leave == "fillable":
            row[exact] = given[exact]
        if not row.any():
            row[fitting] = given[fitting]
    return shaped
