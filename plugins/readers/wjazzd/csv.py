"""Read a solo from the two CSV files of the Jazzomat export: ``melody/NAME.csv`` and ``beats/NAME.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from jazzgram import JazzgramError

from .solo import BEAT_COLUMNS, NOTE_COLUMNS, Beats, Notes, check_beats, check_notes

_MOST_BYTES = 5_000_000
"""The longest solo of the database has 5,000 notes in 0.6 MB."""


def beats_file(melody: Path) -> Path:
    """Return where the beats of a melody lie: in the folder ``beats`` beside the melody's own, under the same name."""
    return melody.parent.parent / "beats" / melody.name


def read_csv(melody: Path) -> tuple[Notes, Beats]:
    """Read a melody and its beats.

    Raises
    ------
    JazzgramError
        One line with file and line number, where a file cannot be read or holds what cannot be.
    """
    beats = beats_file(melody)
    notes = check_notes(*_columns(melody, NOTE_COLUMNS))
    if not beats.is_file():
        raise JazzgramError(f"{melody}: its beats are not there; expected {beats}")
    return notes, check_beats(*_columns(beats, (*BEAT_COLUMNS, "signature", "chord")))


def _columns(file: Path, names: Iterable[str]) -> tuple[dict[str, Sequence[str]], _Lines]:
    """Read the named columns of a file, at least one row; a column may have others beside it, in any order."""
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise JazzgramError(f"{file}:{reader.line_num}: damaged CSV ({error}); get an intact copy") from None
    if len(rows) < 2:
        raise JazzgramError(f"{file}: has {'no rows below its header' if rows else 'no header'}; get an intact copy")
    header = [name.strip() for name in rows[0]]
    missing = [name for name in names if name not in header]
    if missing:
        raise JazzgramError(
            f"{file}:1: the column {missing[0]!r} is missing (expected the columns of the Jazzomat export, separated "
            f"by commas: {', '.join(names)})"
        )
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(header):
            raise JazzgramError(f"{file}:{line}: has {len(row)} fields (expected {len(header)}, as in the header)")
    columns = list(zip(*rows[1:], strict=True))
    return {name: columns[header.index(name)] for name in names}, _Lines(file, lines[1:])


class _Lines:
    """Names the line of a file that a row comes from."""

    def __init__(self, file: Path, lines: Sequence[int]) -> None:
        self._file, self._lines = file, lines

    def __call__(self, row: int) -> str:
        return f"{self._file}:{self._lines[row]}"


def _text(file: Path) -> str:
    try:
        size = file.stat().st_size
        if size > _MOST_BYTES:
            raise JazzgramError(f"{file}: has {size:,} bytes, more than the {_MOST_BYTES:,} that are read")
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise JazzgramError(f"{file}: cannot be read ({error.strerror}); check its name and permissions") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise JazzgramError(f"{file}:{line}: is not UTF-8 text; get an intact copy") from None
