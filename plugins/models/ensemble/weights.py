"""The weights of a mixture, fitted to the members' likelihoods of held-out terms by expectation maximisation.

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
_BATCH = 64
"""Tunes that are stepped in one batch."""
_HELD_OUT = 10
"""One tune in so many is held out, where the corpus has no validation part."""
_TOLERANCE, _MOST_ROUNDS = 1e-10, 10_000


def hold_out(tunes: Sequence[TokenTune]) -> tuple[list[TokenTune], list[TokenTune]]:
    """Split tunes into training tunes and every tenth, the first among them, held out; none of a single tune.

    Examples
    --------
    >>> from jazzgram import Dataset
    >>> train, held_out = hold_out(Dataset.of([0], [1], [2]).train)
    >>> len(train), held_out[0].tokens.tolist()
    (2, [0])
    """
    if len(tunes) < 2:
        return list(tunes), []
    return (
        [tune for number, tune in enumerate(tunes) if number % _HELD_OUT],
        [tune for number, tune in enumerate(tunes) if not number % _HELD_OUT],
    )


def sufficient(tunes: Sequence[TokenTune]) -> list[TokenTune]:
    """Return the first tunes, whole, up to `_ENOUGH` terms."""
    lengths = np.cumsum([len(tune) for tune in tunes])
    return list(tunes[: int(np.searchsorted(lengths, _ENOUGH)) + 1])


def likelihoods(model: TokenModel, tunes: Sequence[TokenTune]) -> tuple[Floats, NDArray[np.bool_]]:
    """Step a trained model through tunes; predict each term from the true ones before it.

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
    found = [np.zeros(len(tune)) for tune in tunes]
    hits = [np.zeros(len(tune), bool) for tune in tunes]
    for first in range(0, len(tunes), _BATCH):
        rows = range(first, min(first + _BATCH, len(tunes)))
        state, inputs = model.start(len(rows)), None
        for at in range(max(len(tunes[row]) for row in rows)):
            # A tune that is over repeats its last term; predictions there do not count.
            indices = [min(at, len(tunes[row]) - 1) for row in rows]
            positions = [tunes[row].position(index) for row, index in zip(rows, indices, strict=True)]
            state, probabilities = model.step(state, inputs, positions)
            inputs = np.array([tunes[row].tokens[index] for row, index in zip(rows, indices, strict=True)])
            likeliest = probabilities.argmax(axis=1)
            for number, row in enumerate(rows):
                if at < len(tunes[row]):
                    found[row][at] = probabilities[number, inputs[number]]
                    hits[row][at] = likeliest[number] == inputs[number]
    known = np.concatenate([tune.tokens for tune in tunes]) != UNKNOWN
    return np.concatenate(found)[known], np.concatenate(hits)[known]


def mixture_weights(likelihoods: Floats) -> Floats:
    """Estimate the weights that maximise a mixture's likelihood.

    Parameters
    ----------
    likelihoods : ndarray of float, shape (members, terms)
        The probability of each term under each member.

    Returns
    -------
    ndarray of float, shape (members,)
        Not negative, sum 1; equal where every probability is 0.

    Notes
    -----
    From equal weights on, each round sets every weight to the member's mean share in the mixture's probabilities::

        w_i <- mean over terms of  w_i p_i / sum_j w_j p_j

    The likelihood never falls, and has one maximum.

    Examples
    --------
    One predicts heads in 9 of 10 cases, the other in 1 of 10, and it was heads in 7 of 10; 3/4 of the first and 1/4 of
    the second predict just that:

    >>> mixture_weights(np.array([[0.9] * 7 + [0.1] * 3, [0.1] * 7 + [0.9] * 3])).round(4).tolist()
    [0.75, 0.25]
    """
    weights = np.full(len(likelihoods), 1 / len(likelihoods))
    likelihoods = likelihoods[:, likelihoods.any(axis=0)]
    for _ in range(_MOST_ROUNDS if likelihoods.size else 0):
        shares = weights[:, None] * likelihoods
        updated = (shares / shares.sum(axis=0)).mean(axis=1)
        converged = np.abs(updated - weights).max() < _TOLERANCE
        weights = updated
        if converged:
            break
    return weights
