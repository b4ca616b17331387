"""Forbid figures that occurred already.

A figure is a number of terms in a row. Where the last terms and a term to come would make one that occurs in the last
`window` terms already, that term is forbidden. This is strict: where nothing else is possible, no term fits, and what
remains of the bar becomes a rest. Put it before the samplers that leave few choices (`top_k`, `nucleus`).
Source: Paulus, Xiong & Socher, *A deep reinforced model for abstractive summarization* (2018), section 2.5.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

import jazzgram
from jazzgram import Probabilities, hookimpl


class Options(jazzgram.Options):
    """Length of the figures, and how long they stay forbidden."""

    length: int = Field(4, ge=1, le=64, description="Length of a figure, in terms.")
    window: int = Field(64, ge=1, le=10_000, description="Number of last terms in which figures are looked up.")


@hookimpl
def shape_distribution(
    probabilities: Probabilities, histories: Sequence[Sequence[int]], options: Options
) -> Probabilities:
    """Set the terms that would complete a known figure to 0; the others keep their probabilities.

    Examples
    --------
    After 0 1 2 0 the figure 0 1 would come again.

    >>> import numpy as np
    >>> shape_distribution(np.array([[0.2, 0.5, 0.3]]), [[0, 1, 2, 0]], Options(length=2)).tolist()
    [[0.2, 0.0, 0.3]]
    """
    shaped = probabilities.copy()
    for row, history in enumerate(histories):
        known = _completions(list(history[-options.window :]), options.length - 1)
        if known:
            shaped[row, known] = 0.0
    return shaped


def _completions(recent: list[int], size: int) -> list[int]:
    """List the terms that followed earlier occurrences of the last `size` terms."""
    if size == 0:
        return recent
    start = tuple(recent[-size:])
    figures = zip(*(recent[first:] for first in range(size)), strict=False)
    return [token for figure, token in zip(figures, recent[size:], strict=False) if figure == start]
