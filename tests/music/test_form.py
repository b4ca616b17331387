"""Where the sections of tunes begin, and what a lead sheet has there."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from jazzgram_plugins.writers import musicxml
from notation import chords, line

from jazzgram import Meter, Note, Solo
from jazzgram.music.form import Form, sections

A = "Bbmaj7 Gm7 Cm7 F7 Dm7 G7 Cm7 F7"
A_LAST = "Bbmaj7 Gm7 Cm7 F7 Dm7 G7 Bb6 Bb6"
B = "D7 D7 G7 G7 C7 C7 F7 F7"
BLUES = "F7 Bb7 F7 F7 Bb7 Bb7 F7 D7 Gm7 C7 F7 C7"
TWENTY = " ".join(f"{root}7" for root in "CFDGEABCDEFGABCDAGFE")


@pytest.mark.parametrize(
    ("text", "bars", "form"),
    [
        (f"{A} {A_LAST} {B} {A_LAST}", 32, "1A 9A 17B 25A"),
        (f"{A} {A_LAST} {B} {A_LAST} " * 2, 64, "1A 9A 17B 25A 33A 41A 49B 57A"),
        (BLUES, 12, ""),
        (f"{BLUES} {BLUES}", 24, "1A 13A"),
        (f"{BLUES} {BLUES} {BLUES}", 36, "1A 13A 25A"),
        (f"{A} {B}", 16, "1A 9B"),
        (f"{A} {B} F7", 17, "1A 9B"),
        (TWENTY, 20, "1A 9B"),
        (A, 8, ""),
        ("C7", 4, ""),
        ("", 32, ""),
        ("NC " * 32, 32, ""),
    ],
)
def test_sections(text: str, bars: int, form: str) -> None:
    assert " ".join(f"{bar + 1}{letter}" for bar, letter in sections(chords(text), Meter(), bars)) == form


def test_a_form_counts_its_choruses() -> None:
    form = Form.of(chords(f"{BLUES} {BLUES}"), Meter(), 24)
    assert [(section.bar, section.bars, section.letter, section.chorus) for section in form.sections] == [
        (0, 12, "A", 1),
        (12, 12, "A", 2),
    ]
    assert (form.bars, form.final, form.at(11).chorus, form.at(12).chorus) == (24, None, 1, 2)


def test_a_waltz_has_sections_too() -> None:
    waltz = Meter(3, 4)
    assert sections(chords(f"{A} {B}", waltz.bar), waltz, 16) == ((0, "A"), (8, "B"))


def page(solo: Solo, folder: Path) -> list[ElementTree.Element]:
    (path,) = musicxml.write_solo(solo, folder)
    return ElementTree.parse(path).findall(".//measure")


def lines(measures: list[ElementTree.Element]) -> list[str | None]:
    return [measure.get("number") for measure in measures if measure.find("print[@new-system='yes']") is not None]


def test_a_chorus_has_its_mark_a_double_bar_before_it_and_a_line_of_its_own(tmp_path: Path) -> None:
    ten = "F7 Bb7 F7 F7 Bb7 Bb7 F7 D7 Gm7 C7"
    measures = page(Solo((), chords(f"{ten} {ten}"), 20), tmp_path)
    marks = {measure.get("number"): measure.findtext(".//rehearsal") for measure in measures}
    assert {number: mark for number, mark in marks.items() if mark} == {"1": "1st chorus", "11": "2nd chorus"}
    assert lines(measures) == ["5", "9", "11", "15", "19"]
    bars = {measure.get("number"): measure.findtext("barline/bar-style") for measure in measures}
    assert {number: style for number, style in bars.items() if style} == {"10": "light-light", "20": "light-heavy"}


def test_a_page_of_sixteenths_has_two_bars_a_line(tmp_path: Path) -> None:
    sixteenths = tuple(Note(60 + step % 12, step * 120, 120) for step in range(16 * 8))
    assert lines(page(Solo(sixteenths, chords("C7 " * 8), 8), tmp_path)) == ["3", "5", "7"]
    eighths = tuple(Note(60 + step % 12, step * 240, 240) for step in range(8 * 8))
    assert lines(page(Solo(eighths, chords("C7 " * 8), 8), tmp_path)) == ["5"]


EVEN = tuple(Note(60 + step, step * 240, 240) for step in range(8))
SWUNG = tuple(
    Note(note.pitch, note.onset + (80 if note.onset % 480 else 0), 160 if note.onset % 480 else 320) for note in EVEN
)


@pytest.mark.parametrize(("notes", "swings"), [(SWUNG, True), (EVEN, False), ((), False)])
def test_swing_is_said_where_it_is_played(notes: tuple[Note, ...], swings: bool, tmp_path: Path) -> None:
    (bar,) = page(Solo(notes, chords("C7"), 1, notated=EVEN if notes else ()), tmp_path)
    (tempo,) = [
        direction for direction in bar.iter("direction") if direction.find("direction-type/metronome") is not None
    ]
    assert [(words.text or "").strip() for words in tempo.iter("words")] == (["Swing"] if swings else [])


@pytest.mark.parametrize(
    ("rhythm", "beams"),
    [
        # Letters of a beam: begin, continue, end. Four eighths in a half of the bar share one.
        ("eeee eeee", "bcce bcce"),
        ("eeee qq", "bcce .."),
        ("eeq eeq", "be. be."),
        ("eqe eeee", "... bcce"),
        ("ttt ee eeee", "bce be bcce"),
        ("ee ssss eeee", "be bcce bcce"),
    ],
)
def test_beams(rhythm: str, beams: str, tmp_path: Path) -> None:
    letters = enumerate(rhythm.replace(" ", ""), 60)
    (bar,) = page(Solo(line(" ".join(f"{pitch}:{letter}" for pitch, letter in letters)), (), 1), tmp_path)
    found = [note.findtext("beam") or "." for note in bar.iter("note")]
    assert "".join(beam[0] for beam in found) == beams.replace(" ", "")
