"""The weights of a mixture, fitted to the members' likelihoods of held-out terms by expectation maximisation.

Source: Jelinek & Mercer, *Interpolated estimation of Markov source parameters from sparse data* (Pattern Recognition in
Practice, 1980); Dempster, Laird & Rubin, *Maximum likelihood from incomplete data via the EM algorithm* (Journal of the
Royal Statistical Society B 39, 1977).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jazzgram import TokenTune
from jazzgram.music import Floats

_ENOUGH = 20_000
"""More terms would not move the weights."""
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
