"""Make recent terms less likely.

Keskar et al. divide the model's score of a repeated token by the penalty θ. A chain of samplers sees probabilities
only, which fix the scores up to a constant; here the score of a term is log(p · V), V being the size of the
vocabulary: how much likelier it is than at random. A positive score is divided by θ, a negative one multiplied, so
that either way the term loses: with u = p · V, p becomes u^(1/θ) / V where u > 1, and u^θ / V elsewhere.
Source: Keskar et al., *CTRL: a conditional transformer language model* (2019), section 4.1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field

import jazzgram
from jazzgram import Probabilities, hookimpl


class Options(jazzgram.Options):
    """How strongly repetition is penalised, and over which window."""

    penalty: float = Field(1.2, ge=1, le=10, description="Penalty θ, without unit; 1 changes nothing.")
    window: int = Field(16, ge=1, le=10_000, description="Number of last terms that are penalised.")


@hookimpl
def shape_distribution(
    probabilities: Probabilities, histories: Sequence[Sequence[int]], options: Options
) -> Probabilities:
    """Lower the probability of each row's last `options.window` terms; the others keep theirs.

    Examples
    --------
    Of three terms the first is 1.5 times as likely as at random: 1.5^(1/2) / 3 = 0.408.

    >>> shape_distribution(np.array([[0.5, 0.3, 0.2]]), [[2, 0]], Options(penalty=2, window=1)).round(3).tolist()
    [[0.408, 0.3, 0.2]]
    """
    recent = [history[-options.window :] for history in histories]
    rows = np.repeat(np.arange(len(recent)), [len(history) for history in recent])
    tokens = np.array([token for history in recent for token in history], dtype=np.int64)
    size = probabilities.shape[1]
    ratio = probabilities[rows, tokens] * size
    shaped = probabilities.copy()
    shaped[rows, tokens] = ratio ** np.where(ratio > 1, 1 / options.penalty, options.penalty) / size
    return shaped
