"""Copies in a batch are stepped once, and play what each would by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from untrained import Untrained

from jazzgram import Position
from jazzgram.improvisation.shared import Shared

BEGIN = Position(0, 0, 1920, None, None)
LATER = Position(0, 480, 1440, None, None)


class Remembering(Untrained):
    """Its distribution of three terms depends on all tokens so far; it counts the rows that it steps."""

    def __init__(self) -> None:
        self.rows: list[int] = []

    def start(self, batch: int) -> Any:
        return np.zeros(batch)

    def step(self, state: Any, inputs: Any, positions: Any) -> Any:
        self.rows.append(len(state))
        after = 2 * state + (0 if inputs is None else inputs + 1)
        rows = 1 + np.arange(3) * after[:, None] + np.array([[position.onset] for position in positions])
        return after, rows / rows.sum(axis=1, keepdims=True)

    def gather(self, rows: Any) -> Any:
        return np.array([state[row] for state, row in rows])


def test_copies_are_stepped_once_until_their_terms_differ() -> None:
    shared, plain = Remembering(), Remembering()
    model = Shared(shared)
    state, alone = model.start(4), plain.start(4)
    tokens: Any = None
    for tokens in (None, [1, 1, 1, 1], [0, 2, 0, 2], [1, 1, 2, 1]):
        fed = None if tokens is None else np.array(tokens)
        state, probabilities = model.step(state, fed, [BEGIN] * 4)
        alone, expected = plain.step(alone, fed, [BEGIN] * 4)
        assert (probabilities == expected).all()
    assert shared.rows == [1, 1, 2, 3], "rows 1 and 3 have played the same"
    state = model.gather([(state, 3), (state, 0), (state, 1)])
    alone = plain.gather([(alone, 3), (alone, 0), (alone, 1)])
    assert (model.step(state, np.zeros(3, int), [BEGIN] * 3)[1] == plain.step(alone, 0, [BEGIN] * 3)[1]).all()
    assert shared.rows[-1] == 2


def test_rows_at_other_positions_or_like_other_soloists_are_not_copies() -> None:
    model = Remembering()
    shared = Shared(model)
    positions = [BEGIN, LATER, replace(BEGIN, bars=12), BEGIN]
    _, probabilities = shared.step(shared.start(4), None, positions)
    assert model.rows == [3]
    assert (probabilities == model.step(model.start(4), None, positions)[1]).all()


def test_a_row_is_handed_back_as_the_model_s_own() -> None:
    model = Remembering()
    shared = Shared(model)
    own, _ = model.step(model.start(1), np.array([2]), [BEGIN])
    state, _ = shared.step(shared.copies(own, 3), np.array([0, 1, 0]), [BEGIN] * 3)
    expected, _ = model.step(own, np.array([1]), [BEGIN])
    assert model.gather([shared.row(state, 1)]) == expected
