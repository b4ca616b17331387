"""How near the configuration `weimar` comes to real solos: the numbers of docs/measuring.md.

Usage: python benchmarks/weimar.py FOLDER

Trains on the training part of the Weimar Jazz Database, plays 50 choruses of 32 bars over changes that were held out,
and compares them with real solos. What is held out is halved by composition (in alphabetical order, the first to
validation, the second to test, and so on): options were chosen on the validation half, and the test half says what they
are worth. Needs data/wjazzd in the folder that ``JAZZGRAM_SHARED`` names (default: the folder ``shared`` beside the
checkout), and about half an hour on two cores, nearly all of it training; a second run takes a minute.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

SHARED = Path(os.environ.get("JAZZGRAM_SHARED", Path(__file__).resolve().parents[2] / "shared"))
SOLOS = SHARED / "data" / "wjazzd"


def halved(names: list[str]) -> dict[str, list[str]]:
    """Part what is held out into validation and test, by composition."""
    work = {name: name.split("_")[1].split("-")[0] for name in names}  # Performer_Composition-take
    order = sorted(set(work.values()))
    return {
        part: [name for name in names if order.index(work[name]) % 2 == odd]
        for part, odd in (("validation", 0), ("test", 1))
    }


def main(folder: Path) -> None:
    """Write the split, evaluate on both halves, and take each sampler out in turn on the validation half."""
    folder.mkdir(parents=True, exist_ok=True)
    given = json.loads((SOLOS / "split.json").read_text(encoding="utf-8"))
    split = folder / "split.json"
    split.write_text(json.dumps({"train": given["train"]} | halved(given["validation"])), encoding="utf-8")
    settings = [f"--set=corpus.source={SOLOS}", f"--set=corpus.split={split.resolve()}"]
    for command, part in (("evaluate", "validation"), ("evaluate", "test"), ("ablation", "validation")):
        out = ["--part", part, "--force", "--out", str(folder / command / part)]
        jazzgram = [sys.executable, "-m", "jazzgram", command, "weimar", "--n", "50", "--bars", "32"]
        subprocess.run([*jazzgram, *settings, *out], check=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
