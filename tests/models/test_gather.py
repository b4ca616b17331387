"""States are put together from rows of others: each solo goes on as it would alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jazzgram_plugins.models import ensemble, grammar, lstm, markov

from jazzgram import Dataset, Position, Use, Vocabulary, parse_terms

WORDS = Vocabulary.of((parse_terms("C,1.000 S,1.000 X,1.000 R,1.000"),))
LINES = [[0, 1, 2, 0, 1, 3, 0, 2, 1, 0, 1, 2], [2, 1, 0, 3, 2, 1, 0, 0]]


def models() -> dict[str, Any]:
    chain = markov.build_model(WORDS, markov.Options())
    rng = np.random.default_rng(1)
    network: Any = lstm.build_model(WORDS, lstm.Options(units=5, layers=2))
    network.load({name: rng.normal(size=shape).astype(np.float32) for name, shape in network._shapes().items()})
    uses = (Use(use="markov"), Use(use="markov", options={"order": 1}))
    members = [markov.build_model(WORDS, markov.Options()), markov.build_model(WORDS, markov.Options(order=1))]
    mixture = ensemble.build_model(ensemble.Options(members=uses, weights=(0.5, 0.5)), members)
    rules = grammar.build_model(WORDS, grammar.Options())
    for model in (chain, mixture, rules):
        model.fit(Dataset.of(*LINES), 1, Path("unused"), lambda epoch: None)
    return {"markov": chain, "lstm": network, "ensemble": mixture, "grammar": rules}


@pytest.mark.parametrize("name", ["markov", "lstm", "ensemble", "grammar"])
def test_rows_of_states_go_on_as_each_would_alone(name: str) -> None:
    model = models()[name]
    rows, expected = [], []
    for line, events in zip(LINES, (2, 5), strict=True):
        state, inputs = model.start(1), None
        for number in range(events):
            state, _ = model.step(state, inputs, [position(number)])
            inputs = np.array([line[number]])
        rows.append((state, 0))
        expected.append(model.step(state, inputs, [position(events)])[1][0])
    gathered = model.gather([rows[1], rows[0], rows[1]])
    fed = np.array([LINES[1][4], LINES[0][1], LINES[1][4]])
    _, found = model.step(gathered, fed, [position(5), position(2), position(5)])
    assert np.allclose(found, [expected[1], expected[0], expected[1]])


def position(number: int) -> Position:
    return Position(number // 4, number % 4 * 480, 1920 - number % 4 * 480, None, None)
