"""Terms a second from a trained model of the course's size: the NumPy step, and Keras' predict for each step.

Usage: python benchmarks/bench_stepping.py

64 units, 78 terms, the most probable term fed back. BLAS keeps its default number of threads.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

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
        state, probabilities = model.step(state, ids)
        ids = probabilities.argmax(axis=1)
        played.append(ids.tolist())
    return played


def keras_line(parameters: Weights, steps: int) -> Callable[[], list[list[int]]]:
    """Build a Keras model of one step; give a function that plays one line with it."""
    import keras

    heard, hidden, cell = keras.Input((1, TERMS)), keras.Input((UNITS,)), keras.Input((UNITS,))
    _, next_hidden, next_cell = keras.layers.LSTM(UNITS, return_state=True)(heard, initial_state=[hidden, cell])
    named = keras.layers.Dense(TERMS, activation="softmax")(next_hidden)
    model = keras.Model([heard, hidden, cell], [named, next_hidden, next_cell])
    model.set_weights(list(parameters.values()))

    def play() -> list[list[int]]:
        sound = np.zeros((1, 1, TERMS), np.float32)
        h = c = np.zeros((1, UNITS), np.float32)
        played = []
        for _ in range(steps):
            probabilities, h, c = model.predict([sound, h, c], verbose=0)
            token = int(probabilities.argmax())
            sound = np.eye(TERMS, dtype=np.float32)[None, [token]]
            played.append([token])
        return played

    return play


def rate(play: Callable[[], object], terms: int, repeats: int) -> float:
    """Give terms a second: the median of `repeats` runs after one that does not count."""
    play()
    seconds = []
    for _ in range(repeats):
        begun = time.perf_counter()
        play()
        seconds.append(time.perf_counter() - begun)
    return terms / float(np.median(seconds))


def main() -> None:
    """Print the three rates and their ratios."""
    parameters = weights()
    model = Lstm(Vocabulary(tuple(Term("C", 60 + 10 * number) for number in range(TERMS))), Options(units=UNITS))
    model.load(parameters)
    single = rate(lambda: numpy_line(model, 1, 1_000), 1_000, 5)
    batched = rate(lambda: numpy_line(model, 50, 1_000), 50_000, 5)
    play = keras_line(parameters, 50)
    assert play() == numpy_line(model, 1, 50), "NumPy and Keras play different lines"
    predicted = rate(play, 50, 3)
    print(f"NumPy, one line         {single:12,.0f} terms/s   ratio {single / predicted:8.1f}")
    print(f"NumPy, 50 lines at once {batched:12,.0f} terms/s   ratio {batched / predicted:8.1f}")
    print(f"Keras predict           {predicted:12,.0f} terms/s")


if __name__ == "__main__":
    main()
