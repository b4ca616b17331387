"""Read, split and train on corpora of made-up tunes, small and large: seconds, and memory by what it is.

Of the peak memory, pages of mapped files are the system's to take back; what is not is shown by itself, sampled a
hundred times a second (Linux). The first training reads everything; the second takes model and terms from the cache.

    python benchmarks/bench_large.py [SMALL LARGE]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_corpus import make_tunes

_SIZES = (1_000, 10_000)
_SETTINGS = (
    "corpus.read=jazzgram_text",
    "corpus.split={train: 0.8, validation: 0.1, test: 0.1}",
    "model.use=markov",
    "tokenizer.use=scale_degree",
)


def memory(pid: int) -> tuple[float, float]:
    """Return the megabytes of a process that are its own, and the peak of all; zeros where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0, 0.0
    sizes = {
        name: float(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in lines) if "kB" in rest
    }
    return sizes.get("RssAnon", 0.0), sizes.get("VmHWM", 0.0)


def train(tunes: Path, cache: Path) -> tuple[float, float, float]:
    """Train once in a process of its own; return its seconds, its own memory and its peak memory in megabytes."""
    settings = [word for setting in (*_SETTINGS, f"corpus.source={tunes}") for word in ("--set", setting)]
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", "from jazzgram.cli import main; main()", "train", "blues", *settings],
        env={**os.environ, "JAZZGRAM_CACHE": str(cache)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    own = peak = 0.0
    while child.poll() is None:
        now = memory(child.pid)
        own, peak = max(own, now[0]), max(peak, now[1])
        time.sleep(0.01)
    if child.returncode:
        raise SystemExit(f"bench_large: training on {tunes} failed")
    return time.perf_counter() - begun, own, peak


def main() -> None:
    """Print the table of docs/large-corpora.md."""
    print("| tunes | | seconds | own memory | peak with mapped files |\n|---:|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as scratch:
        for size in [int(word) for word in sys.argv[1:]] or _SIZES:
            tunes = make_tunes(Path(scratch, str(size)), size)
            for what in ("first time", "nothing changed"):
                seconds, own, peak = train(tunes, Path(scratch, f"cache{size}"))
                print(f"| {size:,} | {what} | {seconds:.1f} | {own:.0f} MB | {peak:.0f} MB |")


if __name__ == "__main__":
    main()
