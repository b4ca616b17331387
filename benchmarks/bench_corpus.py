"""Read and tokenize corpora: cold, with one file changed, and from the cache; seconds, processor seconds, memory.

Two sizes of a made-up corpus (tunes of 55 bars and 440 notes as text) give the slope, and from it the estimate for
100,000 files. The Weimar Jazz Database is measured where the folder ``data`` of the one that ``JAZZGRAM_SHARED`` names
(default: the folder ``shared`` beside the checkout) has it.

    python benchmarks/bench_corpus.py [SMALL LARGE]
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHARED = Path(os.environ.get("JAZZGRAM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_SOUNDS = [name + kind for name in _NAMES for kind in ("m7", "7", "maj7", "m7b5")]
_MANY = 100_000


def make_tunes(folder: Path, count: int) -> Path:
    """Write made-up tunes: a random walk in eighths over random chords."""
    folder.mkdir()
    for number in range(count):
        rng = random.Random(number)
        lines, pitch = [f"title: Tune {number}"], 65
        for _ in range(55):
            words = []
            for _ in range(8):
                pitch = max(50, min(86, pitch + rng.choice((-5, -3, -2, -1, 1, 2, 3, 4))))
                words.append(f"{_NAMES[pitch % 12]}{pitch // 12 - 1}")
            lines.append(f"{' '.join(rng.choices(_SOUNDS, k=2))} | {' '.join(words)}")
        (folder / f"{number:06}.txt").write_text("\n".join(lines) + "\n")
    return folder


def read_once(reader: str, source: Path, cache: Path) -> tuple[float, float, float]:
    """Read a corpus in a process of its own; give its seconds, all processor seconds, and its peak memory in MB."""
    settings = [f"corpus.read={reader}", f"corpus.source={source}", "model.use=markov"]
    code = f"from jazzgram import Pipeline; Pipeline.load('blues', settings={settings!r}).tokens"
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "JAZZGRAM_CACHE": str(cache)})
    _, status, own = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begun
    if status:
        raise SystemExit(f"bench_corpus: {source} cannot be read")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return seconds, processor, own.ru_maxrss / 1024


def measure(
    name: str, reader: str, source: Path, cache: Path, changed: Path | None
) -> list[tuple[float, float, float]]:
    """Print a line for each way of reading, and give the figures."""
    figures = []
    for what in ("cold", "one file changed", "from the cache"):
        if what == "one file changed":
            if changed is None:
                continue
            changed.write_text(changed.read_text() + "C | r:4\n")
        seconds, processor, memory = read_once(reader, source, cache)
        print(f"{name:<22}{what:<18}{seconds:8.2f} s {processor:8.2f} s of processors {memory:7.0f} MB")
        figures.append((seconds, processor, memory))
    return figures


def main() -> None:
    """Print the figures, then the estimate."""
    sizes = [int(word) for word in sys.argv[1:]] or [400, 4000]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        found = []
        for size in sizes:
            tunes = make_tunes(folder / str(size), size)
            cache = folder / f"cache{size}"
            found.append(measure(f"{size} text tunes", "jazzgram_text", tunes, cache, tunes / "000000.txt"))
            cached = sum(file.stat().st_size for file in cache.rglob("*.safetensors"))
            print(f"{'':<22}{'on disk':<18}{cached / size / 1000:8.1f} KB a file")
        if len(sizes) == 2:
            for what, small, large in zip(("cold", "one file changed", "from the cache"), *found, strict=True):
                slopes = [(b - a) / (sizes[1] - sizes[0]) for a, b in zip(small, large, strict=True)]
                there = [b + slope * (_MANY - sizes[1]) for b, slope in zip(large, slopes, strict=True)]
                print(
                    f"{_MANY} files, {what}: {there[0]:,.0f} s, {there[1]:,.0f} s of processors, {there[2]:,.0f} MB"
                    f" (slopes {slopes[0] * 1000:.2f} ms, {slopes[1] * 1000:.2f} ms, {slopes[2] * 1000:.1f} KB a file)"
                )
        solos = SHARED / "data" / "wjazzd"
        if solos.is_dir():
            measure("WJazzD, 402 solos", "wjazzd", solos, folder / "cache", None)


if __name__ == "__main__":
    main()
