"""Keep only the k likeliest terms.

Many unlikely terms add up to a large probability; a fixed number of choices truncates them.
Of equally likely terms those with the lower token ids remain.
Source: Fan, Lewis & Dauphin, *Hierarchical neural story generation* (2018).
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

import jazzgram
from jazzgram import Probabilities, hookimpl


class Options(jazzgram.Options):
    """How many terms are retained."""

    k: int = Field(20, ge=1, le=100_000, description="Number of terms to retain; a smaller vocabulary stays whole.")


@hookimpl
def shape_distribution(probabilities: Probabilities, options: Options) -> Probabilities:
    """Set all but the `options.k` likeliest terms of each row to 0; the others keep their probabilities.

    Examples
    --------
    >>> shape_distribution(np.array([[0.2, 0.5, 0.3]]), Options(k=2)).tolist()
    [[0.0, 0.5, 0.3]]
    """
    dropped = np.argsort(-probabilities, axis=1, kind="stable")[:, options.k :]
    truncated = probabilities.copy()
    np.put_along_axis(truncated, dropped, 0.0, axis=1)
    return truncated
