"""How long one improvised chorus of 32 bars takes, and each of its notes: fast enough to play along?

Usage: python benchmarks/bench_chorus.py

One solo at a time, as in interactive use, in processor time. The chorus goes from the first term through the chain,
without reading, loading and writing. A note's time is that from one term to the next: the model's step, every sampler,
and the engine. At 300 beats a minute a sixteenth lasts 50 ms; jazzgram's aim is a p99 of 1 ms. Beside it the notes a
second when 50 solos are sampled at once, by all samplers.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from statistics import median
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one row at a time: threads would only wait for each other

import numpy as np
from jazzgram_plugins.models.notes import note_lstm

from jazzgram import Pipeline, TokenModel, label_kinds

BARS, CHORUSES = 32, 20


class Timed:
    """A model that notes when each of its steps begins."""

    def __init__(self, model: TokenModel) -> None:
        self._model = model
        self.label_kinds = label_kinds(model)
        self.fit, self.weights, self.load, self.gather = model.fit, model.weights, model.load, model.gather
        self.begun: list[float] = []

    def start(self, batch: int) -> Any:
        """See `TokenModel`."""
        return self._model.start(batch)

    def step(self, state: Any, inputs: Any, positions: Any) -> Any:
        """See `TokenModel`."""
        self.begun.append(time.process_time())
        return self._model.step(state, inputs, positions)


def large(pipeline: Pipeline) -> TokenModel:
    """Return a note_lstm of the size for a large corpus, with random weights."""
    model = note_lstm.build_model(pipeline.vocabulary, note_lstm.Options())
    rng = np.random.default_rng(1)
    model.load({name: rng.normal(scale=0.05, size=shape).astype(np.float32) for name, shape in model.shapes.items()})
    return model


def measure(pipeline: Pipeline, model: TokenModel) -> tuple[list[float], list[float]]:
    """Play choruses; give milliseconds of each chorus and of each note."""
    choruses, notes = [], []
    pipeline.play(pipeline.sample([0])[0])  # what is made once is made
    for seed in range(1, CHORUSES + 1):
        timed = Timed(model)
        pipeline = pipeline.given(trained=replace(pipeline.trained, model=timed))
        begun = time.process_time()
        pipeline.play(pipeline.sample([seed])[0])
        choruses.append(1000 * (time.process_time() - begun))
        notes += (1000 * np.diff(timed.begun)).tolist()
    return choruses, notes


def batch_notes(pipeline: Pipeline) -> float:
    """Return the notes a second of 50 solos that are sampled at once."""
    begun = time.process_time()
    grammars = pipeline.sample(list(range(50)))
    return sum(len(bar) for grammar in grammars for bar in grammar) / (time.process_time() - begun)


if __name__ == "__main__":
    print(f"{'model':<34}{'chorus ms':>10}{'note ms':>10}{'p99 ms':>10}{'notes/s':>10}{'of 50':>10}")
    for name, config, settings, build in (
        ("markov", "blues", ["model.use=markov"], None),
        ("note_lstm, 96 units (shipped)", "pitches", [], None),
        ("note_lstm, 256 units", "pitches", [], large),
        ("note_lstm, 256 units (weimar)", "weimar", [], None),
    ):
        pipeline = Pipeline.load(config, settings=[*settings, f"improvise.bars={BARS}"])
        model = pipeline.model if build is None else build(pipeline)
        pipeline = pipeline.given(trained=replace(pipeline.trained, model=model))
        choruses, notes = measure(pipeline, model)
        line = (median(choruses), median(notes), float(np.percentile(notes, 99)), 1000 / median(notes))
        line += (batch_notes(pipeline),)
        print(f"{name:<34}" + "".join(f"{value:>10.2f}" for value in line))
