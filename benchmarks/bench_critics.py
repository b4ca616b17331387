"""What critics cost: processor time of a chorus of 32 bars by its number of candidates, against a single one.

Usage: python benchmarks/bench_critics.py

Sampling only, from the first term to the last: the chain does not depend on the candidates. With one candidate critics
are not called: that row is the baseline, sampling without critics. Four critics follow curves, two look back, and
`novelty` compares with the corpus, which `weimar` comes without.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from statistics import median

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a few rows at a time: threads would only wait for each other

from bench_chorus import large

from jazzgram import Pipeline

BARS, CHORUSES, CANDIDATES = 32, 7, (1, 4, 16, 64)
CURVES = {"density": [1, 1.5, 3, 2], "register": [62, 62, 70, 76], "rest": [0.4, 0.2], "outside": [0, 0.1, 0.3, 0]}
CRITICS = [{"score_bar": name, "with": {"curve": curve}} for name, curve in CURVES.items()]
CRITICS += [{"score_bar": name} for name in ("wander", "motif", "novelty")]


def measure(config: str, particles: int, big: bool) -> float:
    """Return the median of the milliseconds of processor time that a chorus takes."""
    critics = CRITICS if config == "pitches" else CRITICS[:-1]
    settings = [f"improvise.bars={BARS}", f"improvise.particles={particles}", f"critics={json.dumps(critics)}"]
    pipeline = Pipeline.load(config, settings=settings)
    if big:
        pipeline = pipeline.given(trained=replace(pipeline.trained, model=large(pipeline)))
    pipeline.sample([0])  # what is made once is made
    times = []
    for seed in range(1, CHORUSES + 1):
        begun = time.process_time()
        pipeline.sample([seed])
        times.append(1000 * (time.process_time() - begun))
    return median(times)


if __name__ == "__main__":
    print(f"{'model':<34}{'candidates':>12}{'ms':>8}{'ratio':>8}")
    for name, config, big in (
        ("note_lstm, 96 units (shipped)", "pitches", False),
        ("note_lstm, 256 units", "pitches", True),
        ("note_lstm, guided (weimar)", "weimar", False),
    ):
        alone = measure(config, 1, big)
        for particles in CANDIDATES:
            found = alone if particles == 1 else measure(config, particles, big)
            print(f"{name:<34}{particles:>12}{found:>8.0f}{found / alone:>8.1f}")
