"""Read a solo from CSV: the two files of the Jazzomat export, or the table ``melody`` of the database.

The export has ``melody/NAME.csv`` and ``beats/NAME.csv``. The table, which others ship as a file for each solo,
has the database's own names of columns, and the meter at each note, so that it can be read without beats.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from jazzgram import JazzgramError

from .estimate import estimate_beats
from .solo import BEAT_COLUMNS, NOTE_COLUMNS, Beats, Notes, check_beats, check_notes

_MOST_BYTES = 5_000_000
"""The longest solo of the database has 5,000 notes in 0.6 MB."""


_OTHER_NAMES = {"beatdur": "beat_duration"}
"""Columns of the database's table, as the export names them."""

_METER = ("num", "denom")


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
    columns, where = _columns(melody, NOTE_COLUMNS, (*_METER, "melid"))
    if len(solos := set(columns.get("melid", ()))) > 1:
        raise JazzgramError(
            f"{melody}: has {len(solos)} solos (expected one, or the official wjazzd.db with all of them)"
        )
    notes = check_notes(columns, where)
    if beats.is_file():
        found, where = _columns(beats, (*BEAT_COLUMNS, "signature", "chord"))
        return notes, check_beats(found, where)
    if not all(name in columns for name in _METER):
        raise JazzgramError(f"{melody}: its beats are not there; expected {beats}")
    signatures = [_signature(*parts) for parts in zip(*(columns[name] for name in _METER), strict=True)]
    return notes, estimate_beats(notes, signatures)


def _signature(numerator: str, denominator: str) -> str:
    """Return a meter as text; empty where one of the two has no number."""
    numbers = [re.fullmatch(r"\s*(\d{1,3})(?:\.0*)?\s*", text) for text in (numerator, denominator)]
    return "/".join(number[1] for number in numbers if number) if all(numbers) else ""


def _columns(file: Path, names: Iterable[str], more: Iterable[str] = ()) -> tuple[dict[str, Sequence[str]], _Lines]:
    """Read the named columns of a file, at least one row; a column may have others beside it, in any order.

    Parameters
    ----------
    names, more : iterable of str
        Those that must be there, and those that may.
    """
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
    header = [name if _OTHER_NAMES.get(name, name) in header else _OTHER_NAMES.get(name, name) for name in header]
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
    wanted = [*names, *(name for name in more if name in header)]
    return {name: columns[header.index(name)] for name in wanted}, _Lines(file, lines[1:])


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
