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
from jazzgram.music.labels import Labels

_SMALLEST = 1e-30


class Guided:
    """A model that is stepped with and without labels.

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

    def start(self, batch: int) -> tuple[Any, Any]:
        """Return both states before the first token."""
        return self._model.start(batch), self._model.start(batch)

    def step(
        self, state: tuple[Any, Any], inputs: NDArray[Any] | None, positions: Sequence[Position]
    ) -> tuple[tuple[Any, Any], Probabilities]:
        """Advance both by one token; see `TokenModel`."""
        labelled, own = self._model.step(state[0], inputs, positions)
        unlabelled, other = self._model.step(state[1], inputs, [replace(each, labels=Labels()) for each in positions])
        logs = self._weight * np.log(own + _SMALLEST) + (1 - self._weight) * np.log(other + _SMALLEST)
        powers = np.exp(logs - logs.max(axis=1, keepdims=True))
        return (labelled, unlabelled), powers / powers.sum(axis=1, keepdims=True)
