"""Where a warm run's and a chorus's time goes: writes the tables of docs/profile.md.

Usage: python benchmarks/profile_page.py [--print]

Imports are those of `run pitches` with everything cached, from ``python -X importtime``, the least of five runs; a
chorus of `weimar` is measured by cProfile, which makes Python calls look slower than they are beside NumPy's work.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one row at a time: threads would only wait for each other

from written import write_table

from jazzgram import Pipeline

_LINE = re.compile(r"import time:\s+(\d+) \|\s+\d+ \| +(\S+)")
_COMMAND = "from jazzgram.cli import main; main()"
RUNS, CHORUSES, MOST = 5, 5, 18


def imports() -> list[str]:
    """Return the table of what a warm run imports, by package; of jazzgram by folder."""
    least: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "JAZZGRAM_CACHE": f"{folder}/cache", "PYTHONDONTWRITEBYTECODE": ""}
        for number in range(RUNS + 1):
            words = [
                sys.executable,
                "-X",
                "importtime",
                "-c",
                _COMMAND,
                "run",
                "pitches",
                "--out",
                f"{folder}/{number}",
            ]
            done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
            if number:  # the first fills the caches
                for time, name in _LINE.findall(done.stderr):
                    least[name] = min(least.get(name, int(time)), int(time))
    known: Counter[str] = Counter()
    for name, time in least.items():
        top, _, rest = name.partition(".")
        ours = f"{top}.{rest.partition('.')[0]}" if top in ("jazzgram", "jazzgram_plugins") and rest else top
        known["the standard library" if top.lstrip("_") in sys.stdlib_module_names | {"abc"} else ours] += time
    total = sum(known.values())
    rows = [f"| {name} | {time / 1000:.0f} ms | {time / total:.0%} |" for name, time in known.most_common(MOST)]
    return ["| package | import | share |", "|---|---|---|", *rows, f"| all | {total / 1000:.0f} ms | 100% |"]


def chorus() -> list[str]:
    """Return the table of the functions that a chorus of 32 bars spends its time in."""
    pipeline = Pipeline.load("weimar", settings=["improvise.bars=32"])
    pipeline.play(pipeline.sample([0])[0])  # what is made once is made
    profile = cProfile.Profile()
    for seed in range(1, CHORUSES + 1):
        profile.runcall(lambda seed=seed: pipeline.play(pipeline.sample([seed])[0]))
    stats = pstats.Stats(profile)
    by_own = sorted(stats.stats.items(), key=lambda item: -item[1][2])[:MOST]
    rows = []
    for (file, _, function), (_, calls, own, within, _) in by_own:
        module = "" if file == "~" else f"{'/'.join(Path(file).parts[-2:])}: "
        name = function.strip("<>").removeprefix("built-in method ").removeprefix("method ")
        share, inside = own / stats.total_tt, within / stats.total_tt
        rows.append(f"| `{module}{name}` | {calls / CHORUSES:.0f} | {share:.0%} | {inside:.0%} |")
    return ["| function | calls | itself | with what it calls |", "|---|---|---|---|", *rows]


def main() -> None:
    """Measure, print, and write."""
    text = ["### Imports of a warm run", "", *imports(), "", "### A chorus of `weimar`", "", *chorus()]
    if "--print" in sys.argv:
        print("\n".join(text))
    else:
        write_table("profile.md", "profile_page.py", text)


if __name__ == "__main__":
    main()
