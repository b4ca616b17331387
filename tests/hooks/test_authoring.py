"""Writing a plugin: what `jazzgram new` makes, what the kit finds, what `plugins` and `schema` show."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from jazzgram import Form, Note, hookimpl
from jazzgram.cli import new, plugins, schema
from jazzgram.config.check import load
from jazzgram.hooks.scaffold import PLUGIN_KINDS, files
from jazzgram.testing import problems


def imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kind", sorted(PLUGIN_KINDS))
def test_a_new_plugin_keeps_the_contract_and_its_configuration_is_free_of_mistakes(tmp_path: Path, kind: str) -> None:
    for name, text in files(kind, f"my_{kind}", package=False).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert problems(imported(tmp_path / "plugins" / f"my_{kind}.py")) == []
    assert load(tmp_path / f"my_{kind}.yaml")


def test_a_new_plugin_passes_its_own_tests_at_once(tmp_path: Path) -> None:
    for kind in sorted(PLUGIN_KINDS):
        for name, text in files(kind, f"my_{kind}", package=False).items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--doctest-modules", "--rootdir", "."]
    done = subprocess.run([*command, "."], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert f"{3 * len(PLUGIN_KINDS)} passed" in done.stdout, done.stdout


def test_a_package_is_installable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(new.command, ["sampler", "more_rests", "--package"]).exit_code == 0
    folder = tmp_path / "jazzgram-more-rests"
    text = (folder / "pyproject.toml").read_text()
    assert '[project.entry-points.jazzgram]\nmore_rests = "jazzgram_more_rests"' in text
    assert (folder / "jazzgram_more_rests.py").is_file()


@pytest.mark.parametrize("name", ["Low", "1st", "class", "low-notes", "../x"])
def test_names_that_are_none_are_refused(name: str) -> None:
    result = CliRunner().invoke(new.command, ["pruner", name])
    assert "cannot name a plugin" in str(result.exception)


def test_nothing_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(new.command, ["pruner", "low"]).exit_code == 0
    assert "exists already" in str(CliRunner().invoke(new.command, ["pruner", "low"]).exception)


@hookimpl
def overlapping(notes: tuple[Note, ...]) -> list[Note]:
    """Sound twice as long."""
    return [replace(note, duration=note.duration * 2) for note in notes]


@hookimpl
def unseeded(notes: tuple[Note, ...]) -> list[Note]:
    """Play anything."""
    return [replace(note, pitch=Random().randrange(40, 90)) for note in notes]


@hookimpl
def reversed_notes(notes: tuple[Note, ...]) -> list[Note]:
    """Turn the bar round."""
    return list(notes[::-1])


@hookimpl
def inventing(notes: tuple[Note, ...]) -> list[Note]:
    """Make everything anew."""
    return [Note(note.pitch, note.onset, note.duration) for note in notes]


@hookimpl
def first_only(notes: tuple[Note, ...]) -> list[Note]:
    """Expect a note."""
    return [notes[0]]


@hookimpl
def nothing(notes: tuple[Note, ...]) -> None:
    """Forget to return."""


@hookimpl
def off_grid(notes: tuple[Note, ...]) -> list[Note]:
    """Lay back."""
    return [replace(note, onset=note.onset + 7, duration=1) for note in notes]


@hookimpl
def too_high(notes: tuple[Note, ...]) -> list[Note]:
    """Leave the keyboard."""
    return [replace(note, pitch=note.pitch + 70) for note in notes]


@pytest.mark.parametrize(
    ("implementation", "message"),
    [
        (too_high, "returned a note whose pitch is no MIDI number 0 to 127: Note(pitch=137"),
        (overlapping, "made notes sound together"),
        (overlapping, "made a note sound past the end"),
        (unseeded, "returned two results for one seed"),
        (reversed_notes, "returned notes out of time order"),
        (inventing, "lost every origin"),
        (first_only, "raised IndexError"),
        (nothing, "returned None"),
        (off_grid, "moved an onset off the grid"),
    ],
)
def test_the_kit_finds_what_breaks_the_contract(implementation: Any, message: str) -> None:
    module = ModuleType("mine", "A plugin.")
    vars(module)["prune_notes"] = implementation
    found = problems(module)
    assert any(message in problem for problem in found), found


def test_the_kit_calls_a_cleaner_over_a_form_that_builds_and_ends() -> None:
    @hookimpl
    def clean_up_notes(notes: tuple[Note, ...], form: Form, straight: bool) -> list[Note]:
        """Hold every note of a later chorus to the end."""
        end = 1920 * form.bars
        return [
            replace(note, duration=end - note.onset) if form.builds and straight and note.onset >= 1920 else note
            for note in notes
        ]

    module = ModuleType("mine", "A plugin.")
    vars(module)["clean_up_notes"] = clean_up_notes
    assert any("made notes sound together" in problem for problem in problems(module))


def test_the_kit_wants_documentation() -> None:
    module = ModuleType("mine")
    vars(module)["prune_notes"] = hookimpl(lambda notes: list(notes))
    assert any("no module docstring" in problem for problem in problems(module))


def test_plugins_are_listed_shown_and_checked() -> None:
    listed = CliRunner().invoke(plugins.command, ["list", "--hook", "prune_notes", "--json"])
    names = {entry["name"] for entry in json.loads(listed.output)}
    assert {"low_notes", "repeated_notes"} <= names
    assert "standard_lengths" not in names
    shown = CliRunner().invoke(plugins.command, ["show", "low_notes"]).output
    assert "below: int = 50, ≥ 0, ≤ 127" in shown
    assert "before (Dm7 | G7 | Cmaj7)" in shown
    assert CliRunner().invoke(plugins.command, ["check", "low_notes"]).output == "low_notes: in order\n"
    curve = CliRunner().invoke(plugins.command, ["show", "critics.contour"]).output
    assert curve.endswith("log weights; curve: 4, -4, 4\nDm7 +0.00 | G7 -0.22 | Cmaj7 -2.72\n")
    future = CliRunner().invoke(plugins.command, ["show", "critics.future"]).output
    assert "bars that are given, each term with the log-likelihood -1\nDm7 -6.00 | G7 -6.00" in future
    assert "it has no opinion" in CliRunner().invoke(plugins.command, ["show", "wander"]).output
    assert "did you mean low_notes?" in str(CliRunner().invoke(plugins.command, ["show", "lownotes"]).exception)


def test_the_schema_knows_names_and_options() -> None:
    made = json.loads(CliRunner().invoke(schema.command).output)
    options = made["$defs"]["pruners.low_notes"]["properties"]["below"]
    assert (options["minimum"], options["maximum"]) == (0, 127)
    step = next(item for item in made["properties"]["chain"]["items"]["oneOf"] if "prune_notes" in item["properties"])
    assert {"const": "low_notes", "description": "Remove notes below a pitch."} in step["properties"]["prune_notes"][
        "anyOf"
    ]
