"""What it costs to read MIDI that is parsed in a process that may die, against parsing it in this one.

The first file pays for the start of the process, which overlaps with the import of symusic here. Both ways take turns,
so that a busy machine slows both.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jazzgram_plugins.readers import midi as reader

from jazzgram.music import midi

FOLDER = Path(__file__).resolve().parents[1] / "data" / "bundled_midi"
FIRST = """
import sys, time
from jazzgram_plugins.readers import midi as reader
from jazzgram.music import midi
from pathlib import Path
if sys.argv[2] == "here":
    midi.parse_here()
begun = time.perf_counter()
reader.read_corpus(Path(sys.argv[1]), reader.Options())
print(time.perf_counter() - begun)
"""


def seconds(work: Callable[[], Any]) -> float:
    """Return how long something takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def first(file: Path, way: str) -> float:
    """Return the seconds in which a new process reads its first file."""
    command = [sys.executable, "-c", FIRST, str(file), way]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Print a line for the first file and one for each of a thousand, both ways."""
    files = sorted(FOLDER.glob("*.mid"))
    options = reader.Options()
    here, other = (min(first(files[0], way) for _ in range(7)) for way in ("here", "other"))
    print(f"first file: {1000 * here:6.0f} ms here, {1000 * other:6.0f} ms there: {1000 * (other - here):+.0f} ms")
    with tempfile.TemporaryDirectory() as folder:
        many = [Path(folder, f"{number}.mid") for number in range(1000)]
        for number, file in enumerate(many):
            file.write_bytes(files[number % len(files)].read_bytes())
        took = {True: 0.0, False: 0.0}
        for file in many:
            for way in took:
                midi._expendable = way
                took[way] += seconds(lambda file=file: reader.read_corpus(file, options))  # type: ignore[misc]
    here, other = took[True], took[False]
    print(f"a thousand: {here:6.2f} s here, {other:6.2f} s there, ratio {other / here:.2f}")


if __name__ == "__main__":
    main()
