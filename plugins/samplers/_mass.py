"""Truncation of a distribution to a probability mass, by any ranking of its terms."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

import jazzgram
from jazzgram import Probabilities


class MassOptions(jazzgram.Options):
    """How much of the probability mass is retained."""

    mass: float = Field(0.95, gt=0, le=1, description="Least total probability of the retained terms, 0 to 1.")


def keep_mass(probabilities: Probabilities, order: NDArray[Any], mass: float) -> Probabilities:
    """Set the terms after the first ones of `order` that together reach a share of `mass` to 0.

    Parameters
    ----------
    probabilities : ndarray of float, shape (batch, vocabulary)
        Rows of zeros stay zero.
    order : ndarray of int, shape (batch, vocabulary)
        Token ids by row, in the order in which terms are retained.
    mass : float
        Above 0, up to 1 (which retains everything).

    Returns
    -------
    ndarray of float, shape (batch, vocabulary)
        Retained terms have their probabilities, the others 0.
    """
    indices = order + np.arange(len(order))[:, None] * order.shape[1]  # into the flat array, which is faster
    ranked = probabilities.take(indices)
    # Summed from the end, so that a mass of 1 loses nothing to rounding, however small; a share that is missed by
    # rounding alone (0.5 + 0.3 of 0.8) counts as reached.
    rest = ranked[:, ::-1].cumsum(axis=1)[:, ::-1]
    truncated = probabilities.copy()
    truncated.put(indices[rest <= (1 - mass) * (1 + 1e-9) * rest[:, :1]], 0.0)
    return truncated
