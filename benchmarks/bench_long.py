"""Long runs: seconds and peak memory by the number of bars, with and without the report.

A straight line through the seconds shows whether time is in proportion to length: r² near 1, and the milliseconds of
each further bar as its slope. Each run is a process of its own; its processor time is measured, not the clock's, so
that what else the machine does counts less.

    python benchmarks/bench_long.py [BARS…]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

_BARS = (250, 500, 1000, 2000)
_LONGEST = 10_000
_JAZZGRAM = [sys.executable, "-c", "from jazzgram.cli import main; main()"]


def measured(bars: int, report: bool, folder: Path) -> tuple[float, float]:
    """Improvise; return the seconds of processor time and the peak memory in megabytes."""
    settings = ("model.use=markov", "write=[midi]", f"improvise.bars={bars}", f"report={str(report).lower()}")
    arguments = ["run", "blues", "--force", "--out", str(folder / "out")]
    arguments += [part for each in settings for part in ("--set", each)]
    environment = {**os.environ, "JAZZGRAM_CACHE": str(folder / "cache")}
    child = subprocess.Popen(
        [*_JAZZGRAM, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        raise SystemExit(f"jazzgram {' '.join(arguments)} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def line(bars: list[int], seconds: list[float]) -> tuple[float, float]:
    """Return the slope of the straight line through the points, in milliseconds a bar, and its r²."""
    slope, _ = np.polyfit(bars, seconds, 1)
    return 1000 * float(slope), float(np.corrcoef(bars, seconds)[0, 1] ** 2)


def main() -> None:
    """Print a table of the runs, and the line through each column."""
    lengths = [int(text) for text in sys.argv[1:]] or list(_BARS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measured(1, True, folder)  # fills the cache
        rows = [(bars, *measured(bars, False, folder), *measured(bars, True, folder)) for bars in lengths]
        longest = measured(_LONGEST, False, folder)
    print("| bars | without report | | with report | |\n|---:|---:|---:|---:|---:|")
    for bars, plain, plain_memory, shown, shown_memory in rows:
        print(f"| {bars:,} | {plain:.2f} s | {plain_memory:.0f} MB | {shown:.2f} s | {shown_memory:.0f} MB |")
    print(f"| {_LONGEST:,} | {longest[0]:.2f} s | {longest[1]:.0f} MB | – | – |")
    for label, column in (("without report", 1), ("with report", 3)):
        if len(rows) > 1:
            slope, fit = line(lengths, [row[column] for row in rows])
            print(f"{label}: {slope:.2f} ms a bar, r² = {fit:.4f}")
    for bars, plain, _, shown, _ in rows:
        print(f"report of {bars:,} bars: {1000 * (shown - plain) / bars:.1f} ms a bar")


if __name__ == "__main__":
    main()
