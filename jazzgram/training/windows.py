"""Windows: the short stretches of one long corpus that a sequence model learns from.

A window is `window` successive terms of the corpus. The model hears silence first, then the window's second term,
third term and so on, and each time has to name the next one::

    window           t0  t1  t2  t3
    the model hears   -  t1  t2
    it has to name   t1  t2  t3

The window's first term is neither heard nor asked for: that is how the exercise "Improvise a Jazz Solo with an LSTM"
(deeplearning.ai, Sequence Models, 2018) lays out its examples. There a last step hears the last term and has an
all-zero target; it adds nothing to the loss or its gradient and is left out here.
"""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.errors import JazzgramError

SILENCE = -1
"""What stands for "nothing yet" where a token id would stand."""


def draw_starts(length: int, window: int, examples: int, rng: Random) -> NDArray[np.int64]:
    """Draw where the windows start, independently and evenly, with repeats.

    Parameters
    ----------
    length : int
        Terms in the corpus.
    window : int
        Terms in a window, 2 or more.
    examples : int
        How many windows to draw, 1 or more.
    rng : random.Random
        The only source of chance.

    Returns
    -------
    ndarray of int64, shape (examples,)
        Each from 0 to ``length - window``.

    Raises
    ------
    JazzgramError
        Where the corpus is shorter than one window.

    Examples
    --------
    >>> draw_starts(5, 5, 3, Random(1)).tolist()
    [0, 0, 0]
    """
    if length < window:
        remedy = f"set the model's option window to {length} or less, or take" if length >= 2 else "take"
        raise JazzgramError(
            f"a corpus of {length} term{'' if length == 1 else 's'} is too short to learn from: one training window"
            f" needs {window}; {remedy} a longer corpus"
        )
    return np.array([rng.randrange(length - window + 1) for _ in range(examples)], dtype=np.int64)


def lessons(tokens: NDArray[Any], starts: NDArray[Any], window: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Cut windows into what the model hears and what it has to name.

    Parameters
    ----------
    tokens : ndarray of int, shape (length,)
        The corpus as token ids.
    starts : ndarray of int, shape (examples,)
        From `draw_starts`.
    window : int
        Terms in a window, 2 or more.

    Returns
    -------
    heard, named : ndarray of int32, shape (examples, window - 1)
        The first column of `heard` is `SILENCE`.

    Examples
    --------
    >>> heard, named = lessons(np.array([7, 3, 5, 4]), np.array([0]), 4)
    >>> heard.tolist(), named.tolist()
    ([[-1, 3, 5]], [[3, 5, 4]])
    """
    windows = tokens[starts[:, None] + np.arange(window)].astype(np.int32)
    heard = windows[:, :-1].copy()
    heard[:, 0] = SILENCE
    return heard, windows[:, 1:]
