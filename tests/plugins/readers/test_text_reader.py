"""The text format: what people write, and what they are told when it is wrong."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from jazzgram_plugins.readers.jazzgram_text import read_corpus
from paths import ROOT

from jazzgram import JazzgramError, Note, Rest, to_quarters

DOCS = ROOT / "docs" / "text-format.md"


def write(folder: Path, body: str, head: str = "title: Test\n", name: str = "tune.txt") -> Path:
    file = folder / name
    file.write_text(head + body, encoding="utf-8")
    return file


def bar(folder: Path, melody: str, head: str = "title: Test\n") -> list[tuple[str, Fraction, Fraction]]:
    """Read one bar over C: (spelling and MIDI number, or r; onset; duration), times in quarter notes."""
    events = read_corpus(write(folder, f"C | {melody}\n", head)).bars[0].melody
    return [
        (
            f"{event.spelling} {event.pitch}" if isinstance(event, Note) else "r",
            to_quarters(event.onset),
            to_quarters(event.duration),
        )
        for event in events
    ]


def test_notes_rests_and_triplets_are_exact(tmp_path: Path) -> None:
    assert bar(tmp_path, "r:1 Bb4 F#5 [C4 r Ebb4] B#3:1/4 Cb4:3/4") == [
        ("r", 0, 1),
        ("B- 70", 1, Fraction(1, 2)),
        ("F# 78", Fraction(3, 2), Fraction(1, 2)),
        ("C 60", 2, Fraction(1, 3)),
        ("r", Fraction(7, 3), Fraction(1, 3)),
        ("E-- 62", Fraction(8, 3), Fraction(1, 3)),
        ("B# 60", 3, Fraction(1, 4)),
        ("C- 59", Fraction(13, 4), Fraction(3, 4)),
    ]


def test_brackets_share_the_length_behind_them(tmp_path: Path) -> None:
    assert [duration for _, _, duration in bar(tmp_path, "[C4 D4 E4]:2 [C4 D4 E4 F4 G4]:2")] == (
        [Fraction(2, 3)] * 3 + [Fraction(2, 5)] * 5
    )


def test_the_unit_is_the_length_of_notes_without_one(tmp_path: Path) -> None:
    assert [d for _, _, d in bar(tmp_path, "C4 D4 E4:2", "title: T\nunit: 1\n")] == [1, 1, 2]


@pytest.mark.parametrize(
    ("key", "sharps"),
    [
        ("C", 0),
        ("Bb", -2),
        ("F#", 6),
        ("Am", 0),
        ("C minor", -3),
        ("F# minor", 3),
        ("D dorian", 0),
        ("G# dorian", 6),
        ("G mixolydian", 0),
    ],
)
def test_keys(tmp_path: Path, key: str, sharps: int) -> None:
    file = write(tmp_path, f"title: T\nkey: {key}\nC | r:4\n", "")
    assert read_corpus(file).tunes[0].key == sharps


def test_headings_and_meter(tmp_path: Path) -> None:
    head = "title: A Waltz\ntempo: 90\nmeter: 3/4\nprogram: 65\nstyle: waltz\ncomposer: me\nlicence: CC0-1.0\n"
    (tune,) = read_corpus(write(tmp_path, "# a comment\n\nDm7 G7 | D4:1 r:2\n% | r:3", head)).tunes
    assert (tune.title, tune.tempo, tune.program, tune.accompaniment) == ("A Waltz", 90, 65, ())
    assert [str(bar.meter) for bar in tune.bars] == ["3/4", "3/4"]
    assert [(chord.symbol, chord.duration) for chord in tune.bars[1].chords] == [("Dm7", 960), ("G7", 480)]
    assert tune.bars[1].melody == (Rest(0, 1440),)


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        write(tmp_path, f"title: Tune {name}\nC | r:4\n", "", f"{name}.txt")
    (tmp_path / "README.md").write_text("not a tune")
    assert [tune.title for tune in read_corpus(tmp_path).tunes] == ["Tune a", "Tune b", "Tune c"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("C | C4:1", "tune.txt:2: the melody lasts 1 quarter notes (expected 4 in 4/4)"),
        ("C | C4:4 D4", "tune.txt:2: the melody lasts 9/2 quarter notes (expected 4 in 4/4)"),
        ("C |", "tune.txt:2: the melody lasts 0 quarter notes"),
        ("C | H4:4", "tune.txt:2: 'H4' is neither a pitch nor a rest"),
        ("C | c4:4", "tune.txt:2: 'c4' is neither a pitch nor a rest"),
        ("C | Cb-1:4", "tune.txt:2: 'Cb-1' is neither"),
        ("C | A9:4", "tune.txt:2: 'A9' is outside MIDI's range"),
        ("C | C4:x", "tune.txt:2: 'C4:x' has no length"),
        ("C | C4:0", "tune.txt:2: 'C4:0' has no length"),
        ("C | C4:1/7", "tune.txt:2: 'C4:1/7' lasts 1/7 quarter notes (expected a multiple of 1/480)"),
        ("C | C4:1/0", "tune.txt:2: 'C4:1/0' has no length"),
        ("C | [C4 D4", "tune.txt:2: '[C4' is no bracket of notes"),
        ("C | [C4 D4]x", "tune.txt:2: 'x' is neither a pitch nor a rest"),
        ("C | [C4 D4]:", "tune.txt:2: '[C4 D4]:' has no length"),
        ("C | [C4:1 D4]", "tune.txt:2: '[C4:1 D4]' is no bracket of notes"),
        ("C | [ ]", "tune.txt:2: '[ ]' is no bracket of notes"),
        ("C | C4:1 | D4:3", "tune.txt:2: '|' is neither a pitch nor a rest"),
        ("Cx | C4:4", "tune.txt:2: chord symbol 'Cx' is not understood"),
        ("% | C4:4", "tune.txt:2: % has no bar before it to repeat"),
        ("temp: 120\nC | C4:4", "tune.txt:2: unknown heading 'temp'"),
        ("temp: 120\nC | C4:4", "did you mean tempo?"),
        ("tempo: fast\nC | C4:4", "tune.txt:2: found the tempo 'fast' (expected a whole number from 20 to 400)"),
        ("tempo:\nC | C4:4", "tune.txt:2: the heading 'tempo' is empty"),
        ("title: Again\nC | C4:4", "tune.txt:2: the heading 'title' stands here for the second time"),
        ("C | C4:4\nkey: F", "tune.txt:3: the heading 'key' stands after the first bar"),
        ("key: H\nC | C4:4", "tune.txt:2: found the key 'H'"),
        ("key: D# major\nC | C4:4", "tune.txt:2: the key 'D# major' has 9 accidentals"),
        ("meter: 4\nC | C4:4", "tune.txt:2: not a meter: '4'"),
        ("what is this\nC | C4:4", "tune.txt:2: found 'what is this' (expected a heading"),
        ("", "tune.txt:1: no bars found"),
    ],
)
def test_mistakes_are_told_with_file_and_line(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(JazzgramError) as error:
        read_corpus(write(tmp_path, body))
    assert message in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "C | C4:3\n% | C4:4\nDm7 | Q4:4\n", name="a.txt")
    write(tmp_path, "C | C4:4\n", "", name="b.txt")
    with pytest.raises(JazzgramError) as error:
        read_corpus(tmp_path)
    lines = [line.removeprefix(str(tmp_path) + "/") for line in str(error.value).splitlines()]
    assert [line.split(": ")[0] for line in lines] == ["a.txt:2", "a.txt:4", "b.txt:1"]
    assert "no title found" in lines[2]


def test_what_is_no_text_and_no_folder_of_tunes(tmp_path: Path) -> None:
    (tmp_path / "tune.txt").write_bytes(b"MThd\xff\xfe\x00")
    with pytest.raises(JazzgramError, match="cannot be read as UTF-8 text"):
        read_corpus(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(JazzgramError, match="no tunes found"):
        read_corpus(tmp_path / "empty")


def test_the_documented_tune_and_lengths_can_be_read(tmp_path: Path) -> None:
    text = DOCS.read_text(encoding="utf-8")
    tune = next(block for block in re.findall(r"```text\n(.*?)```", text, re.S) if block.startswith("title"))
    (read,) = read_corpus(write(tmp_path, tune, "")).tunes
    assert [len(bar.chords) for bar in read.bars] == [2, 1, 2]
    for melody in re.findall(r"^\| `([A-G\[][^`]*)`", text, re.M):
        write(tmp_path, f"title: T\nmeter: 32/4\nC | {melody.replace(',', '')} r:1\n", "")
        with pytest.raises(JazzgramError, match=r"the melody lasts .* \(expected 32"):
            read_corpus(tmp_path / "tune.txt")
