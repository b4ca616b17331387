"""Commands that are killed at random moments and run again: what they write is what they would have written."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from small_configs import write_bundled

_JAZZGRAM = [sys.executable, "-c", "from jazzgram.cli import main; main()"]
_TIMED = "times.json"
"""What differs between equal runs."""
_PATIENCE = 300
"""Seconds after which a command hangs."""
_MUSIC = "improvise: {bars: 8}\nwrite: [midi, musicxml]\nmeasure: [pitch, rhythm]\n"
_RUN = ("run", "small.yaml", "--out", "made")


@dataclass(frozen=True)
class Command:
    """A command that is killed; `before` makes what it needs."""

    words: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()


COMMANDS = {
    "run": Command(("run", "small.yaml", "--out", "out", "--force")),
    "train": Command(("train", "small.yaml", "--out", "out/model", "--force")),
    "corpus info": Command(("corpus", "info", "small.yaml", "--json")),
    "evaluate": Command(
        ("evaluate", "small.yaml", "--n", "6", "--bars", "8", "--against", "corpus", "--out", "out", "--force")
    ),
    "render": Command(("render", "made/solo.mid", "--format", "mp3", "--out", "out"), (_RUN,)),
    "report": Command(("report", "made", "--out", "out/report.html"), (_RUN,)),
    "grammar write": Command(
        (
            *("grammar", "write", "small.yaml", "out/solos.grammar"),
            *("--set", "model={use: grammar}", "--set", "tokenizer.use=deepjazz_rests"),
        )
    ),
}


@dataclass
class Result:
    """What came of the kills of one command.

    Parameters
    ----------
    kills : int
        How often it was killed before it had ended.
    begun : int
        How many of these kills came after it had begun to write, in its folder or in the cache.
    problems : list of str
        What was not as it should be after the command was run again.
    """

    kills: int = 0
    begun: int = 0
    problems: list[str] = field(default_factory=list)


def attack(name: str, kills: int, seed: int, scratch: Path) -> Result:
    """Kill a command at random moments, run it again each time, and compare with a run that nobody disturbed.

    Parameters
    ----------
    name : str
        A key of `COMMANDS`.
    kills : int
        How often.
    seed : int
        Chooses the moments, in shares of the time that the undisturbed command takes.
    scratch : Path
        An empty folder.
    """
    command, rng, result = COMMANDS[name], random.Random(f"{name}/{seed}"), Result()
    # The undisturbed command is run in a folder of the same name, for names are written into files.
    whole, tried = scratch / "whole" / "solos", scratch / "killed" / "solos"
    fresh = scratch / "fresh"
    _prepare(command, fresh)
    shutil.copytree(fresh, whole)
    begun = time.monotonic()
    said = _run(command.words, whole)
    seconds = time.monotonic() - begun
    expected = _contents(whole / "out")
    while result.kills < kills:
        shutil.rmtree(tried, ignore_errors=True)
        shutil.copytree(fresh, tried)
        before = _files(tried)
        moment = rng.uniform(rng.choice((0.1, 0.7)), 1.0) * seconds  # half of them while it writes, most likely
        if not _killed(command.words, tried, moment):
            seconds *= 0.9  # it was faster than the first time
            continue
        result.kills += 1
        result.begun += _files(tried) != before
        visible = {path: digest for path, digest in _contents(tried / "out").items() if ".writing-" not in path}
        half = [path for path, digest in visible.items() if expected.get(path, digest) != digest]
        again = _run(command.words, tried)
        after = _contents(tried / "out")
        at = f"{name}, killed after {moment:.2f} s of {seconds:.2f} s"
        if half:
            result.problems.append(f"{at}: half written: {', '.join(half)}")
        if after != expected:
            differing = sorted({path for path, _ in after.items() ^ expected.items()})
            result.problems.append(f"{at}: not as undisturbed: {', '.join(differing)}")
        if again != said:
            result.problems.append(f"{at}: prints something else")
    return result


def _prepare(command: Command, folder: Path) -> None:
    """Make a folder with everything that a command needs, and an empty cache."""
    (folder / "out").mkdir(parents=True)
    write_bundled(folder, _MUSIC)
    for words in command.before:
        _run(words, folder)


def _start(words: tuple[str, ...], folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "JAZZGRAM_CACHE": str(folder / "cache")}
    return subprocess.Popen(
        [*_JAZZGRAM, *words],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _run(words: tuple[str, ...], folder: Path) -> bytes:
    """Run a command to its end, and return what it printed, without times."""
    process = _start(words, folder)
    said, errors = process.communicate(timeout=_PATIENCE)
    if process.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: status {process.returncode}: {errors.decode()[-400:]}")
    return said if "--json" in words else b""


def _killed(words: tuple[str, ...], folder: Path, seconds: float) -> bool:
    """Start a command, and kill it with all its processes; False where it has ended before."""
    process = _start(words, folder)
    try:
        process.wait(seconds)
        ended = True
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        ended = process.wait() != -signal.SIGKILL
    process.communicate()
    return not ended


def _contents(folder: Path) -> dict[str, str]:
    """Return the digest of every file below a folder, but of times."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != _TIMED
    }


def _files(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*")}
