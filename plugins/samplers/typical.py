"""Keep the terms whose information content is near the expected one (locally typical sampling).

With the row's entropy H = -Σ p log p, the terms are ranked by |-log p - H|, the nearest first, and retained until
together they reach `mass`. Unlike with `nucleus`, the likeliest term itself can be dropped as too predictable.
Source: Meister, Pimentel, Wiher & Cotterell, *Locally typical sampling* (2023).
"""

from __future__ import annotations

import numpy as np

from jazzgram import Probabilities, hookimpl

from ._mass import MassOptions, retained_terms


class Options(MassOptions):
    """How much of the probability mass is retained."""


@hookimpl
def shape_distribution(probabilities: Probabilities, options: Options) -> Probabilities:
    """Keep the smallest set of most typical terms that reaches `options.mass`; of equals, the lower token ids.

    Examples
    --------
    Here H = 0.90: the middle term (surprise 0.92) is the most typical, then the first (0.51), then the last (2.30).

    >>> shape_distribution(np.array([[0.6, 0.3, 0.1]]), Options(mass=0.3)).tolist()
    [[0.0, 0.3, 0.0]]
    """
    # The rank of an impossible term makes no difference: its probability is 0.
    surprise = -np.log(probabilities, out=np.zeros(probabilities.shape), where=probabilities > 0)
    entropy = (probabilities * surprise).sum(axis=1, keepdims=True)
    truncated = probabilities.copy()
    for row, order in zip(truncated, np.argsort(np.abs(surprise - entropy), axis=1, kind="stable"), strict=True):
        row[order[retained_terms(row[order], options.mass) :]] = 0.0
    return truncated
