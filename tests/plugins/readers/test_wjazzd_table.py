"""The database's table of melody as CSV, a file for each solo: other names of columns, and no beats beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jazzgram_plugins.readers import wjazzd
from mutation import mutants
from notation import as_ticks
from wjazzd_files import beats, note, write

from jazzgram import Dropped, JazzgramError, Tune
from jazzgram.testing import check_plugin

COLUMNS = [
    "bar",
    "beat",
    "beatdur",
    "denom",
    "division",
    "duration",
    "num",
    "onset",
    "period",
    "pitch",
    "subtatum",
    "tatum",
]
NO_BEATS = Dropped("the beats and their chords, which are not beside the melody")


def table(file: Path, notes: list[dict[str, Any]], columns: list[str] = COLUMNS, **more: Any) -> Path:
    """Write notes under the names that the database has for their columns."""
    lines = [",".join(columns)]
    for row in notes:
        own = {"num": 4, "denom": 4, "subtatum": 0, "melid": 1} | row | {"beatdur": row["beat_duration"]} | more
        lines.append(",".join(str(own[column]) for column in columns))
    file.write_text("\n".join(lines) + "\n")
    return file


def read(file: Path, **options: Any) -> Tune:
    tune: Tune
    (tune,) = wjazzd.read_corpus(file, wjazzd.Options(**options)).tunes
    return tune


LINE = [note(1 + place // 8, 1 + place % 8 // 2, 1 + place % 2, 2, 60 + place % 12) for place in range(32)]


@pytest.mark.parametrize("timing", ["tatums", "performed"])
def test_without_beats_the_notes_are_the_same(timing: str, tmp_path: Path) -> None:
    whole = read(write(tmp_path, LINE, beats(1, "- " * 16)), timing=timing)
    tune = read(table(tmp_path / "MilesDavis_Tune.csv", LINE), timing=timing)
    assert [as_ticks(bar.melody) for bar in tune.bars] == [as_ticks(bar.melody) for bar in whole.bars]
    assert (tune.title, tune.tempo, tune.key) == (whole.title, whole.tempo, whole.key)
    assert {chord.symbol for bar in tune.bars for chord in bar.chords} == {"NC"}
    assert tune.dropped == (*whole.dropped, NO_BEATS)


def test_with_beats_it_has_chords(tmp_path: Path) -> None:
    file = write(tmp_path, LINE, beats(1, "C-7 - F7 - " * 4))
    whole = read(file)
    assert read(table(file, LINE)) == whole
    assert NO_BEATS not in whole.dropped


@pytest.mark.parametrize("timing", ["tatums", "performed"])
def test_beats_without_notes_are_between_their_neighbours(timing: str, tmp_path: Path) -> None:
    sparse = [note(1, 1, 1, 1, 60), note(1, 2, 2, 3, 62), note(4, 3, 1, 1, 64), note(4, 3, 2, 2, 65)]
    tune = read(table(tmp_path / "a.csv", sparse), timing=timing)
    assert (len(tune.bars), tune.tempo) == (4, 120.0)
    assert [onset for bar in tune.bars for _, onset, _ in as_ticks(bar.melody)] == [0, 640, 960, 1200]


@pytest.mark.parametrize(
    ("meter", "period", "bars"),
    [
        ((3, 4), 3, "3/4"),
        ((6, 8), 2, "6/8"),
        (("5", "4.0"), 5, "5/4"),
        (("", ""), 4, "4/4"),  # not known: as many quarters as there are beats
        (("NA", "NA"), 3, "3/4"),
    ],
)
def test_the_meter_is_that_of_the_columns(meter: tuple[Any, Any], period: int, bars: str, tmp_path: Path) -> None:
    notes = [note(bar, 1 + beat, 1, 1, 60 + beat, period=period) for bar in (1, 2) for beat in range(period)]
    tune = read(table(tmp_path / "a.csv", notes, num=meter[0], denom=meter[1]))
    assert [str(bar.meter) for bar in tune.bars] == [bars, bars]
    assert sum(len(bar.melody) for bar in tune.bars) == len(notes)


def test_a_meter_that_changes(tmp_path: Path) -> None:
    notes = [
        note(bar, beat, 1, 1, 60, period=4 - (bar == 2), num=4 - (bar == 2)) for bar in (1, 2, 3) for beat in (1, 2)
    ]
    tune = read(table(tmp_path / "a.csv", notes))
    assert [str(bar.meter) for bar in tune.bars] == ["4/4", "3/4", "4/4"]


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [
        (LINE, [column for column in COLUMNS if column != "num"], "its beats are not there; expected "),
        (LINE, [column for column in COLUMNS if column != "beatdur"], ":1: the column 'beat_duration' is missing"),
        (
            [LINE[0], LINE[1] | {"melid": 2}],
            [*COLUMNS, "melid"],
            "has 2 solos (expected one, or the official wjazzd.db",
        ),
        ([LINE[0] | {"num": 0}, LINE[1]], COLUMNS, ":2: not a meter: 0/4"),
        ([LINE[0] | {"beat": 9}], COLUMNS, ":2: no note of the solo is on a beat that its bar has"),
        ([note(-15_000, 1, 1, 1, 60), note(15_000, 1, 1, 1, 60)], COLUMNS, ":2: 30001 bars follow"),
        ([LINE[0], LINE[1] | {"pitch": "high"}], COLUMNS, ":3: pitch is 'high'"),
    ],
)
def test_mistakes_are_told_in_one_line(
    rows: list[dict[str, Any]], columns: list[str], said: str, tmp_path: Path
) -> None:
    file = table(tmp_path / "a.csv", rows, columns)
    with pytest.raises(JazzgramError) as caught:
        read(file)
    assert str(caught.value).startswith(f"{file}:") and said in str(caught.value) and "\n" not in str(caught.value)


def test_a_note_out_of_time_moves_no_beat_back(tmp_path: Path) -> None:
    """One that sounds a whole beat early, as annotations have them in a rubato."""
    early = [*LINE[:10], LINE[10] | {"onset": LINE[10]["onset"] - 0.7}, *LINE[11:]]
    tune = read(table(tmp_path / "a.csv", early), timing="performed")
    assert sum(len(bar.melody) for bar in tune.bars) + sum(left.notes for left in tune.dropped) == 32


def test_broken_tables(tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", LINE)
    seen = {"read": 0, "refused": 0}
    for content in mutants([file.read_bytes()], 300, 3, text=True):
        file.write_bytes(content)
        for timing in ("tatums", "performed"):
            try:
                assert read(file, timing=timing).bars
                seen["read"] += 1
            except JazzgramError as error:
                assert str(error).startswith(str(file)) and "\n" not in str(error)  # noqa: PT017, a mutant may be whole
                seen["refused"] += 1
    assert min(seen.values()) > 50, "both kinds must occur, or this shows nothing"


def test_it_keeps_the_contract(tmp_path: Path) -> None:
    check_plugin(wjazzd, table(tmp_path / "a.csv", LINE))


def test_the_reported_file_is_read(shared: Path) -> None:
    tune = read(shared / "cases" / "35_wjazzd_melody_table.csv")
    assert [as_ticks(bar.melody) for bar in tune.bars] == [[(62, 0, 240), (64, 240, 240), (65, 480, 480)]]
