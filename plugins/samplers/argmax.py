"""Take the likeliest term, always.

The same model over the same chords plays the same line: safe, repeatable, soon boring.
Source: deepjazz as the Coursera exercise *Improvise a Jazz Solo with an LSTM Network* has it (2018).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jazzgram import Probabilities, hookimpl


@hookimpl
def sample(probabilities: Probabilities) -> NDArray[np.int64]:
    """Choose the likeliest token of each row; of equals, the lowest token id.

    Examples
    --------
    >>> sample(np.array([[0.2, 0.5, 0.3], [0.4, 0.2, 0.4]])).tolist()
    [1, 0]
    """
    tokens: NDArray[np.int64] = np.argmax(probabilities, axis=1)
    return tokens
