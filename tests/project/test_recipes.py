"""The recipes of the documentation do what they say: each is run in a folder of its own."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from paths import ROOT

from jazzgram import Solo, load
from jazzgram.cli import commands, register

PAGE = ROOT / "docs" / "recipes.md"
_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.+?)^```', re.DOTALL | re.MULTILINE)
_IREAL = "irealb://Corner%20Table%3DN.%20N.%3D%3DBossa%20Nova%3DC-%3D%3D1r34LbKcu7%5BT44C-7%7CF-7%7CG7%7CC-7%20Z%3D%3D150%3D0"
"""One tune of four bars, too short to be scrambled."""


def solo(folder: str) -> Solo:
    """Return the solo of a run."""
    return load(folder).solo


def filled() -> bool:
    """Return whether the bars that stay have their notes, but for those that a rest between phrases takes."""
    first, again = (
        {(note.onset // each.meter.bar, note.onset, note.pitch) for note in each.notated}
        for each in (solo("out/first"), solo("out/filled"))
    )
    stay = {0, 1, 2, 3, 8}
    kept = {note for note in again if note[0] in stay}
    return kept <= first and len(kept) > 25 and again - kept != first - kept


DONE: dict[str, Callable[[], bool]] = {
    "Over the changes of your MIDI file": lambda: solo("out/over_mine").bars == 16,
    "Over your iReal Pro chart": lambda: "style: bossa" in Path("out/corner_table/run.yaml").read_text(),
    "A transposed part": lambda: (
        Path("out/tenor/solo_Bb.musicxml").is_file() and Path("out/tenor/solo_Bb.pdf").is_file()
    ),
    "Keep these bars, fill the others": filled,
    "A critic of your own": lambda: (
        {each.step for each in load("out/room").trace.bar_scores} == {"1:room", "2:density"}
    ),
    "A corpus of your own": lambda: solo("out/solo").bars == 8,
    "A chain as a package": lambda: solo("out/cool").bars == 8,
    "Trade fours with a recording": lambda: Path("out/traded/solo.mid").is_file(),
    "A blind listening test": lambda: Path("listening/index.html").is_file() and Path("listening/key.json").is_file(),
    "Like somebody, and the nearest of five takes": lambda: Path("nearest.mid").is_file(),
}
"""What each recipe leaves behind."""
SLOW = (
    *("A transposed part", "A chain as a package", "A blind listening test"),
    "Like somebody, and the nearest of five takes",
)


def recipes() -> dict[str, str]:
    """Return the text of each recipe by its title."""
    parts = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    return {title: text for title, _, text in (part.partition("\n") for part in parts)}


def do(line: str) -> None:
    """Run a line that a reader types; what it installs goes to the folder ``added``."""
    program, *arguments = shlex.split(line)
    if program == "jazzgram" and not Path("added").is_dir():
        register()
        done = CliRunner().invoke(commands, arguments)
        assert done.exit_code == 0, f"{line}\n{done.output}"
        return
    programs = {
        "jazzgram": ["-c", "from jazzgram.cli import main; main()", *arguments],
        "pip": [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--target=added",
            arguments[-1],
        ],
        "pytest": ["-m", "pytest", "-p", "no:cacheprovider", *arguments],
    }
    environment = {**os.environ, "PYTHONPATH": str(Path("added").resolve())}
    ran = subprocess.run(
        [sys.executable, *programs[program]], env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"{line}\n{ran.stdout}\n{ran.stderr}"


def test_there_are_ten() -> None:
    assert list(recipes()) == list(DONE) and len(DONE) == 10


@pytest.mark.parametrize("title", [pytest.param(each, marks=pytest.mark.slow if each in SLOW else ()) for each in DONE])
def test_a_recipe_works(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "data" / "bundled_midi" / "05_ring_of_keys.mid", "mine.mid")
    Path("standards.html").write_text(f'<a href="{_IREAL}">Corner Table</a>', encoding="utf-8")
    for language, file, text in _BLOCK.findall(recipes()[title]):
        if file:
            Path(file).parent.mkdir(exist_ok=True)
            Path(file).write_text(text, encoding="utf-8")
        elif language == "python":
            exec(compile(text, title, "exec"), {})
        else:
            assert language == "console"
            for line in text.splitlines():
                do(line.removeprefix("$ "))
    assert DONE[title]()
