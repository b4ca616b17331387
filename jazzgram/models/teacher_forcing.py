"""Teacher forcing: a trained model steps through tunes, and each term is predicted from the true ones before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from jazzgram.hooks.token_model import UNKNOWN, Probabilities, TokenModel, TokenTune
from jazzgram.music.arrays import Flags, Floats

_BATCH = 64
"""Tunes in a batch."""
Predictions = tuple[Floats, Flags]
"""For each term of a tune its probability (0 where it is unknown), and whether it was the likeliest."""


def teacher_forced(model: TokenModel, tunes: Sequence[TokenTune]) -> Iterator[tuple[int, int, Probabilities]]:
    """Step a trained model through tunes in batches, the longest tunes first.

    Yields
    ------
    number, index : int
        Of the tune, and of the term in it.
    predicted : ndarray of float, shape (vocabulary,)
        The probabilities of the term.
    """
    longest_first = sorted(range(len(tunes)), key=lambda number: -len(tunes[number]))
    for first in range(0, len(tunes), _BATCH):
        numbers = longest_first[first : first + _BATCH]
        state, inputs = model.start(len(numbers)), None
        for at in range(len(tunes[numbers[0]])):
            # A tune that has ended repeats its last term; its predictions are ignored.
            here = [(tunes[number], min(at, len(tunes[number]) - 1)) for number in numbers]
            state, predicted = model.step(state, inputs, [tune.position(index) for tune, index in here])
            inputs = np.array([tune.tokens[index] for tune, index in here])
            yield from ((number, at, predicted[row]) for row, number in enumerate(numbers) if at < len(tunes[number]))


def predict_terms(model: TokenModel, tunes: Sequence[TokenTune]) -> list[Predictions]:
    """Predict each term of tunes from the true ones before it.

    Parameters
    ----------
    model : TokenModel
        Trained.
    tunes : sequence of TokenTune
        At least one term each.

    Returns
    -------
    list of (ndarray of float, ndarray of bool), each of shape (terms,)
        The probability of each term, 0 where the vocabulary does not have it; whether it was the likeliest.
    """
    found = [(np.zeros(len(tune)), np.zeros(len(tune), bool)) for tune in tunes]
    for number, index, predicted in teacher_forced(model, tunes):
        if (token := tunes[number].tokens[index]) != UNKNOWN:
            probabilities, hits = found[number]
            probabilities[index], hits[index] = predicted[token], predicted.argmax() == token
    return found


def known_terms(model: TokenModel, tunes: Sequence[TokenTune]) -> Predictions:
    """Return the predictions of the terms that the vocabulary has, tune after tune, in one row.

    Parameters
    ----------
    model : TokenModel
        Trained.
    tunes : sequence of TokenTune
        At least one, of at least one term each.
    """
    known = np.concatenate([tune.tokens for tune in tunes]) != UNKNOWN
    probabilities, hits = zip(*predict_terms(model, tunes), strict=True)
    return np.concatenate(probabilities)[known], np.concatenate(hits)[known]
