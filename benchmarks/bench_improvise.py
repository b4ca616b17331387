"""Improvising: the course's five sets of 50 terms from model to files, and terms a second alone and in a batch.

The baselines are in `bench_stepping.py` (Keras stepping one term at a time) and, for the five sets of chords, the
12.5 s that the course's 50-fold unrolled model took to build and write on such a machine.

    python benchmarks/bench_improvise.py        (wants the reference MIDI, see `bench_reading.py`)
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from jazzgram import Pipeline

_ORIGINAL_SECONDS = 12.5


def timed(pipeline: Pipeline, seeds: list[int]) -> float:
    """Give the terms a second of the best of five."""
    best = 0.0
    for _ in range(5):
        begun = time.perf_counter()
        grammars = pipeline.sample(seeds)
        seconds = time.perf_counter() - begun
        best = max(best, sum(len(bar) for grammar in grammars for bar in grammar) / seconds)
    return best


def main() -> None:
    """Print one line a measurement."""
    course = Pipeline.load("coursera", settings=["write=[midi]"])
    course.train()
    with tempfile.TemporaryDirectory() as folder:
        course.run(Path(folder) / "first")  # imports
        begun = time.perf_counter()
        course.run(Path(folder) / "second")
        seconds = time.perf_counter() - begun
    print(f"5 x 50 terms sampled, chained, written  {seconds * 1e3:8.0f} ms  {_ORIGINAL_SECONDS / seconds:6.0f} x")
    solo = Pipeline.load("metheny")
    solo.train()
    print(f"improvise, one solo                     {timed(solo, [1]):8.0f} terms/s")
    print(f"improvise, 50 solos at once             {timed(solo, list(range(50))):8.0f} terms/s")
    bare = Pipeline.load("metheny", settings=["samplers=[{shape_distribution: bar_aware}, {sample: categorical}]"])
    bare = bare.reusing(solo)
    print(f"the same with bar_aware and categorical {timed(bare, list(range(50))):8.0f} terms/s")


if __name__ == "__main__":
    main()
