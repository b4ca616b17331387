"""Read the solos of the official database file, ``wjazzd.db`` (SQLite).

Its tables are described on the Jazzomat project's page *Database Format*; used here are ``melody``, ``beats`` and
``solo_info``. The file is never written to.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jazzgram import JazzgramError
from jazzgram.music import INSTRUMENTS

from .names import Name
from .solo import BEAT_COLUMNS, NOTE_COLUMNS, Beats, Notes, check_beats, check_notes

_MAGIC = b"SQLite format 3\0"
_MOST_ROWS = 2_000_000
"""Ten times what the database holds."""
_MOST_BYTES_A_VALUE = 1_000_000

_NOTE_FIELDS = {name: "beatdur" if name == "beat_duration" else name for name in NOTE_COLUMNS}
_BEAT_FIELDS = {name: name for name in (*BEAT_COLUMNS, "signature", "chord")}
_INFO = ("performer", "title", "titleaddon", "solopart", "instrument", "style", "key")
_TABLES = {
    "melody": ("eventid", *_NOTE_FIELDS.values()),
    "beats": ("beatid", *_BEAT_FIELDS.values()),
    "solo_info": _INFO,
}

_INSTRUMENTS = {
    **{"ss": "soprano sax", "sss": "soprano sax", "as": "alto sax", "ts": "tenor sax", "ts-c": "tenor sax"},
    **{"bs": "baritone sax", "bsx": "baritone sax", "cl": "clarinet", "acl": "clarinet", "bcl": "bass clarinet"},
    **{"tp": "trumpet", "cor": "cornet", "flgh": "flugelhorn", "tb": "trombone", "vtb": "trombone", "fl": "flute"},
    **{"g": "guitar", "p": "piano", "vib": "vibraphone", "b": "double bass"},
}
"""The name of each abbreviation."""
_SHARPS = {"C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5, "F": -1}
_MODES = {
    **{"maj": 0, "ion": 0, "blues": 0, "mix": -1, "lyd": 1},
    **{"min": -3, "aeol": -3, "dor": -2, "phry": -4, "loc": -5},
}
"""Where a mode lies on the line of fifths, from major; a blues is notated as if it were major."""


@dataclass(frozen=True, eq=False)
class DatabaseSolo:
    """One solo of the database.

    Parameters
    ----------
    title : str
        Unique among all of them.
    notes, beats : Notes, Beats
        Its annotation.
    known : dict of str to (str or int)
        The fields of a tune that ``solo_info`` has.
    """

    title: str
    notes: Notes
    beats: Beats
    known: dict[str, Any]


def is_database(source: Path) -> bool:
    """Check whether a file begins as SQLite does, or is named so."""
    if source.suffix in (".db", ".sqlite", ".sqlite3"):
        return True
    try:
        with source.open("rb") as content:
            return content.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def read_database(source: Path) -> list[DatabaseSolo]:
    """Read all solos that have notes, in the order of their ``melid``; at least one.

    Raises
    ------
    JazzgramError
        In one line, where the file is no such database, is damaged, or holds what cannot be.
    """
    try:
        with closing(_connect(source)) as connection:
            rows = {table: _rows(source, connection, table, fields) for table, fields in _TABLES.items()}
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        # SQLite quotes what it found, whatever that is: the module cannot even decode some of its messages.
        raise JazzgramError(
            f"{source}: cannot be read as a SQLite database ({_text(error)}); get an intact copy"
        ) from None
    if not rows["melody"]:
        raise JazzgramError(f"{source}: the table melody is empty; get an intact copy of wjazzd.db")
    beats = {melid: list(group) for melid, group in groupby(rows["beats"], itemgetter(0))}
    infos = {row[0]: dict(zip(_INFO, map(_text, row[1:]), strict=True)) for row in rows["solo_info"]}
    titles = _titles(infos)
    solos = []
    for melid, group in groupby(rows["melody"], itemgetter(0)):
        if melid not in infos:
            raise JazzgramError(
                f"{source}: solo_info has no row for melid {_text(melid)}; get an intact copy of wjazzd.db"
            )
        if melid not in beats:
            raise JazzgramError(f"{source}: beats has no rows for melid {_text(melid)} ({titles[melid]})")
        notes = check_notes(*_columns(source, "melody", list(group), tuple(_NOTE_FIELDS)))
        solos.append(
            DatabaseSolo(
                titles[melid],
                notes,
                check_beats(*_columns(source, "beats", beats[melid], tuple(_BEAT_FIELDS))),
                _known(infos[melid]),
            )
        )
    return solos


def _connect(source: Path) -> sqlite3.Connection:
    # Immutable: no journal is looked for and nothing is locked; a stranger's schema may call no functions.
    address = f"file:{quote(str(source.absolute()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES_A_VALUE)
    return connection


def _rows(source: Path, connection: sqlite3.Connection, table: str, fields: Sequence[str]) -> list[tuple[Any, ...]]:
    """Read a table: melid, then the fields, in the order of melid and of the first field."""
    kind = connection.execute("SELECT type FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    if kind != ("table",):
        raise JazzgramError(f"{source}: has no table {table}; the wjazzd reader reads the official wjazzd.db")
    present = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    missing = [field for field in ("melid", *fields) if field not in present]
    if missing:
        raise JazzgramError(f"{source}: the table {table} has no column {missing[0]}; get an intact copy of wjazzd.db")
    columns = ", ".join(f'"{field}"' for field in ("melid", *fields))
    limit = _MOST_ROWS + 1
    rows = connection.execute(f'SELECT {columns} FROM {table} ORDER BY melid, "{fields[0]}" LIMIT {limit}').fetchall()
    if len(rows) > _MOST_ROWS:
        raise JazzgramError(f"{source}: the table {table} has more than the {_MOST_ROWS:,} rows that are read")
    return rows


class _Rows:
    """Names the row of a table by its solo and its own number."""

    def __init__(self, source: Path, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        self._source, self._table, self._rows = source, table, rows

    def __call__(self, row: int) -> str:
        melid, number = map(_text, self._rows[row][:2])
        return f"{self._source}: {self._table}: melid {melid}, {_TABLES[self._table][0]} {number}"


def _columns(
    source: Path, table: str, rows: Sequence[tuple[Any, ...]], names: Sequence[str]
) -> tuple[dict[str, Sequence[Any]], _Rows]:
    columns = list(zip(*rows, strict=True))[2:]
    return dict(zip(names, columns, strict=True)), _Rows(source, table, rows)


def _titles(infos: Mapping[Any, Mapping[str, str]]) -> dict[Any, str]:
    """Make titles unique: by the number of the solo in its recording, and where that does not do, by melid."""
    names = {
        melid: Name(info["performer"], info["title"] or f"Solo {_text(melid)}", info["titleaddon"])
        for melid, info in infos.items()
    }
    often = Counter(name.title for name in names.values())
    for melid, name in names.items():
        if often[name.title] > 1:
            take = [name.take] * bool(name.take) + [f"solo {infos[melid]['solopart']}"]
            names[melid] = name._replace(take=", ".join(take))
    often = Counter(name.title for name in names.values())
    return {
        melid: name.title if often[name.title] == 1 else f"{name.title} [{_text(melid)}]"
        for melid, name in names.items()
    }


def _known(info: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a tune that a row of ``solo_info`` has."""
    known: dict[str, Any] = {"work": info["title"], "performer": info["performer"], "style": info["style"]}
    instrument, key = _INSTRUMENTS.get(info["instrument"]), _key(info["key"])
    if instrument is not None:
        known |= {"instrument": instrument, "program": INSTRUMENTS[instrument].program}
    return known if key is None else known | {"key": key}


def _key(text: str) -> int | None:
    """Read a key (``Bb-maj``) as sharps, flats negative; None where it names none, or one that has no signature."""
    match = re.fullmatch(r"([A-G])([b#]?)-([a-z]+)", text)
    if match is None or match[3] not in _MODES:
        return None
    sharps = _SHARPS[match[1]] + 7 * {"": 0, "#": 1, "b": -1}[match[2]] + _MODES[match[3]]
    return sharps if -7 <= sharps <= 7 else None


def _text(value: Any) -> str:
    """Return a value as text on one line; empty for NULL."""
    return "" if value is None else " ".join(str(value).split())
