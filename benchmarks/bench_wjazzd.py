"""Read all solos of the Weimar Jazz Database from CSV, on one core.

The figure is everything that `read_corpus` does for all files, one after the other: reading, checking, chords, bars and
notes, nothing cached. Given are the processor's seconds, on which a busy machine has little influence, and the clock's.
Needs data/wjazzd in the folder that ``JAZZGRAM_SHARED`` names (default: the folder ``shared`` beside the checkout).
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from jazzgram_plugins.readers import wjazzd

SHARED = Path(os.environ.get("JAZZGRAM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
FOLDER = SHARED / "data" / "wjazzd"


def main() -> None:
    """Print a line for each timing: the shortest of three passes over all files, and what was read."""
    files = wjazzd.list_files(FOLDER) if FOLDER.is_dir() else []
    if not files:
        sys.exit(f"bench_wjazzd: no solos in {FOLDER}; JAZZGRAM_SHARED names the folder with data/wjazzd")
    for timing in ("tatums", "performed"):
        options = wjazzd.Options.model_validate({"timing": timing})
        passes = []
        for _ in range(3):
            clock, processor = time.perf_counter(), time.process_time()
            bars = notes = 0
            for file in files:
                tune = wjazzd.read_corpus(file, options).tunes[0]
                bars += len(tune.bars)
                notes += sum(len(bar.melody) for bar in tune.bars)
            passes.append((time.process_time() - processor, time.perf_counter() - clock))
        busy, waited = min(passes)
        print(
            f"{timing:10}{busy:6.2f} s, by the clock {waited:.2f} s ({len(files)} solos, {bars:,} bars, "
            f"{notes:,} notes; {notes / busy:,.0f} notes/s; best of 3)"
        )


if __name__ == "__main__":
    main()
