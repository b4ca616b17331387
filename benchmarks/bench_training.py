"""Terms a second in training: jazzgram's lstm, plain and with all conditions, and the course's own unrolled model.

Usage: python benchmarks/bench_training.py

The course's setting: 100 epochs of 60 windows of 30 terms, of which 29 are to be named, 64 units, batches of 32. The
corpus is the reference solo's 193 terms where the folder ``shared`` is there (JAZZGRAM_SHARED, default: beside the
checkout), else as many random terms. Everything is counted: building and tracing the network, cutting the windows, and
for jazzgram the checkpoint after each epoch; only TensorFlow's import is timed on its own. Then the same networks once
they run, without those fixed costs: the seconds of the last 50 epochs, doubled.
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

from jazzgram import Chord, Dataset, Term, TokenTune, Vocabulary, parse_terms
from jazzgram.models import draw_starts

SHARED = Path(os.environ.get("JAZZGRAM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
OPTIONS = Options()
CONDITIONED = Options(condition=("chord", "next_chord", "position", "form"))
NAMED = OPTIONS.epochs * (OPTIONS.examples or 0) * (OPTIONS.window - 1)
"""How many terms are named in a training."""
Timed = tuple[float, float, float]
"""Seconds in all, seconds when it runs, and the last loss."""


def corpus() -> tuple[Vocabulary, TokenTune]:
    """Return 193 terms, 78 of them distinct, over two chords."""
    recorded = SHARED / "reference" / "metheny.json"
    if recorded.exists():
        line = [term for bar in json.loads(recorded.read_text())["grammars"] for term in parse_terms(bar)]
    else:
        kinds = [Term("C", 60 + 10 * number) for number in range(78)]
        line = kinds + Random(1).choices(kinds, k=193 - 78)
        Random(2).shuffle(line)
    vocabulary = Vocabulary.of((tuple(line),))
    bare = Dataset.of(vocabulary.encode(line)).train[0]
    chord = bare.bar % 2
    chords = (Chord((62, 65, 69, 72), 0, 0, "Dm7"), Chord((55, 59, 62, 65), 0, 0, "G7"))
    positions = (bare.bar, bare.onset, bare.remaining, bare.remaining, chord, 1 - chord)
    return vocabulary, TokenTune(bare.tokens, *positions, chords, bare.bars)


def ours(vocabulary: Vocabulary, tune: TokenTune, options: Options) -> Timed:
    """Train with the lstm plugin, checkpoints included."""
    times, losses = [time.perf_counter()], []

    def report(epoch: Any) -> None:
        times.append(time.perf_counter())
        losses.append(epoch.loss)

    with tempfile.TemporaryDirectory() as folder:
        Lstm(vocabulary, options).fit(Dataset((tune,)), 1, Path(folder) / "checkpoint", report)
    half = options.epochs // 2
    return times[-1] - times[0], 2 * (times[-1] - times[-1 - half]), losses[-1]


def course(vocabulary: Vocabulary, tokens: np.ndarray[Any, Any]) -> Timed:
    """Build and train the course's model, its LSTM and Dense layers called once for each step."""
    import keras

    steps, terms, units, examples = OPTIONS.window, len(vocabulary), OPTIONS.units, OPTIONS.examples or 0
    windows = np.zeros((examples, steps, terms), np.float32)
    named = np.zeros((steps, examples, terms), np.float32)
    for example, start in enumerate(draw_starts(len(tokens), steps, examples, Random(1))):
        for step in range(1, steps):
            windows[example, step, tokens[start + step]] = 1
            named[step - 1, example, tokens[start + step]] = 1

    times = [time.perf_counter()]
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
    watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: times.append(time.perf_counter()))
    trained = model.fit([windows, zeros, zeros], list(named), epochs=OPTIONS.epochs, verbose=0, callbacks=[watch])
    half = OPTIONS.epochs // 2
    return time.perf_counter() - times[0], 2 * (times[-1] - times[-1 - half]), float(trained.history["loss"][-1])


def main() -> None:
    """Train each once; print seconds, rates, ratios and losses."""
    begun = time.perf_counter()
    import keras  # noqa: F401

    print(f"import of Keras and TensorFlow {time.perf_counter() - begun:.1f} s; {NAMED:,} terms to name")
    vocabulary, tune = corpus()
    baseline = course(vocabulary, tune.tokens)
    print(f"{'':28}{'s':>7}{'terms/s':>9}{'ratio':>7}   {'running: s':>10}{'terms/s':>9}{'ratio':>7}{'loss':>8}")
    for name, timed in (
        ("the course's unrolled model", baseline),
        ("lstm", ours(vocabulary, tune, OPTIONS)),
        ("lstm, all conditions", ours(vocabulary, tune, CONDITIONED)),
    ):
        whole, running = (
            f"{seconds:{width}.1f}{NAMED / seconds:9,.0f}{slow / seconds:7.1f}"
            for seconds, slow, width in zip(timed, baseline, (7, 13), strict=False)
        )
        print(f"{name:28}{whole}{running}{timed[2]:8.2f}")


if __name__ == "__main__":
    main()
