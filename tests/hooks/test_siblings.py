"""A plugin given by path imports the modules beside it, and nobody else does."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jazzgram import JazzgramError
from jazzgram.hooks.finding import load_file
from jazzgram.hooks.importing import imported_files

PLUGIN = """\"\"\"Transpose.\"\"\"

from dataclasses import replace

import steps
from jazzgram import hookimpl
from steps import UP as upwards


@hookimpl
def prune_notes(notes):
    \"\"\"Transpose.\"\"\"
    from register import LOWEST

    return [replace(note, pitch=max(LOWEST, note.pitch + steps.UP)) for note in notes]
"""


def folder(path: Path, up: int) -> Path:
    path.mkdir()
    (path / "transpose.py").write_text(PLUGIN)
    (path / "steps.py").write_text(f"from register import LOWEST\n\nUP = {up}\n")
    (path / "register.py").write_text("LOWEST = 40\n")
    return path


def test_what_lies_beside_it_is_imported_at_the_top_and_in_functions(tmp_path: Path) -> None:
    from jazzgram import Note

    plugin = load_file("transpose.py", folder(tmp_path / "a", 2))
    assert plugin.module.upwards == 2
    assert [note.pitch for note in plugin.module.prune_notes((Note(60, 0, 480), Note(30, 480, 480)))] == [62, 40]
    assert [file.name for file in imported_files(plugin.module)] == ["transpose.py", "steps.py", "register.py"]


def test_two_folders_may_have_modules_of_the_same_name(tmp_path: Path) -> None:
    first = load_file("transpose.py", folder(tmp_path / "a", 2)).module
    second = load_file("transpose.py", folder(tmp_path / "b", 7)).module
    assert (first.steps.UP, second.steps.UP) == (2, 7)
    assert first.steps.__name__ != second.steps.__name__
    assert sys.modules[first.steps.__name__] is first.steps


def test_nobody_else_finds_them(tmp_path: Path) -> None:
    before = list(sys.path)
    load_file("transpose.py", folder(tmp_path / "a", 2))
    assert sys.path == before
    assert "steps" not in sys.modules
    with pytest.raises(ModuleNotFoundError):
        __import__("steps")


def test_an_edit_beside_it_takes_effect_even_within_a_second(tmp_path: Path) -> None:
    made = folder(tmp_path / "a", 2)
    before = load_file("transpose.py", made)
    old = before.fingerprint()
    (made / "steps.py").write_text("from register import LOWEST\n\nUP = 5\n")
    after = load_file("transpose.py", made)
    assert (before.module.steps.UP, after.module.steps.UP) == (2, 5)
    assert after.fingerprint() != old


def test_names_of_the_standard_library_stay_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "abc.py").write_text("raise RuntimeError\n")
    (tmp_path / "plain.py").write_text("from abc import ABC\nimport os.path\n")
    assert load_file("plain.py", tmp_path).module.ABC.__module__ == "abc"


def test_two_modules_may_import_each_other(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("import two\n\nA = 1\n")
    (tmp_path / "two.py").write_text("import one\n\n\ndef a():\n    return one.A\n")
    assert load_file("one.py", tmp_path).module.two.a() == 1


@pytest.mark.parametrize(
    ("beside", "message"),
    [
        ("UP = (\n", r"steps\.py:1: '\(' was never closed"),
        ("UP = DOWN\n", r"steps\.py:1: cannot be imported: NameError: name 'DOWN' is not defined"),
        ("import elsewhere\n", r"steps\.py:1: cannot be imported: ModuleNotFoundError: No module named 'elsewhere'"),
        ("import register.deep\n", r"ModuleNotFoundError: No module named 'register"),
    ],
)
def test_a_mistake_beside_it_is_one_line(beside: str, message: str, tmp_path: Path) -> None:
    made = folder(tmp_path / "a", 2)
    (made / "steps.py").write_text(beside)
    with pytest.raises(JazzgramError, match=message):
        load_file("transpose.py", made)
