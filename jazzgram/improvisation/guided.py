"""Guidance: a model's labels with more or less weight than it learned to give them.

The distribution is ``p(term | labels)^w * p(term)^(1 - w)``, normalised: at w = 1 the model's own, at 0 that of a model
without labels; above 1 what distinguishes the labels is exaggerated.
Source: Ho & Salimans, *Classifier-free diffusion guidance* (2021), of logits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.hooks.token_model import Position, Probabilities, TokenModel
from jazzgram.music.labels import NO_LABELS

_SMALLEST = 1e-30

_State = tuple[Any, int]
"""The state of both, a row for each solo with its labels and then a row for each without; and how many solos."""


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

    def start(self, batch: int) -> _State:
        """Return the state before the first token: each solo with its labels, then each without."""
        return self._model.start(2 * batch), batch

    def step(
        self, state: _State, inputs: NDArray[Any] | None, positions: Sequence[Position]
    ) -> tuple[_State, Probabilities]:
        """Advance both by one token, in one batch; see `TokenModel`."""
        twice = None if inputs is None else np.concatenate([inputs, inputs])
        after, probabilities = self._model.step(state[0], twice, [*positions, *map(_without_labels, positions)])
        probabilities = probabilities + _SMALLEST
        own, other = probabilities[: len(positions)], probabilities[len(positions) :]
        # p(term | labels) * (p(term | labels) / p(term)) ** (w - 1): of both only the quotient needs a logarithm.
        powers = np.divide(own, other, out=other)
        np.log(powers, out=powers)
        powers *= self._weight - 1
        np.exp(powers, out=powers)
        powers *= own
        powers /= np.add.reduce(powers, axis=1, keepdims=True)
        return (after, state[1]), powers

    def gather(self, rows: Sequence[tuple[_State, int]]) -> _State:
        """Build a state from rows of other states; see `TokenModel`."""
        with_labels = [(state, row) for (state, _), row in rows]
        without = [(state, batch + row) for (state, batch), row in rows]
        return self._model.gather([*with_labels, *without]), len(rows)


def _without_labels(each: Position) -> Position:
    """Return a position without labels; `dataclasses.replace` takes four times as long."""
    return Position(
        each.bar,
        each.onset,
        each.remaining,
        each.chord,
        each.next_chord,
        each.bars,
        each.until,
        each.tempo,
        NO_LABELS,
        each.ahead,
    )
