"""Measure what `pip install jazzgram` takes until the first sound: the wheel, its installation, a run as an MP3.

    make first-sound
    python benchmarks/first_sound.py [--uv]

Everything is made in a temporary folder: the wheel of this checkout, the packages it needs as pip downloads them (from
its cache where they are there), an environment without anything, and in it `jazzgram run weimar` with a recording.
TensorFlow is installed apart, so that its share can be told. With ``--uv`` the same packages are installed once more by
uv, all at once. Seconds are those of the clock: on a slow network, or a busy machine, they say as much of these.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUN = ("run", "weimar", "--set", "write=[midi, mp3]", "--quiet", "--out", "solo")


def call(*words: str | Path, cwd: Path | None = None, cache: Path | None = None) -> None:
    """Run a command; end with its output where it fails."""
    environment = os.environ | ({"JAZZGRAM_CACHE": str(cache)} if cache else {})
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")


def timed(what: str, work: Callable[[], None], note: str = "") -> float:
    """Do something, and print what it took."""
    begun = time.perf_counter()
    work()
    seconds = time.perf_counter() - begun
    print(f"{what:<44}{seconds:7.1f} s  {note}".rstrip(), flush=True)
    return seconds


def size(folder: Path, names: str = "*") -> int:
    """Return the megabytes of the files in a folder."""
    return round(sum(path.stat().st_size for path in folder.rglob(names) if path.is_file()) / 1e6)


def new_environment(folder: Path) -> Path:
    """Make an environment; return its Python."""
    call(sys.executable, "-m", "venv", folder)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def first_sound(python: Path, folder: Path, name: str) -> float:
    """Run in an empty folder and an empty cache; return the seconds."""
    where = folder / name
    where.mkdir()
    seconds = timed(
        "jazzgram run weimar, MIDI and MP3", lambda: call(python, "-m", "jazzgram", *RUN, cwd=where, cache=where / "c")
    )
    assert (where / "solo" / "solo.mp3").stat().st_size > 100_000
    return seconds


def main() -> None:
    """Measure each part, and print the sum."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uv", action="store_true", help="install with uv as well, which is installed for it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jazzgram_first_sound.") as name:
        folder = Path(name)
        packages = folder / "packages"
        python = new_environment(folder / "tools")
        call(python, "-m", "pip", "install", "--quiet", "--upgrade", "pip", "build", *(["uv"] if options.uv else []))
        timed("build the wheel", lambda: call(python, "-m", "build", "--wheel", "--outdir", packages, ROOT))
        (wheel,) = packages.glob("jazzgram-*.whl")
        download = [python, "-m", "pip", "download", "--quiet", "--only-binary", ":all:", "--dest", packages, wheel]
        fetched = timed("download what it needs", lambda: call(*download))
        print(f"{'':<44}{size(packages):7} MB, TensorFlow {size(packages, 'tensorflow*')} MB of it")
        own = new_environment(folder / "own")
        install = [own, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
        large = [path for path in packages.glob("*.whl") if path.name.startswith("tensorflow-")]
        others = [path for path in packages.glob("*.whl") if path not in large]
        parts = [
            timed("install TensorFlow", lambda: call(*install, *large)),
            timed(f"install the {len(others)} others", lambda: call(*install, *others)),
        ]
        print(f"{'':<44}{size(folder / 'own'):7} MB on disk")
        parts.append(first_sound(own, folder, "empty"))
        share = f"TensorFlow {parts[0] / sum(parts):.0%} of it"
        print(f"{'from the wheel to the first sound':<44}{sum(parts):7.1f} s  {share}")
        print(f"{'with the download':<44}{sum(parts) + fetched:7.1f} s")
        if options.uv:
            other = new_environment(folder / "uv")
            words = [python, "-m", "uv", "pip", "install", "--quiet", "--no-index", "--no-cache", "--python", other]
            whole = timed("install all with uv", lambda: call(*words, "--find-links", packages, wheel))
            whole += first_sound(other, folder, "empty_uv")
            print(f"{'from the wheel to the first sound':<44}{whole:7.1f} s")


if __name__ == "__main__":
    main()
