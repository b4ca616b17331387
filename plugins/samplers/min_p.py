"""Drop the terms that are far less likely than the likeliest.

A term remains where its probability is at least `share` times the highest of its row. Where the distribution is peaked,
few terms remain; where it is flat, nearly all, also at high temperatures.
Source: Nguyen et al., *Turning up the heat: min-p sampling for creative and coherent LLM outputs* (2024).
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

import jazzgram
from jazzgram import Probabilities, hookimpl


class Options(jazzgram.Options):
    """Which terms are far less likely."""

    share: float = Field(
        0.1, ge=0, le=1, description="Least probability that is retained, as a share of the likeliest term's, 0 to 1."
    )


@hookimpl
def shape_distribution(probabilities: Probabilities, options: Options) -> Probabilities:
    """Keep the terms with at least `options.share` of the highest probability of their row.

    Examples
    --------
    >>> shape_distribution(np.array([[0.6, 0.35, 0.05]]), Options(share=0.1)).tolist()
    [[0.6, 0.35, 0.0]]
    """
    least = options.share * probabilities.max(axis=1, keepdims=True)
    return np.where(probabilities >= least, probabilities, 0.0)
