"""Read the reference MIDI file to 18 bars, and parse it with music21, in one run.

music21's figure is the parse alone, which the original pipeline did twice; ours is everything that `read_corpus`
does, after imports. Needs original_metheny.mid in the folder ``data`` of the one that ``JAZZGRAM_SHARED`` names
(default: the folder ``shared`` beside the checkout).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import music21
import symusic  # noqa: F401 (imported here so that it is not timed)
from jazzgram_plugins.readers import midi

SHARED = Path(os.environ.get("JAZZGRAM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
SOURCE = SHARED / "data" / "original_metheny.mid"


def milliseconds(work: Callable[[], Any], times: int) -> float:
    """Return the shortest of several runs."""
    shortest = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        shortest = min(shortest, time.perf_counter() - start)
    return shortest * 1000


def main() -> None:
    """Print a line for each reader, and the ratio."""
    if not SOURCE.is_file():
        sys.exit(
            f"bench_reading: {SOURCE} is not there; JAZZGRAM_SHARED names the folder that holds data/{SOURCE.name}"
        )
    options = midi.Options(melody_part=5, chord_part=0, span=(476, 548))
    bars = midi.read_corpus(SOURCE, options).bars
    ours = milliseconds(lambda: midi.read_corpus(SOURCE, options), 20)
    theirs = milliseconds(lambda: music21.converter.parse(str(SOURCE), forceSource=True), 1)
    notes = sum(len(bar.melody) for bar in bars)
    print(f"read_corpus: {ours:8.1f} ms ({len(bars)} bars, {notes} melody notes, accompaniment; best of 20)")
    print(f"music21:     {theirs:8.1f} ms (converter.parse of the file; once)")
    print(f"ratio:       {theirs / ours:8.0f}")


if __name__ == "__main__":
    main()
