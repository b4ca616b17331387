"""Small files and databases like those of the Weimar Jazz Database, written from a few words a note or beat."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

NOTE = ("onset", "duration", "period", "division", "bar", "beat", "tatum", "beat_duration", "signature", "pitch")
BEAT = ("onset", "duration", "period", "division", "bar", "beat", "signature", "chord", "form", "chorus_id", "bass")


def note(bar: int, beat: int, tatum: int, division: int, pitch: float, **more: Any) -> dict[str, Any]:
    """Annotate a note at 120 in 4/4, bar 1 beginning at 10 s; sounds half a beat unless `more` says otherwise."""
    period = more.get("period", 4)
    onset = 10 + ((bar - 1) * period + beat - 1 + (tatum - 1) / division) / 2
    row = {"onset": onset, "duration": 0.25, "period": period, "beat_duration": 0.5, "signature": '"4/4"'}
    return row | {"bar": bar, "beat": beat, "tatum": tatum, "division": division, "pitch": pitch} | more


def beats(first: int, changes: str, period: int = 4, signature: str = "4/4", start: int = 1) -> list[dict[str, Any]]:
    """Annotate beats at 120, one for each word of `changes` (``-`` for an empty field), from beat `start` of a bar."""
    rows = []
    for place, word in enumerate(changes.split(), start=start - 1):
        bar, beat = first + place // period, place % period + 1
        onset = 10 + ((bar - 1) * period + beat - 1) / 2
        chord = "" if word == "-" else word
        rows.append({"onset": onset, "bar": bar, "beat": beat, "signature": f"'{signature}'", "chord": chord})
    return rows


def write(
    folder: Path, notes: list[dict[str, Any]], beat_rows: list[dict[str, Any]], stem: str = "MilesDavis_Tune"
) -> Path:
    """Write the two files as the export has them; give that of the melody."""
    for name, columns, rows in (("melody", NOTE, notes), ("beats", BEAT, beat_rows)):
        (folder / name).mkdir(exist_ok=True)
        quoted = [[str(row.get(column, "")).replace('"', '""') for column in columns] for row in rows]
        lines = [",".join(columns)] + [",".join(f'"{v}"' if '"' in v else v for v in row) for row in quoted]
        (folder / name / f"{stem}.csv").write_text("\n".join(lines) + "\n")
    return folder / "melody" / f"{stem}.csv"


GOOD_NOTES, GOOD_BEATS = [note(1, 1, 1, 1, 60), note(1, 2, 1, 1, 62)], beats(1, "C - F7 -")


SCHEMA = """
CREATE TABLE melody (eventid INTEGER PRIMARY KEY AUTOINCREMENT, melid INTEGER, onset REAL, pitch REAL, duration REAL,
  period INTEGER, division INTEGER, bar INTEGER, beat INTEGER, tatum INTEGER, subtatum INTEGER, num INTEGER,
  denom INTEGER, beatprops TEXT, beatdur REAL, tatumprops TEXT, loud_max REAL, loud_med REAL, loud_sd REAL,
  loud_relpos REAL, loud_cent REAL, loud_s2b REAL, f0_mod TEXT, f0_range REAL, f0_freq_hz REAL, f0_med_dev REAL);
CREATE TABLE beats (beatid INTEGER PRIMARY KEY AUTOINCREMENT, melid INTEGER, onset REAL, bar INTEGER, beat INTEGER,
  signature TEXT, chord TEXT, form TEXT, bass_pitch INTEGER, chorus_id INTEGER);
CREATE TABLE solo_info (melid INTEGER, trackid INTEGER, compid INTEGER, recordid INTEGER, performer TEXT, title TEXT,
  titleaddon TEXT, solopart INTEGER, instrument TEXT, style TEXT, avgtempo REAL, tempoclass TEXT, rhythmfeel TEXT,
  key TEXT, signature TEXT, chord_changes TEXT, chorus_count INTEGER);
"""
"""The three tables as *Database Format* (The Jazzomat Research Project) describes them."""


def database(file: Path, solos: list[tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]]) -> Path:
    """Write a small wjazzd.db: of each solo its info, notes and beats."""
    connection = sqlite3.connect(file)
    connection.executescript(SCHEMA)
    for melid, (info, notes, beat_rows) in enumerate(solos, start=1):
        of_notes = [
            {"melid": melid, "num": 4, "denom": 4, "beatdur": row["beat_duration"], "subtatum": 0}
            | {name: row[name] for name in NOTE if name not in ("beat_duration", "signature")}
            for row in notes
        ]
        of_beats = [{"melid": melid} | row for row in beat_rows]
        for table, rows in (("melody", of_notes), ("beats", of_beats), ("solo_info", [{"melid": melid} | info])):
            for row in rows:
                marks = ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
    connection.commit()
    connection.close()
    return file


def info(performer: str, title: str, **more: Any) -> dict[str, Any]:
    known = {"performer": performer, "title": title, "titleaddon": "", "solopart": 1, "instrument": "tp"}
    return known | {"style": "COOL", "key": "D-dor"} | more
