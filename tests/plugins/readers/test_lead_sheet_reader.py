"""Text lead sheets: what is on the page, and what is played."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from jazzgram_plugins.readers import lead_sheet
from mutation import mutants
from notation import chord_chart
from paths import ROOT

from jazzgram import JazzgramError, Meter
from jazzgram.music.harmony.keys import parse_key
from jazzgram.music.harmony.symbols import parse_symbol
from jazzgram.music.notation.lead_sheet import parse_lead_sheet

_CODE = re.compile(r"`([^`]+)`")

PAGE = """\
title: Blue Corner
composer: N. N.
style: Bossa
key: Cm
tempo: 150
# the form is A A B

[A]
|: Cm7 | % | Fm7 / / Bb7 | Eb^7 Ab7 |
   Dm7b5 | G7alt |1. Cm7 | G7alt :|2. Cm7 | NC ||
[B] Ebm7 | Ab7 | D\\Dbmaj7 | %
"""


def test_a_page_is_read() -> None:
    sheet = parse_lead_sheet(PAGE)
    assert (sheet.title, sheet.composer, sheet.style) == ("Blue Corner", "N. N.", "Bossa")
    assert (sheet.key, sheet.tempo, sheet.meter) == (-3, 150.0, Meter())
    verse = "Cm7 | Cm7 | Fm7:3 Bb7:1 | Eb^7:2 Ab7:2 | Dm7b5 | G7alt"
    assert chord_chart(sheet.bars) == f"{verse} | Cm7 | G7alt | {verse} | Cm7 | NC | Ebm7 | Ab7 | D\\Dbmaj7 | D\\Dbmaj7"
    assert sheet.sections == ((0, "A"), (8, "A"), (16, "B"))
    assert sheet.tune.bars == sheet.bars and not any(bar.melody for bar in sheet.bars)
    assert all(bar.chords[-1].end == bar.meter.bar for bar in sheet.bars)


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        ("Dm7 | G7 | Cmaj7 | %", "Dm7 | G7 | Cmaj7 | Cmaj7"),
        ("C7", "C7"),
        ("[A]: C7 | F7\n[B] |: G7 :|", "C7 | F7 | G7 | G7"),
        ("meter: 3/4\nDm7 G7 | C", "Dm7:2 G7:1 | C"),
        ("Dm7 G7\nmeter: 3/4\nDm7 G7\nmeter: 4/4\nC", "Dm7:2 G7:2 | Dm7:2 G7:1 | C"),
        ("|: C | F :|\nG (Fine) | C (D.C. al Fine)", "C | F | C | F | G | C | C | F | G"),
        ("\ufeffTitle : x\r\nC | G\r\n", "C | G"),
    ],
)
def test_bars(text: str, bars: str) -> None:
    assert chord_chart(parse_lead_sheet(text.removeprefix("\ufeff")).bars) == bars


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "tune:1: no bars found"),
        ("title: x\n", "tune:1: no bars found"),
        ("key: Bb\n\nDm7 | Gx7", "tune:3: chord symbol 'Gx7'"),
        (
            "kee: Bb\nC",
            "tune:1: unknown heading 'kee' (expected one of title, composer, key, meter, tempo, style); did",
        ),
        ("key: H\nC", "tune:1: found the key 'H'"),
        ("key:\nC", "tune:1: the heading 'key' is empty"),
        ("tempo: fast\nC", "tune:1: found the tempo 'fast'"),
        ("tempo: 9999\nC", "tune:1: found the tempo '9999'"),
        ("meter: 4\nC", "tune:1: not a meter: '4'"),
        ("title: " + "x" * 999 + "\nC", "tune:1: the heading 'title' has 999 characters"),
        ("C | % G", "tune:1: % stands beside other chords"),
        ("C\nmeter: 3/4\n%", "tune:3: % repeats a bar of 4/4 in 3/4"),
        ("| C | | G |", "tune:1: the bar is empty"),
    ],
)
def test_mistakes_name_their_line(text: str, message: str) -> None:
    with pytest.raises(JazzgramError) as error:
        parse_lead_sheet(text, "tune")
    assert message in str(error.value) and "\n" not in str(error.value)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(JazzgramError) as error:
        parse_lead_sheet("key: X\nDm7 | Gx\n\nHm | C", "tune")
    assert [line.split(" ")[0] for line in str(error.value).splitlines()] == ["tune:1:", "tune:2:", "tune:4:"]


@pytest.mark.parametrize(
    ("text", "sharps"),
    [("C", 0), ("Bb", -2), ("F#", 6), ("Gm", -2), ("A-", 0), ("C minor", -3), ("E dorian", 2), ("Amix", 2), ("C#", 7)],
)
def test_keys(text: str, sharps: int) -> None:
    assert parse_key(text) == sharps


@pytest.mark.parametrize("text", ["", "H", "c", "G# major", "D heavy", "Cb minor"])
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(JazzgramError, match=re.escape(f"the key {text!r}")):
        parse_key(text)


def test_the_reader_reads_files_and_lists_folders(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("b/one.txt", "two.txt", "three.md"):
        (tmp_path / name).write_text("Dm7 | G7")
    files = lead_sheet.list_files(tmp_path)
    assert [file.name for file in files] == ["one.txt", "two.txt"]
    (tune,) = lead_sheet.read_corpus(files[0]).tunes
    assert (tune.title, len(tune.bars)) == ("one", 2)


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"C | " * 400_000, b"[" * 10_000, b"|: " + b"C | " * 15_000 + b":|"]
)
def test_what_is_no_lead_sheet_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "tune.txt"
    file.write_bytes(content)
    with pytest.raises(JazzgramError) as error:
        lead_sheet.read_corpus(file)
    assert str(error.value).startswith(str(file)) and len(str(error.value)) < 500


def test_broken_pages_are_read_or_refused(tmp_path: Path) -> None:
    file = tmp_path / "tune.txt"
    whole = 0
    for content in mutants([PAGE.encode()], 1000, 1, text=True):
        file.write_bytes(content)
        try:
            assert lead_sheet.read_corpus(file).tunes[0].bars
            whole += 1
        except JazzgramError:
            continue
    assert whole > 100


def test_what_the_documentation_shows_is_read() -> None:
    text = (ROOT / "docs" / "lead-sheets.md").read_text()
    sheet = parse_lead_sheet(re.findall(r"```text\n(.+?)```", text, re.DOTALL)[0])
    assert (sheet.title, len(sheet.bars), sheet.sections) == ("Corner Table", 20, ((0, "A"), (8, "A"), (16, "B")))
    row = re.compile(r"^\| [a-z ,-]+ \| (.*`.*) \|$", re.MULTILINE)
    symbols = [symbol for cell in row.findall(text.partition("## Chord symbols")[2]) for symbol in _CODE.findall(cell)]
    assert len(symbols) > 70 and all(parse_symbol(symbol) for symbol in symbols)
    script = re.findall(r"```python\n(.+?)```", text, re.DOTALL)[0]
    names: dict[str, Any] = {}
    exec(script.partition("print")[0], names)
    lines = re.findall(r"print\((.+)\) +# (.+)", script)
    assert lines
    for printed, shown in lines:
        values = eval(f"({printed},)", names)
        assert " ".join(map(str, values)) == shown


def test_a_second_ending_alone_is_never_played() -> None:
    with pytest.raises(JazzgramError, match=r"^Turn: none of its bars is ever played: an ending such as 2\. needs"):
        parse_lead_sheet("2. Bb6 |\n[B] Ebmaj7 ||", "Turn")


def test_bars_that_are_never_played_are_reported() -> None:
    sheet = parse_lead_sheet("C (Fine) | F (D.C. al Fine)\nG | G")
    assert [chords[0].symbol for chords in sheet.changes] == ["C", "F", "C"]
    assert [(left.reason, left.bars) for left in sheet.tune.dropped] == [("never reached by the repeats and jumps", 2)]


def test_what_band_in_a_box_copies() -> None:
    text = "[Song]\n[Title Porch Light]\n[Key F]\n[Tempo 140]\n[Form 1-4*3]\n[.sty SWING.STY]\n\n[Chords]\n"
    text += "Gm7 |C7, Bb7 | | / F6 |\n|: Gm7 |C7:|\n[ChordsEnd]\n[SongEnd]\n"
    sheet = parse_lead_sheet(text)
    assert (sheet.title, sheet.key, sheet.tempo) == ("Porch Light", -1, 140.0)
    assert [[chord.symbol for chord in bar] for bar in sheet.changes] == [
        *(["Gm7"], ["C7", "Bb7"], ["Bb7"], ["Bb7", "F6"]),
        *(["Gm7"], ["C7"]) * 2,
    ]
    with pytest.raises(JazzgramError, match=r"^lead sheet:9: chord symbol 'Gm7att'"):
        parse_lead_sheet(text.replace("Gm7 |C7,", "Gm7att |C7,"))
