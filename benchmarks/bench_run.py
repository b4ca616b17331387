"""Whole commands: cold, warm, help; seconds, memory, and the ratio to the original pipeline.

The original pipeline (deepjazz with the course's unrolled Keras model) took 61 s and 1.17 GB on such a machine; its
parts were measured once and stand here as constants, because its code is not part of this project. What can be
measured in one run is: `bench_reading.py`, `bench_training.py` and `bench_stepping.py` hold the baselines.

    python benchmarks/bench_run.py [CONFIG]
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_ORIGINAL_SECONDS = 61.0
_ORIGINAL_MEGABYTES = 1170.0
_JAZZGRAM = [sys.executable, "-c", "from jazzgram.cli import main; main()"]


def timed(arguments: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Run a command; give its seconds and its peak memory in megabytes."""
    begun = time.perf_counter()
    child = subprocess.Popen(
        [*_JAZZGRAM, *arguments], env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begun
    if status != 0:
        raise SystemExit(
            f"jazzgram {' '.join(arguments)} failed: {child.stderr.read().decode() if child.stderr else ''}"
        )
    return seconds, usage.ru_maxrss / 1024


def main() -> None:
    """Print one line a measurement."""
    config = sys.argv[1] if len(sys.argv) > 1 else "metheny"
    with tempfile.TemporaryDirectory() as folder:
        environment = {"JAZZGRAM_CACHE": str(Path(folder) / "cache")}
        arguments = ["run", config, "--force", "--out", str(Path(folder) / "out")]
        help_seconds = statistics.median(timed(["--help"], environment)[0] for _ in range(5))
        cold, cold_memory = timed(arguments, environment)
        warm = [timed(arguments, environment) for _ in range(5)]
    seconds = statistics.median(run[0] for run in warm)
    memory = max(run[1] for run in warm)
    print(f"jazzgram --help                    {help_seconds:8.2f} s")
    print(f"run {config}, cold (trains)        {cold:8.2f} s  {cold_memory:6.0f} MB  {_ORIGINAL_SECONDS / cold:6.1f} x")
    print(
        f"run {config}, warm (cached model)  {seconds:8.2f} s  {memory:6.0f} MB  {_ORIGINAL_SECONDS / seconds:6.1f} x"
        f"  ({_ORIGINAL_MEGABYTES / memory:.1f} times less memory)"
    )
    print(f"this script's own peak             {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
