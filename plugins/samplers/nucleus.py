"""Keep the likeliest terms that together reach a given probability (top-p).

Where the model is sure, few terms are left; where it hesitates, many. What is cut off is the unreliable tail, in which
single unlikely terms add up to many wrong notes. Put it after the masks (`bar_aware`, `first_term`), so that what it
keeps can be played.
Source: Holtzman, Buys, Du, Forbes & Choi, *The curious case of neural text degeneration* (2020), section 3.1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

import jazzgram
from jazzgram import Probabilities, hookimpl


class Options(jazzgram.Options):
    """How much is kept."""

    mass: float = Field(0.95, gt=0, le=1, description="Probability that the terms kept reach together, 0 to 1.")


def keep_mass(probabilities: Probabilities, order: NDArray[Any], mass: float) -> Probabilities:
    """Keep the smallest number of terms, in a given order, whose share of the row reaches `mass`.

    Parameters
    ----------
    probabilities : ndarray of float, shape (batch, vocabulary)
        Rows of zeros stay zero.
    order : ndarray of int, shape (batch, vocabulary)
        For each row its token ids, the first to be kept first.
    mass : float
        Above 0, up to 1 (which keeps everything).

    Returns
    -------
    ndarray of float, shape (batch, vocabulary)
        The terms kept have their probabilities, the others 0.
    """
    places = order + np.arange(len(order))[:, None] * order.shape[1]  # counted through all rows, which is faster
    ranked = probabilities.take(places)
    # Summed from the end, so that a mass of 1 loses nothing to rounding, however small; a share that is missed by
    # rounding alone (0.5 + 0.3 of 0.8) counts as reached.
    rest = ranked[:, ::-1].cumsum(axis=1)[:, ::-1]
    kept = probabilities.copy()
    kept.put(places[rest <= (1 - mass) * (1 + 1e-9) * rest[:, :1]], 0.0)
    return kept


@hookimpl
def shape_distribution(probabilities: Probabilities, options: Options) -> Probabilities:
    """Keep the smallest set of likeliest terms that reaches `options.mass`; of equals, the lower token ids.

    Examples
    --------
    >>> shape_distribution(np.array([[0.2, 0.5, 0.3]]), Options(mass=0.7)).tolist()
    [[0.0, 0.5, 0.3]]
    """
    return keep_mass(probabilities, (-probabilities).argsort(axis=1, kind="stable"), options.mass)
