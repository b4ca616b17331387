"""Read a solo from CSV: the two files of the Jazzomat export, or the table ``melody`` of the database.

The export has ``melody/NAME.csv`` and ``beats/NAME.csv``. The table, which others ship as a file for each solo,
has the database's own names of columns, and the meter at each note, so that it can be read without beats.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from jazzgram import JazzgramError

from .estimate import estimate_beats
from .solo import BEAT_COLUMNS, NOTE_COLUMNS, Beats, Notes, Where, check_beats, check_notes

_MOST_BYTES = 5_000_000
"""The longest solo of the database has 5,000 notes in 0.6 MB."""


_OTHER_NAMES = {"beatdur": "beat_duration"}
"""Columns of the database's table, as the export names them."""

_METER = ("num", "denom")

_NUMBERS = frozenset({*NOTE_COLUMNS, *BEAT_COLUMNS})

Columns = Mapping[str, Sequence[Any]]
"""Columns of texts, or of floats, a row each."""
Checked = TypeVar("Checked")


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
    columns, notes = _checked(melody, check_notes, NOTE_COLUMNS, (*_METER, "melid"))
    if len(solos := set(columns.get("melid", ()))) > 1:
        raise JazzgramError(
            f"{melody}: has {len(solos)} solos (expected one, or the official wjazzd.db with all of them)"
        )
    if beats.is_file():
        return notes, _checked(beats, check_beats, (*BEAT_COLUMNS, "signature", "chord"))[1]
    if not all(name in columns for name in _METER):
        raise JazzgramError(f"{melody}: its beats are not there; expected {beats}")
    signatures = [_signature(*parts) for parts in zip(*(columns[name] for name in _METER), strict=True)]
    return notes, estimate_beats(notes, signatures)


def _signature(numerator: str, denominator: str) -> str:
    """Return a meter as text; empty where one of the two has no number."""
    numbers = [re.fullmatch(r"\s*(\d{1,3})(?:\.0*)?\s*", text) for text in (numerator, denominator)]
    return "/".join(number[1] for number in numbers if number) if all(numbers) else ""


def _checked(
    file: Path, check: Callable[[Columns, Where], Checked], names: Iterable[str], more: Iterable[str] = ()
) -> tuple[Columns, Checked]:
    """Read the named columns of a file, at least one row, and check them; others may stand beside them, in any order.

    Parameters
    ----------
    check : callable
        Called with the columns, and with what names the line of a row.
    names, more : iterable of str
        Those that must be there, and those that may.
    """
    text = _text(file)
    header = _header(file, text)
    missing = [name for name in names if name not in header]
    if missing:
        raise JazzgramError(
            f"{file}:1: the column {missing[0]!r} is missing (expected the columns of the Jazzomat export, separated "
            f"by commas: {', '.join(names)})"
        )
    wanted = [*names, *(name for name in more if name in header)]
    where = _Lines(file, text)
    columns = _parsed(text, header, wanted)
    if columns is not None:
        with suppress(JazzgramError):  # raised again below, with the text of what was found
            return columns, check(columns, where)
    rows = [row for row, _ in _rows(file, text)][1:]
    if not rows:
        raise JazzgramError(f"{file}: has no rows below its header; get an intact copy")
    for number, row in enumerate(rows):
        if len(row) != len(header):
            raise JazzgramError(f"{where(number)}: has {len(row)} fields (expected {len(header)}, as in the header)")
    texts = list(zip(*rows, strict=True))
    columns = {name: texts[header.index(name)] for name in wanted}
    return columns, check(columns, where)


def _header(file: Path, text: str) -> list[str]:
    """Return the names of the columns, as the export has them."""
    line = text[: text.find("\n") + 1]
    first = next(_rows(file, line), None) or next(_rows(file, text), None)
    if first is None:
        raise JazzgramError(f"{file}: has no header; get an intact copy")
    header = [name.strip() for name in first[0]]
    return [name if _OTHER_NAMES.get(name, name) in header else _OTHER_NAMES.get(name, name) for name in header]


def _parsed(text: str, header: Sequence[str], wanted: Sequence[str]) -> Columns | None:
    """Read columns with Arrow, in a tenth of the time; None for what it cannot read, and for what may be damaged.

    In the export a text is in three pairs of quotation marks, or in none. Quoting of any other kind is left to the
    module csv, which refuses what is no CSV.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow

    plain = text.replace(',"""', ",").replace('""",', ",") if '"' in text else text
    if '"' in plain or len(set(header)) < len(header):
        return None
    numbers = {name: pa.float64() for name in wanted if name in _NUMBERS}
    try:
        table = arrow.read_csv(
            pa.BufferReader(plain.encode()),
            arrow.ReadOptions(use_threads=False, column_names=header, skip_rows=1),
            arrow.ParseOptions(quote_char=False),
            arrow.ConvertOptions(
                column_types={name: numbers.get(name, pa.utf8()) for name in wanted},
                include_columns=wanted,
                null_values=[],
            ),
        )
    except pa.ArrowInvalid:
        return None
    if not table.num_rows:
        return None
    return {
        name: column.to_numpy() if name in numbers else column.to_pylist()
        for name, column in zip(wanted, table.columns, strict=True)
    }


def _rows(file: Path, text: str) -> Iterator[tuple[list[str], int]]:
    """Yield the rows that are not empty, each with the number of its last line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if row:
                yield row, reader.line_num
    except csv.Error as error:
        raise JazzgramError(f"{file}:{reader.line_num}: damaged CSV ({error}); get an intact copy") from None


class _Lines:
    """Names the line of a file that a row comes from."""

    def __init__(self, file: Path, text: str) -> None:
        self._file, self._text = file, text

    def __call__(self, row: int) -> str:
        _, line = next(islice(_rows(self._file, self._text), row + 1, None))
        return f"{self._file}:{line}"


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
