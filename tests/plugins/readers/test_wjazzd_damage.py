"""Damaged files of the Weimar Jazz Database: each mistake is reported in one line."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from jazzgram_plugins.readers import wjazzd
from mutation import mutants
from wjazzd_files import GOOD_BEATS, GOOD_NOTES, NOTE, beats, database, info, note, write

from jazzgram import Corpus, JazzgramError


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"notes": [GOOD_NOTES[0], GOOD_NOTES[1] | {"pitch": "C4"}]}, "melody/MilesDavis_Tune.csv:3: pitch is 'C4'"),
        ({"notes": [GOOD_NOTES[0] | {"pitch": 128}]}, ":2: pitch is '128' (expected a whole number from 0 to 127)"),
        ({"notes": [GOOD_NOTES[0] | {"beat": 1.5}]}, ":2: beat is '1.5' (expected a whole number from 1 to 32)"),
        ({"notes": [GOOD_NOTES[0] | {"onset": "nan"}]}, ":2: onset is 'nan' (expected a number"),
        ({"notes": [GOOD_NOTES[0] | {"beat_duration": 0}]}, ":2: beat_duration is '0'"),
        ({"notes": [GOOD_NOTES[0] | {"duration": -0.1}]}, ":2: duration is '-0.1'"),
        ({"notes": [GOOD_NOTES[0] | {"bar": 10**30}]}, ":2: bar is '1000000"),
        ({"notes": [note(1, 9, 1, 1, 60)]}, "no note of the solo is left"),
        ({"notes": [note(-15_000, 1, 1, 1, 60), note(15_000, 1, 1, 1, 60)]}, "30001 bars"),
        ({"notes": []}, "MilesDavis_Tune.csv: has no rows below its header"),
        ({"beats": []}, "beats/MilesDavis_Tune.csv: has no rows below its header"),
        ({"beats": [*GOOD_BEATS, GOOD_BEATS[0]]}, "csv:6: bar 1, beat 1 at 10 s does not come after"),
        ({"beats": beats(1, "C H7 - -")}, "beats/MilesDavis_Tune.csv:3: chord symbol 'H7' is not understood"),
        ({"beats": beats(1, "C - - -", signature="4/5")}, "csv:2: not a meter: 4/5"),
        ({"beats": [row | {"signature": ""} for row in GOOD_BEATS]}, "csv:2: the first beat has no signature"),
        ({"beats": beats(1, "C - - - -", 5)}, "csv:6: beat 5 in bar 1, which is 4/4 and has 4 beats"),
        ({"beats": [*beats(1, "C - - -"), *beats(3, "C - - -", 4, "3/4")]}, "csv:9: beat 4 in bar 3, which is 3/4"),
        ({"beats": [row | {"onset": row["onset"] / 1000} for row in GOOD_BEATS]}, "make a tempo of 1.2e+05"),
    ],
)
def test_mistakes_are_reported_in_one_line(change: dict[str, Any], message: str, tmp_path: Path) -> None:
    file = write(tmp_path, change.get("notes", GOOD_NOTES), change.get("beats", GOOD_BEATS))
    with pytest.raises(JazzgramError) as caught:
        wjazzd.read_corpus(file, wjazzd.Options())
    assert message in str(caught.value) and "\n" not in str(caught.value) and str(tmp_path) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "has no header"),
        (b"onset,pitch\n1,60\n", ":1: the column 'duration' is missing"),
        (",".join(NOTE).encode() + b"\n1,2,3\n", ":2: has 3 fields (expected 10, as in the header)"),
        (",".join(NOTE).encode() + b"\n1,\xff\n", ":2: is not UTF-8 text"),
        (b'"onset\n', "damaged CSV"),
        (b"," * 6_000_000, "more than the 5,000,000 that are read"),
    ],
)
def test_broken_files_are_reported_in_one_line(content: bytes, message: str, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD_NOTES, GOOD_BEATS)
    file.write_bytes(content)
    with pytest.raises(JazzgramError) as caught:
        wjazzd.read_corpus(file, wjazzd.Options())
    assert message in str(caught.value) and str(caught.value).startswith(str(file)) and "\n" not in str(caught.value)


def test_missing_files_are_told(tmp_path: Path) -> None:
    file = write(tmp_path, GOOD_NOTES, GOOD_BEATS)
    (tmp_path / "beats" / file.name).unlink()
    with pytest.raises(JazzgramError, match="its beats are not there; expected "):
        wjazzd.read_corpus(file, wjazzd.Options())
    for source in (tmp_path, tmp_path / "gone.csv"):
        with pytest.raises(JazzgramError, match="is no file"):
            wjazzd.read_corpus(source, wjazzd.Options())


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("DROP TABLE beats", "has no table beats"),
        ("DROP TABLE beats; CREATE VIEW beats AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
         "SELECT x AS melid FROM n", "has no table beats"),
        ("ALTER TABLE melody DROP COLUMN tatum", "melody has no column tatum"),
        ("DELETE FROM melody", "the table melody is empty"),
        ("DELETE FROM solo_info", "solo_info has no row for melid 1"),
        ("DELETE FROM beats", "beats has no rows for melid 1"),
        ("UPDATE melody SET pitch = 'high' WHERE eventid = 2", "melody: melid 1, eventid 2: pitch is 'high'"),
        ("UPDATE melody SET bar = NULL", "melody: melid 1, eventid 1: bar is 'None'"),
        ("UPDATE solo_info SET key = CAST(x'0aff' AS TEXT)", "Could not decode to UTF-8 column 'key'"),
        ("UPDATE melody SET melid = char(10)", "solo_info has no row for melid"),
        ("UPDATE beats SET chord = x'41ff' WHERE beatid = 3", "beats: melid 1, beatid 3: chord symbol"),
    ],
)  # fmt: skip
def test_broken_databases_are_reported_in_one_line(statement: str, message: str, tmp_path: Path) -> None:
    file = database(tmp_path / "wjazzd.db", [(info("A", "B"), GOOD_NOTES, GOOD_BEATS)])
    connection = sqlite3.connect(file)
    connection.executescript(statement)
    connection.close()
    with pytest.raises(JazzgramError) as caught:
        wjazzd.read_corpus(file, wjazzd.Options())
    assert message in str(caught.value) and str(caught.value).startswith(str(file)) and "\n" not in str(caught.value)


def test_a_schema_that_is_no_text_is_told_in_one_line(tmp_path: Path) -> None:
    file = database(tmp_path / "wjazzd.db", [(info("A", "B"), GOOD_NOTES, GOOD_BEATS)])
    file.write_bytes(file.read_bytes().replace(b"CREATE TABLE beats", b"CREATE T\xb2BLE beats"))
    with pytest.raises(JazzgramError, match="cannot be read as a SQLite database"):
        wjazzd.read_corpus(file, wjazzd.Options())


def attack(folder: Path, count: int, seed: int) -> Counter[str]:
    """Read mutants of a melody, of beats and of a database in turn; count what came of them."""
    lively = [note(1 + p // 8, 1 + p % 8 // 2, 1 + p % 2, 2, 60 + p % 12) for p in range(64)]
    rows = beats(1, "C-7 - F79b - Bbj7 - Eb7911# - " * 4)
    file = write(folder, lively, rows)
    base = database(folder / "wjazzd.db", [(info("A", "B"), lively, rows)])
    targets = [(file, file, True), (folder / "beats" / file.name, file, True), (base, base, False)]
    seen: Counter[str] = Counter()
    for number, (broken, source, text) in enumerate(targets):
        whole = broken.read_bytes()
        for content in mutants([whole], count // 3, seed + number, text):
            broken.write_bytes(content)
            for timing in ("tatums", "performed"):
                try:
                    corpus = wjazzd.read_corpus(source, wjazzd.Options(timing=timing))
                    assert isinstance(corpus, Corpus) and all(tune.bars for tune in corpus.tunes)
                    seen["read"] += 1
                except JazzgramError as error:
                    assert source.stem in str(error) and "\n" not in str(error)  # noqa: PT017, a mutant may be whole
                    seen["refused"] += 1
        broken.write_bytes(whole)
    return seen


@pytest.mark.timeout(120)
def test_a_few_hundred_broken_files(tmp_path: Path) -> None:
    seen = attack(tmp_path, 300, 1)
    assert seen["read"] and seen["refused"]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_thousands_of_broken_files(tmp_path: Path) -> None:
    seen = attack(tmp_path, 7_500, 2)
    assert seen["read"] and seen["refused"]
