"""Sharing: rows of a batch that are copies of one another are stepped once.

Candidates that are drawn again are copies, until they choose different terms: a fifth of all rows, with 16 candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.hooks.token_model import Position, Probabilities, TokenModel

_State = tuple[Any, tuple[int, ...]]
"""The model's state, without copies; and for each row its index there."""


class Shared:
    """A model that steps equal rows once.

    Parameters
    ----------
    model : TokenModel
        Trained; with ``gather``.
    """

    def __init__(self, model: TokenModel) -> None:
        self._model = model
        self.fit, self.weights, self.load = model.fit, model.weights, model.load

    def start(self, batch: int) -> _State:
        """Return the state before the first token, in which all rows are equal."""
        return self.copies(self._model.start(1), batch)

    @staticmethod
    def copies(state: Any, batch: int) -> _State:
        """Return a state of equal rows: the only one of a state of the model."""
        return state, (0,) * batch

    @staticmethod
    def row(state: _State, row: int) -> tuple[Any, int]:
        """Return the model's own state of a row, and the row's index there."""
        return state[0], state[1][row]

    def step(
        self, state: _State, inputs: NDArray[Any] | None, positions: Sequence[Position]
    ) -> tuple[_State, Probabilities]:
        """Advance by one token; see `TokenModel`. Rows with equal states, tokens and positions stay equal."""
        own, rows = state
        tokens = [None] * len(rows) if inputs is None else inputs.tolist()
        found: dict[tuple[int, int | None, Position], int] = {}
        indices = [found.setdefault(key, len(found)) for key in zip(rows, tokens, positions, strict=True)]
        distinct = list(found)
        if [row for row, _, _ in distinct] != list(range(max(rows) + 1)):
            own = self._model.gather([(own, row) for row, _, _ in distinct])
        fed = None if inputs is None else np.array([token for _, token, _ in distinct])
        after, probabilities = self._model.step(own, fed, [position for _, _, position in distinct])
        return (after, tuple(indices)), probabilities if len(distinct) == len(rows) else probabilities[indices]

    def gather(self, rows: Sequence[tuple[_State, int]]) -> _State:
        """Build a state from rows of other states; see `TokenModel`."""
        found: dict[tuple[int, int], int] = {}
        own = [self.row(state, row) for state, row in rows]
        indices = [found.setdefault((id(state), row), len(found)) for state, row in own]
        distinct = {(id(state), row): (state, row) for state, row in own}
        return self._model.gather(list(distinct.values())), tuple(indices)
