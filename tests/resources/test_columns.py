"""Columns in a file: the same from disk, whatever is in them, and readable for others."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load, load_file

from jazzgram import JazzgramError
from jazzgram.resources.columns import columns_as_bytes, open_columns, write_columns

ONSETS = np.array([0, 240, 480], np.int32)
COLUMNS: dict[str, NDArray[Any]] = {
    "onset": ONSETS,
    "token": np.array([2**40, -1], np.int64),
    "text": np.frombuffer("F♯".encode(), np.uint8),
    "tempo": np.array([0.1 + 0.2]),
    "none": np.array([], np.int32),
}


def _written(path: Path, columns: dict[str, NDArray[Any]]) -> Path:
    with path.open("wb") as file:
        write_columns(file, columns, {"title": "Oleo ♭", "bars": [1, 2]})
    return path


@pytest.mark.parametrize("names", [list(COLUMNS), ["none"], ["text", "onset"], []])
def test_columns_come_back_exactly(names: list[str], tmp_path: Path) -> None:
    columns = {name: COLUMNS[name] for name in names}
    found = open_columns(_written(tmp_path / "columns", columns))
    assert found.head == {"title": "Oleo ♭", "bars": [1, 2]}
    for name, values in columns.items():
        assert found[name].dtype == values.dtype and found[name].tolist() == values.tolist()
        assert not found[name].flags.owndata and not found[name].flags.writeable and found[name].flags.aligned
    with pytest.raises(KeyError):
        found["velocity"]


def test_it_is_a_safetensors_file(tmp_path: Path) -> None:
    assert load_file(_written(tmp_path / "columns", COLUMNS))["onset"].tolist() == ONSETS.tolist()
    assert load(columns_as_bytes({"onset": ONSETS}, {}))["onset"].tolist() == ONSETS.tolist()


def test_another_process_needs_no_file(tmp_path: Path) -> None:
    path = _written(tmp_path / "columns", COLUMNS)
    content = pickle.dumps(open_columns(path))
    path.unlink()
    assert pickle.loads(content)["onset"].tolist() == ONSETS.tolist()


def test_a_column_larger_than_what_is_written_at_once(tmp_path: Path) -> None:
    values = np.arange(2_500_000, dtype=np.int64)
    assert np.array_equal(open_columns(_written(tmp_path / "columns", {"token": values}))["token"], values)


@pytest.mark.parametrize("size", [0, 3, 8, 40, -1, 1])
def test_what_is_cut_or_longer_is_damaged(size: int, tmp_path: Path) -> None:
    path = _written(tmp_path / "columns", COLUMNS)
    content = path.read_bytes()
    path.write_bytes(content + b"\0" if size == 1 else content[:size])
    with pytest.raises(JazzgramError, match=r"columns: the cached file is damaged or gone \(.+\); run again"):
        open_columns(path)


def test_what_is_gone_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(JazzgramError, match="damaged or gone"):
        open_columns(tmp_path / "nothing")
