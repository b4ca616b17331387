"""Terms a second from a model of the course's size: the NumPy step, and Keras called for each step.

Usage: python benchmarks/bench_stepping.py

64 units, 78 terms, the most probable term fed back. BLAS keeps its default number of threads. Most of the time of
Keras' `predict` is spent on preparing each call; the compiled step (`tf.function`) is the fairer rival.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from jazzgram_plugins.models.lstm import Lstm, Options

from jazzgram import Term, Vocabulary, Weights

TERMS, UNITS = 78, 64


def weights() -> Weights:
    """Draw weights in the order in which Keras lists them."""
    rng = np.random.default_rng(1)
    shapes = {
        "kernel": (TERMS, 4 * UNITS),
        "recurrent_kernel": (UNITS, 4 * UNITS),
        "bias": (4 * UNITS,),
        "output_kernel": (UNITS, TERMS),
        "output_bias": (TERMS,),
    }
    return {name: rng.normal(scale=0.5, size=shape).astype(np.float32) for name, shape in shapes.items()}


def numpy_line(model: Lstm, batch: int, steps: int) -> list[list[int]]:
    """Play `batch` lines at once; give the token ids of each step."""
    state, ids, played = model.start(batch), None, []
    for _ in range(steps):
        state, probabilities = model.step(state, ids, ())
        ids = probabilities.argmax(axis=1)
        played.append(ids.tolist())
    return played


def keras_step(parameters: Weights) -> Any:
    """Build a Keras model of one step: term, hidden and cell in, probabilities, hidden and cell out."""
    import keras

    inputs, hidden, cell = keras.Input((1, TERMS)), keras.Input((UNITS,)), keras.Input((UNITS,))
    _, next_hidden, next_cell = keras.layers.LSTM(UNITS, return_state=True)(inputs, initial_state=[hidden, cell])
    named = keras.layers.Dense(TERMS, activation="softmax")(next_hidden)
    model = keras.Model([inputs, hidden, cell], [named, next_hidden, next_cell])
    model.set_weights(list(parameters.values()))
    return model


def keras_line(step: Callable[[list[Any]], Any], steps: int) -> list[list[int]]:
    """Play one line; give the token id of each step."""
    sound = np.zeros((1, 1, TERMS), np.float32)
    hidden = cell = np.zeros((1, UNITS), np.float32)
    played = []
    for _ in range(steps):
        probabilities, hidden, cell = step([sound, hidden, cell])
        token = int(np.argmax(probabilities))
        sound = np.eye(TERMS, dtype=np.float32)[None, [token]]
        played.append([token])
    return played


def rate(play: Callable[[], object], terms: int, repeats: int) -> float:
    """Return the terms per second: the median of `repeats` runs after a warm-up run."""
    play()
    seconds = []
    for _ in range(repeats):
        begun = time.perf_counter()
        play()
        seconds.append(time.perf_counter() - begun)
    return terms / float(np.median(seconds))


def main() -> None:
    """Print the rates, and for Keras the ratios of NumPy's one line and 50 lines to it."""
    parameters = weights()
    model = Lstm(Vocabulary(tuple(Term("C", 60 + 10 * number) for number in range(TERMS))), Options(units=UNITS))
    model.load(parameters)
    single = rate(lambda: numpy_line(model, 1, 1_000), 1_000, 5)
    batched = rate(lambda: numpy_line(model, 50, 1_000), 50_000, 5)
    keras_model = keras_step(parameters)
    import tensorflow as tf

    compiled = tf.function(keras_model, reduce_retracing=True)
    predict = partial(keras_model.predict, verbose=0)
    for step in (compiled, predict):
        assert keras_line(step, 20) == numpy_line(model, 1, 20), "NumPy and Keras play different lines"
    called = rate(lambda: keras_line(compiled, 200), 200, 5)
    predicted = rate(lambda: keras_line(predict, 20), 20, 3)
    print(f"NumPy, one line         {single:10,.0f} terms/s")
    print(f"NumPy, 50 lines at once {batched:10,.0f} terms/s")
    for name, slow in (("Keras, compiled step    ", called), ("Keras, predict          ", predicted)):
        print(f"{name}{slow:10,.0f} terms/s   ratio {single / slow:8.1f} {batched / slow:8.1f}")


if __name__ == "__main__":
    main()
