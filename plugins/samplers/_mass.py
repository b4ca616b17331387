"""Truncation of a distribution to a probability mass, by any ranking of its terms."""

from __future__ import annotations

from pydantic import Field

import jazzgram
from jazzgram.music import Floats


class MassOptions(jazzgram.Options):
    """How much of the probability mass is retained."""

    mass: float = Field(0.95, gt=0, le=1, description="Least total probability of the retained terms, 0 to 1.")


def retained_terms(ranked: Floats, mass: float, others: float = 0.0) -> int:
    """Return how many of the first terms together reach a share of `mass`.

    Parameters
    ----------
    ranked : ndarray of float, shape (terms,)
        Probabilities in the order in which terms are retained.
    mass : float
        Above 0, up to 1 (which retains everything).
    others : float
        The probability of terms that come after these.

    Examples
    --------
    >>> import numpy as np
    >>> retained_terms(np.array([0.5, 0.3, 0.2]), 0.7)
    2
    """
    # Summed from the end, so that a mass of 1 loses nothing to rounding, however small; a share that is missed by
    # rounding alone (0.5 + 0.3 of 0.8) counts as reached.
    rest = ranked[::-1].cumsum() + others
    if not len(rest):
        return 0
    return len(rest) - int(rest.searchsorted((1 - mass) * (1 + 1e-9) * rest[-1], side="right"))
