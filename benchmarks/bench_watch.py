"""`jazzgram watch`: from saving a change of the chain to the summary of what it changed.

python benchmarks/bench_watch.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_SAVES = 8
_CHAIN = "extends: blues\nchain:\n  - prune_notes: low_notes\n    with: {{below: {below}}}\n"


def main() -> None:
    """Save a configuration several times while it is watched, and time each reaction."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "mine.yaml")
        config.write_text(_CHAIN.format(below=50), encoding="utf-8")
        jazzgram = (sys.executable, "-c", "from jazzgram.cli import main; main()")
        runs = ("--times", str(_SAVES + 1), "--out", str(Path(folder, "out")))
        watching = subprocess.Popen([*jazzgram, "watch", str(config), *runs], stderr=subprocess.PIPE, text=True)
        assert watching.stderr is not None
        seconds, saved = [], 0.0
        for line in watching.stderr:
            if " notes: " in line:
                seconds.append(time.perf_counter() - saved)
            if line.startswith("watching"):
                config.write_text(_CHAIN.format(below=52 + 2 * len(seconds)), encoding="utf-8")
                saved = time.perf_counter()
        watching.wait()
    print(f"from saving to the summary        {statistics.median(seconds):8.2f} s (median of {len(seconds)})")
    print(f"slowest                           {max(seconds):8.2f} s")


if __name__ == "__main__":
    main()
