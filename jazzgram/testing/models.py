"""Check models and samplers against the contract: `build_model`, `shape_distribution`, `sample`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import numpy as np

from jazzgram.errors import JazzgramError
from jazzgram.hooks.plugins import Plugin
from jazzgram.hooks.token_model import Position
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.music.term import parse_terms
from jazzgram.testing.examples import (
    BAR,
    CMAJ7,
    DM7,
    G7,
    TERMS,
)


def check_build_model(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `build_model` does against the contract."""
    try:
        model = call(vocabulary=Vocabulary.of(TERMS), options=options, members=())
    except JazzgramError:  # it learns terms of another tokenizer: those that name pitches are the other ones there are
        model = call(vocabulary=Vocabulary.of((parse_terms("60,1.000 R,1.000"),)), options=options, members=())
    for method in ("fit", "weights", "load", "start", "step"):
        if not callable(getattr(model, method, None)):
            yield f"returned a model without {method}"
            return
    if len(inspect.signature(model.step).parameters) != 3:
        yield "returned a model whose step does not take state, inputs and positions"


def _distributions() -> tuple[Vocabulary, np.ndarray[Any, Any], dict[str, Any]]:
    vocabulary = Vocabulary.of(TERMS)
    rows = np.array([[1.0] * len(vocabulary), range(1, len(vocabulary) + 1), [0.0] * len(vocabulary)])
    rows[:2] /= rows[:2].sum(axis=1, keepdims=True)
    positions = [Position(0, 0, BAR, DM7, G7), Position(1, 960, 960, G7, CMAJ7), Position(2, 1800, 120, CMAJ7, None)]
    return vocabulary, rows, {"histories": [[], [0, 1, 0, 1], [2]], "positions": positions}


def check_shape(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `shape_distribution` does against the contract."""
    vocabulary, rows, context = _distributions()
    given = rows.copy()
    out = call(probabilities=rows, vocabulary=vocabulary, options=options, step="check", **context)
    if not np.array_equal(rows, given):
        yield "wrote to the probabilities it was given"
    if out is None or np.shape(out) != rows.shape:
        yield f"returned shape {np.shape(out)}; expected {rows.shape}"
        return
    if not np.isfinite(out).all() or np.min(out) < 0:
        yield "returned negative or infinite probabilities"
    if np.sum(out[2]) > 0:
        yield "returned probability for a row in which no term fits"
    again = call(probabilities=rows, vocabulary=vocabulary, options=options, step="check", **context)
    if not np.array_equal(out, again):
        yield "returned two results for the same input"


def check_sample(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `sample` does against the contract."""
    _, rows, context = _distributions()
    arguments = {"probabilities": rows[:2], "histories": context["histories"][:2], "options": options, "step": "check"}
    first = call(rngs=[Random(1), Random(2)], **arguments)
    second = call(rngs=[Random(1), Random(2)], **arguments)
    if first is None or len(first) != 2:
        yield f"returned {first!r}; expected a token id for each of 2 rows"
    elif list(first) != list(second):
        yield "returned two results for one seed"
    elif not all(0 <= int(token) < rows.shape[1] for token in first):
        yield f"returned {first!r}; token ids go from 0 to {rows.shape[1] - 1}"
