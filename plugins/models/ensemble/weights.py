"""How much each member of a mixture is to say: judged by terms that it foresaw, estimated by expectation maximisation.

Source: Jelinek & Mercer, *Interpolated estimation of Markov source parameters from sparse data* (Pattern Recognition in
Practice, 1980); Dempster, Laird & Rubin, *Maximum likelihood from incomplete data via the EM algorithm* (Journal of the
Royal Statistical Society B 39, 1977).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jazzgram import UNKNOWN, TokenModel, TokenTune

Floats = NDArray[np.float64]

_ENOUGH = 20_000
"""More terms would not move the weights."""
_AT_ONCE = 64
"""Tunes that are stepped through together."""
_HELD_OUT = 10
"""One tune in so many is kept back to judge by, where the corpus has no validation part."""
_STILL, _MOST_ROUNDS = 1e-10, 10_000


def hold_out(tunes: Sequence[TokenTune]) -> tuple[list[TokenTune], list[TokenTune]]:
    """Part tunes into those to learn and every tenth, the first among them, to judge by; none where there is but one.

    Examples
    --------
    >>> from jazzgram import TokenData
    >>> learned, judged = hold_out(TokenData.of([0], [1], [2]).train)
    >>> len(learned), judged[0].tokens.tolist()
    (2, [0])
    """
    if len(tunes) < 2:
        return list(tunes), []
    return (
        [tune for number, tune in enumerate(tunes) if number % _HELD_OUT],
        [tune for number, tune in enumerate(tunes) if not number % _HELD_OUT],
    )


def enough(tunes: Sequence[TokenTune]) -> list[TokenTune]:
    """Give the first tunes, whole, that have enough terms to judge by."""
    lengths = np.cumsum([len(tune) for tune in tunes])
    return list(tunes[: int(np.searchsorted(lengths, _ENOUGH)) + 1])


def foreseen(model: TokenModel, tunes: Sequence[TokenTune]) -> tuple[Floats, NDArray[np.bool_]]:
    """Step a trained model through tunes, each term predicted from the true ones before it.

    Parameters
    ----------
    model : TokenModel
        Trained.
    tunes : sequence of TokenTune
        At least one term each.

    Returns
    -------
    probabilities, likeliest : ndarray of float and of bool, shape (terms,)
        Of each term that is in the vocabulary, tune after tune: its probability, and whether none was more likely.
    """
    chances = [np.zeros(len(tune)) for tune in tunes]
    hits = [np.zeros(len(tune), bool) for tune in tunes]
    for first in range(0, len(tunes), _AT_ONCE):
        rows = range(first, min(first + _AT_ONCE, len(tunes)))
        state, heard = model.start(len(rows)), None
        for at in range(max(len(tunes[row]) for row in rows)):
            # A tune that is over goes on with its last term; what is predicted there does not count.
            here = [min(at, len(tunes[row]) - 1) for row in rows]
            places = [tunes[row].place(place) for row, place in zip(rows, here, strict=True)]
            state, probabilities = model.step(state, heard, places)
            heard = np.array([tunes[row].tokens[place] for row, place in zip(rows, here, strict=True)])
            likeliest = probabilities.argmax(axis=1)
            for number, row in enumerate(rows):
                if at < len(tunes[row]):
                    chances[row][at] = probabilities[number, heard[number]]
                    hits[row][at] = likeliest[number] == heard[number]
    known = np.concatenate([tune.tokens for tune in tunes]) != UNKNOWN
    return np.concatenate(chances)[known], np.concatenate(hits)[known]


def mixture_weights(given: Floats) -> Floats:
    """Estimate the weights under which a mixture makes what came most probable.

    Parameters
    ----------
    given : ndarray of float, shape (members, terms)
        The probability that each member gave to each term.

    Returns
    -------
    ndarray of float, shape (members,)
        Not negative, sum 1; all alike where no member thought any of the terms possible.

    Notes
    -----
    From equal weights on, each round gives every member its mean share in the mixture's probabilities::

        w_i <- mean over terms of  w_i p_i / sum_j w_j p_j

    The likelihood never falls, and has no other maximum than the highest.

    Examples
    --------
    One says heads in 9 of 10 cases, the other in 1 of 10, and it was heads in 7 of 10; 3/4 of the first and 1/4 of the
    second expect just that:

    >>> mixture_weights(np.array([[0.9] * 7 + [0.1] * 3, [0.1] * 7 + [0.9] * 3])).round(4).tolist()
    [0.75, 0.25]
    """
    weights = np.full(len(given), 1 / len(given))
    given = given[:, given.any(axis=0)]
    for _ in range(_MOST_ROUNDS if given.size else 0):
        shares = weights[:, None] * given
        moved = (shares / shares.sum(axis=0)).mean(axis=1)
        still = np.abs(moved - weights).max() < _STILL
        weights = moved
        if still:
            break
    return weights
