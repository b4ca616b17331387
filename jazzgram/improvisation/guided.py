"""Guidance: a model's labels with more or less weight than it learned to give them.

The distribution is ``p(term | labels)^w * p(term)^(1 - w)``, normalised: at w = 1 the model's own, at 0 that of a model
without labels; above 1 what distinguishes the labels is exaggerated.
Source: Ho & Salimans, *Classifier-free diffusion guidance* (2021), of logits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.hooks.token_model import Position, Probabilities, TokenModel
from jazzgram.music.labels import NO_LABELS

_SMALLEST = 1e-30


class Guided:
    """A model that is stepped with and without labels: in a batch of twice as many rows, the labelled ones first.

    Parameters
    ----------
    model : TokenModel
        Conditioned on labels; trained.
    weight : float
        Of the labels.
    """

    def __init__(self, model: TokenModel, weight: float) -> None:
        self._model = model
        self._weight = weight
        self.fit, self.weights, self.load = model.fit, model.weights, model.load

    def start(self, batch: int) -> Any:
        """Return the state before the first token, of twice as many solos."""
        return self._model.start(2 * batch)

    def step(self, state: Any, inputs: NDArray[Any] | None, positions: Sequence[Position]) -> tuple[Any, Probabilities]:
        """Advance by one token, with and without labels; see `TokenModel`."""
        unlabelled = [replace(each, labels=NO_LABELS) for each in positions]
        twice = None if inputs is None else np.concatenate([inputs, inputs])
        state, both = self._model.step(state, twice, [*positions, *unlabelled])
        logs = np.log(both + _SMALLEST)
        logs = self._weight * logs[: len(positions)] + (1 - self._weight) * logs[len(positions) :]
        powers = np.exp(logs - logs.max(axis=1, keepdims=True))
        return state, powers / powers.sum(axis=1, keepdims=True)
