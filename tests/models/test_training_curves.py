"""A training's history is written as a table and a picture, and shown to TensorBoard on request."""

from __future__ import annotations

import struct
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from jazzgram import Epoch, JazzgramError, Term, Vocabulary
from jazzgram.models import history_files, save_model, tensorboard, write_curves

HISTORY = [Epoch(1, 3, 5.0, 0.1, 5.5), Epoch(2, 3, 4.0, 0.2, 4.5), Epoch(3, 3, 3.0, 0.3, 4.75)]


@pytest.mark.parametrize("history", [HISTORY, HISTORY[:1], [Epoch(1, 1, 5.0, 0.1)]])
def test_a_table_and_a_picture(tmp_path: Path, history: list[Epoch]) -> None:
    table, picture = write_curves(tmp_path, history)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["history.csv", "history.png"]
    assert len(table.read_text().splitlines()) == 1 + len(history)
    drawn = picture.read_bytes()
    assert drawn[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", drawn[16:24]) == (960, 720)
    before = table.read_bytes(), drawn
    write_curves(tmp_path, history)
    assert (table.read_bytes(), picture.read_bytes()) == before


def test_nothing_trained_nothing_drawn(tmp_path: Path) -> None:
    assert write_curves(tmp_path, []) == [] and not list(tmp_path.iterdir())


def test_a_model_folder_with_curves_is_replaced(tmp_path: Path) -> None:
    vocabulary = Vocabulary((Term("C", 480),))
    for history in (HISTORY, HISTORY[:1], []):
        save_model(tmp_path / "m", weights={}, vocabulary=vocabulary, manifest={}, extra=history_files(history))
        stored = {path.name: path.read_bytes() for path in (tmp_path / "m").glob("history.*")}
        assert stored == history_files(history)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(JazzgramError, match=r"gone/history\.csv: cannot be written: No such file"):
        write_curves(tmp_path / "gone", HISTORY)


def test_tensorboard_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAZZGRAM_TENSORBOARD", raising=False)
    with tensorboard("run") as show:
        show(HISTORY[0])


def test_tensorboard_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAZZGRAM_TENSORBOARD", str(tmp_path))
    monkeypatch.setitem(sys.modules, "tensorboard.summary", None)
    with pytest.raises(JazzgramError, match="tensorboard is not there: pip install tensorboard"), tensorboard("run"):
        pass


def test_tensorboard_gets_every_epoch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    calls: list[tuple[Any, ...]] = []

    class Writer:
        def __init__(self, folder: str) -> None:
            calls.append(("open", folder))

        def add_scalar(self, tag: str, value: float, step: int) -> None:
            calls.append((tag, value, step))

        def flush(self) -> None: ...

        def close(self) -> None:
            calls.append(("close",))

    monkeypatch.setenv("JAZZGRAM_TENSORBOARD", str(tmp_path))
    monkeypatch.setitem(sys.modules, "tensorboard", types.ModuleType("tensorboard"))
    monkeypatch.setitem(sys.modules, "tensorboard.summary", types.SimpleNamespace(Writer=Writer))
    with tensorboard("run") as show:
        show(Epoch(1, 2, 5.0, 0.25))
        show(Epoch(2, 2, 4.0, 0.5, 4.5))
    assert calls == [
        ("open", str(tmp_path / "run")),
        ("loss", 5.0, 1),
        ("accuracy", 0.25, 1),
        ("loss", 4.0, 2),
        ("accuracy", 0.5, 2),
        ("validation", 4.5, 2),
        ("close",),
    ]
