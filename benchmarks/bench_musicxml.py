"""Read the 13 lead sheets of the Weimar Jazz Database, and convert them with music21, in one run.

Ours is everything that `read_corpus` does: parsing, chords, ties, bars. music21's figure is `converter.parse` with
nothing cached. Both are CPU time, since neither waits for anything, and each file is read by both in turn, so that a
busy machine slows both; ours is the median of five. Needs data/wjazzd/musicxml in the folder that ``JAZZGRAM_SHARED``
names (default: the folder ``shared`` beside the checkout).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import music21
from jazzgram_plugins.readers import musicxml

SHARED = Path(os.environ.get("JAZZGRAM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
FOLDER = SHARED / "data" / "wjazzd" / "musicxml"


def seconds(work: Callable[[], Any]) -> float:
    """Time one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Print a line for each file, the sums, and the ratio."""
    files = musicxml.list_files(FOLDER) if FOLDER.is_dir() else []
    if not files:
        sys.exit(f"bench_musicxml: no files in {FOLDER}; JAZZGRAM_SHARED names the folder with data/wjazzd/musicxml")
    options = musicxml.Options()
    # What is imported or built once is not timed.
    musicxml.read_corpus(files[0], options)
    music21.converter.parse(str(files[0]), forceSource=True)
    own = theirs = 0.0
    bars = notes = 0
    for file in files:
        converted = seconds(partial(music21.converter.parse, str(file), forceSource=True))
        read = median(seconds(partial(musicxml.read_corpus, file, options)) for _ in range(5))
        tune = musicxml.read_corpus(file, options).tunes[0]
        found = sum(hasattr(event, "pitch") for bar in tune.bars for event in bar.melody)
        print(f"{file.stem:32} {read * 1000:7.1f} ms  music21 {converted * 1000:7.1f} ms  {converted / read:5.1f}")
        own, theirs, bars, notes = own + read, theirs + converted, bars + len(tune.bars), notes + found
    print(f"read_corpus: {own:6.3f} s ({len(files)} files, {bars} bars, {notes} notes; {bars / own:.0f} bars/s)")
    print(f"music21:     {theirs:6.3f} s (converter.parse)")
    print(f"ratio:       {theirs / own:6.1f}")


if __name__ == "__main__":
    main()
