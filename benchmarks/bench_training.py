"""Seconds to train the course's network for 100 epochs: jazzgram's lstm, and the course's own unrolled model.

Usage: python benchmarks/bench_training.py

The corpus is the reference solo's 193 terms where the folder ``shared`` is there (JAZZGRAM_SHARED, default: beside the
checkout), else as many random terms. TensorFlow's import is timed on its own.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from jazzgram_plugins.models.lstm import Lstm, Options

from jazzgram import Epoch, Term, Vocabulary, parse_terms
from jazzgram.training import draw_starts

SHARED = Path(os.environ.get("JAZZGRAM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
OPTIONS = Options()


def corpus() -> tuple[Vocabulary, np.ndarray[Any, np.dtype[np.int64]]]:
    """Give 193 terms, 78 of them distinct."""
    recorded = SHARED / "reference" / "metheny.json"
    if recorded.exists():
        line = [term for bar in json.loads(recorded.read_text())["grammars"] for term in parse_terms(bar)]
    else:
        kinds = [Term("C", 60 + 10 * number) for number in range(78)]
        line = kinds + Random(1).choices(kinds, k=193 - 78)
        Random(2).shuffle(line)
    vocabulary = Vocabulary.of((tuple(line),))
    return vocabulary, vocabulary.encode(line)


def ours(vocabulary: Vocabulary, tokens: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Train with the lstm plugin, checkpoints included; give seconds and the last loss."""
    history: list[Epoch] = []
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        Lstm(vocabulary, OPTIONS).fit(tokens, 1, Path(folder) / "checkpoint", history.append)
        return time.perf_counter() - begun, history[-1].loss


def course(vocabulary: Vocabulary, tokens: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Build and train the course's model, its LSTM and Dense layers called once for each step."""
    import keras

    steps, terms, units, examples = OPTIONS.window, len(vocabulary), OPTIONS.units, OPTIONS.examples
    heard = np.zeros((examples, steps, terms), np.float32)
    named = np.zeros((steps, examples, terms), np.float32)
    for example, start in enumerate(draw_starts(len(tokens), steps, examples, Random(1))):
        for step in range(1, steps):
            heard[example, step, tokens[start + step]] = 1
            named[step - 1, example, tokens[start + step]] = 1

    begun = time.perf_counter()
    inputs = keras.Input((steps, terms))
    first_hidden, first_cell = keras.Input((units,)), keras.Input((units,))
    reshape = keras.layers.Reshape((1, terms))
    layer = keras.layers.LSTM(units, return_state=True)
    dense = keras.layers.Dense(terms, activation="softmax")
    hidden, cell, outputs = first_hidden, first_cell, []
    for step in range(steps):
        one = keras.layers.Lambda(lambda whole, step=step: whole[:, step, :], output_shape=(terms,))(inputs)
        hidden, _, cell = layer(reshape(one), initial_state=[hidden, cell])
        outputs.append(dense(hidden))
    model = keras.Model([inputs, first_hidden, first_cell], outputs)
    slower = keras.optimizers.schedules.InverseTimeDecay(OPTIONS.learning_rate, 1, OPTIONS.decay)
    model.compile(
        optimizer=keras.optimizers.Adam(slower, OPTIONS.beta_1, OPTIONS.beta_2),
        loss=["categorical_crossentropy"] * steps,
        metrics=[["accuracy"]] * steps,
    )
    zeros = np.zeros((examples, units), np.float32)
    trained = model.fit([heard, zeros, zeros], list(named), epochs=OPTIONS.epochs, verbose=0)
    return time.perf_counter() - begun, float(trained.history["loss"][-1])


def main() -> None:
    """Train each once and print seconds, losses and the ratio."""
    begun = time.perf_counter()
    import keras  # noqa: F401

    print(f"import of Keras and TensorFlow  {time.perf_counter() - begun:8.2f} s")
    vocabulary, tokens = corpus()
    seconds, loss = ours(vocabulary, tokens)
    print(f"jazzgram, 100 epochs            {seconds:8.2f} s   loss {loss:.2f}")
    baseline, loss = course(vocabulary, tokens)
    print(f"the course's unrolled model     {baseline:8.2f} s   loss {loss:.2f}")
    print(f"ratio                           {baseline / seconds:8.1f}")


if __name__ == "__main__":
    main()
