"""Slopes: processor time and memory by tunes, bars and choruses, as a plot and a table in docs/large-corpora.md.

Each size is a process of its own, with an empty cache where a corpus is read. Its processor time (that of its children
included) and the most memory that is its own (pages of mapped files are the system's to take back, Linux) are measured.
A straight line through the seconds shows whether time is in proportion to size: r² near 1.

    nice python benchmarks/bench_slopes.py [--part PART] [--print]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from bench_corpus import make_tunes
from bench_large import memory
from written import ROOT, conditions, write_table

from jazzgram.rendering.colours import COLOURS

PLOT = ROOT / "docs" / "images" / "slopes.svg"

_READ = """
from jazzgram import Pipeline
Pipeline.load("blues", settings=["corpus.read=jazzgram_text", "corpus.source={tunes}", "model.use=markov"]).tokens
"""
_RUN = """
from jazzgram.cli import main
import sys
sys.argv[1:] = ["run", "blues", "--force", "--out", {out!r}, "--set", "model.use=markov", "--set", "write=[midi]",
                "--set", "improvise.bars={size}", "--set", "report={report}"]
main()
"""
_EVALUATE = """
from jazzgram import Pipeline
from jazzgram.evaluation.benchmark import Benchmark
split = "corpus.split={{train: 0.8, validation: 0.2, test: 0.0, seed: 1}}"
pipeline = Pipeline.load("blues", settings=["model.use=markov", split, "execution.engine=local"])
Benchmark.of(pipeline, {size}, 8).score(pipeline, "slopes")
"""


@dataclass(frozen=True)
class Slope:
    """What grows.

    Parameters
    ----------
    what : str
        What the sizes count.
    sizes : tuple of int
        In ascending order.
    code : callable
        Returns the Python of a size, given a scratch folder.
    """

    what: str
    sizes: tuple[int, ...]
    code: Callable[[int, Path], str]


def _reading(size: int, scratch: Path) -> str:
    return _READ.format(tunes=make_tunes(scratch / "tunes", size))


SLOPES = (
    Slope("tunes read", (1_000, 2_000, 4_000, 10_000), _reading),
    Slope(
        "bars, no report",
        (1_250, 2_500, 5_000, 10_000),
        lambda size, scratch: _RUN.format(out=str(scratch / "out"), size=size, report="false"),
    ),
    Slope(
        "bars, with report",
        (500, 1_000, 2_000, 4_000),
        lambda size, scratch: _RUN.format(out=str(scratch / "out"), size=size, report="true"),
    ),
    Slope("choruses of 8 bars", (125, 250, 500, 1_000), lambda size, _: _EVALUATE.format(size=size)),
)


def measured(code: str, cache: Path) -> tuple[float, float]:
    """Run code in a process; return its processor seconds and the most megabytes of its own."""
    before = os.times()
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "JAZZGRAM_CACHE": str(cache), "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    own = 0.0
    while child.poll() is None:
        own = max(own, memory(child.pid)[0])
        time.sleep(0.01)
    if child.returncode:
        raise SystemExit(f"bench_slopes: {(child.stderr.read() if child.stderr else b'').decode()}")
    after = os.times()
    spent = after.children_user - before.children_user + after.children_system - before.children_system
    return spent, own


def measure(slope: Slope, report: Callable[[str], None]) -> list[tuple[float, float]]:
    """Measure every size of a slope; a small one before them is not counted."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        shared = Path(name, "cache")
        for size in (max(1, slope.sizes[0] // 10), *slope.sizes):
            scratch = Path(tempfile.mkdtemp(dir=name))
            cache = scratch / "cache" if slope.code is _reading else shared
            found.append(measured(slope.code(size, scratch), cache))
            report(f"{size} {slope.what}: {found[-1][0]:.1f} s, {found[-1][1]:.0f} MB")
    return found[1:]


def line(sizes: tuple[int, ...], values: list[float]) -> tuple[float, float, float]:
    """Return slope and intercept of the straight line through the points, and its r²."""
    slope, intercept = np.polyfit(sizes, values, 1)
    return float(slope), float(intercept), float(np.corrcoef(sizes, values)[0, 1] ** 2)


def table(found: dict[Slope, list[tuple[float, float]]]) -> list[str]:
    """Return the lines of the table."""
    lines = ["| | sizes | seconds | ms each | r² | own memory | KB each |", "|---|---|---|---:|---:|---|---:|"]
    for slope, values in found.items():
        seconds, megabytes = ([value[column] for value in values] for column in (0, 1))
        time_line, memory_line = line(slope.sizes, seconds), line(slope.sizes, megabytes)
        sizes, times, sizes_in_memory = (
            " · ".join(f"{value:{form}}" for value in column)
            for column, form in ((slope.sizes, ","), (seconds, ".1f"), (megabytes, ".0f"))
        )
        lines.append(
            f"| {slope.what} | {sizes} | {times} | {1000 * time_line[0]:.1f} | {time_line[2]:.4f} |"
            f" {sizes_in_memory} MB | {1024 * memory_line[0]:.1f} |"
        )
    return lines


def plot(found: dict[Slope, list[tuple[float, float]]], path: Path) -> None:
    """Draw seconds and memory of every slope."""
    from matplotlib import rcParams
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    rcParams["svg.hashsalt"] = "slopes"
    figure = Figure(figsize=(9, 2.3 * len(found)), layout="constrained")
    FigureCanvasSVG(figure)
    rows = figure.subplots(len(found), 2, squeeze=False)
    for (slope, values), axes in zip(found.items(), rows, strict=True):
        for each, column, unit, colour in (
            (axes[0], 0, "s of processors", COLOURS["chord tone"]),
            (axes[1], 1, "MB of its own", COLOURS["outside"]),
        ):
            numbers = [value[column] for value in values]
            gradient, intercept, fit = line(slope.sizes, numbers)
            ends = np.array([0, slope.sizes[-1]])
            each.plot(ends, intercept + gradient * ends, color=COLOURS["no chord"], linewidth=1)
            each.plot(slope.sizes, numbers, "o", color=colour)
            each.set_xlabel(slope.what)
            each.set_ylabel(unit)
            each.set_ylim(bottom=0, top=1.15 * max(numbers))
            if column == 0:
                each.set_title(f"r² = {fit:.4f}", fontsize=9)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measure, print, and write table and plot into the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", type=float, default=1.0, help="the sizes times this, for a trial")
    parser.add_argument("--print", action="store_true", help="write no file")
    options = parser.parse_args()
    slopes = [
        Slope(slope.what, tuple(int(size * options.part) for size in slope.sizes), slope.code) for slope in SLOPES
    ]
    found = {slope: measure(slope, lambda text: print(text, file=sys.stderr, flush=True)) for slope in slopes}
    text = [f"Measured on {conditions()}:", "", *table(found)]
    if options.print:
        print("\n".join(text))
    else:
        PLOT.parent.mkdir(exist_ok=True)
        plot(found, PLOT)
        write_table("large-corpora.md", "bench_slopes.py", text)


if __name__ == "__main__":
    main()
