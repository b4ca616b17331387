"""Draw each term with its probability.

One random number between 0 and 1 is drawn for each solo, and mapped to a term by the inverse of the cumulative
distribution. A term with probability 0 is never drawn.
Source: inverse transform sampling (Devroye, *Non-Uniform Random Variate Generation*, 1986, section III.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

from jazzgram import Probabilities, hookimpl


@hookimpl
def sample(probabilities: Probabilities, rngs: Sequence[Random]) -> NDArray[np.int64]:
    """Draw one token for each row with one `random()` of the row's random generator.

    Examples
    --------
    >>> sample(np.array([[0.0, 1.0, 0.0], [0.5, 0.0, 0.5]]), [Random(1), Random(2)]).tolist()
    [1, 2]
    """
    shares = probabilities.cumsum(axis=1)
    # random() is at most 1 - 2^-53: no rounding lifts a point to the row's sum, past which no term would be left.
    drawn = [row.searchsorted(rng.random() * row[-1], side="right") for row, rng in zip(shares, rngs, strict=True)]
    return np.array(drawn, dtype=np.int64)
