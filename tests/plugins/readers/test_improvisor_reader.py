"""Impro-Visor's lead sheets: chords in capitals, notes in small letters, a chorus for each part of melody."""

from __future__ import annotations

from pathlib import Path

import pytest
from jazzgram_plugins.readers import improvisor

from jazzgram import JazzgramError, Tune

HEAD = "(title Porch Light)\n(composer Nobody)\n(meter 3 4)\n(key 2)\n(tempo 90.0)\n(style waltz (swing 0.67))\n"
CHORDS = "(part\n  (type chords)\n  (key 2)\n)\n(section (style waltz))\nD6 / A7 | / | NC Em9 A13b9 |\n"
MELODY = "(part\n    (type melody)\n    (title Chorus 1)\n    (stave treble)\n)\n"


def read(text: str, folder: Path) -> Tune:
    file = folder / "sheet.ls"
    file.write_text(text)
    (tune,) = improvisor.read_corpus(file).tunes
    assert isinstance(tune, Tune)
    return tune


def line(tune: Tune) -> list[tuple[int, int, int, int]]:
    return [
        (number, note.pitch, note.onset, note.duration) for number, bar in enumerate(tune.bars) for note in bar.notes
    ]


def test_a_sheet(tmp_path: Path) -> None:
    tune = read(HEAD + CHORDS + MELODY + "d4 f#8/3 a8/3 d+8/3 r4 \n bb-2. c++4.", tmp_path)
    assert (tune.title, tune.key, tune.tempo, tune.style) == ("Porch Light", 2, 90.0, "waltz")
    assert [[(chord.symbol, chord.onset) for chord in bar.chords] for bar in tune.bars] == [
        [("D6", 0), ("A7", 960)],
        [("A7", 0)],
        [("NC", 0), ("Em9", 480), ("A13b9", 960)],
    ]
    assert line(tune) == [
        *((0, 62, 0, 480), (0, 66, 480, 160), (0, 69, 640, 160), (0, 74, 800, 160)),
        *((1, 58, 0, 1440), (2, 84, 0, 720)),
    ]
    assert [note.spelling for note in tune.bars[1].notes] == ["B-"]
    assert tune.dropped == ()


def test_each_melody_is_a_chorus(tmp_path: Path) -> None:
    tune = read(HEAD + CHORDS + MELODY + "d4" + MELODY + "r2. f#4", tmp_path)
    assert len(tune.bars) == 6
    assert line(tune) == [(0, 62, 0, 480), (4, 66, 0, 480)]
    assert [bar.chords for bar in tune.bars[:3]] == [bar.chords for bar in tune.bars[3:]]


def test_without_notes_it_is_a_chart(tmp_path: Path) -> None:
    for melody in ("", MELODY + "r1+1+1", MELODY + "+".join(["r1", *["1"] * 200])):
        tune = read(HEAD + CHORDS + melody, tmp_path)
        assert (len(tune.bars), line(tune)) == (3, [])


def test_what_is_left_out_is_reported(tmp_path: Path) -> None:
    tune = read("C | Gphryg | F13_ | (part (type melody)) c1+1+1 d4 e4 Xx", tmp_path)
    assert [(left.reason, left.notes, left.chords) for left in tune.dropped] == [
        ("a chord symbol that is not understood, read as no chord: 'Gphryg'", 0, 1),
        ("a word that is neither a chord nor a note: 'Xx'", 0, 0),
        ("after the last chord of its chorus", 2, 0),
    ]
    assert [bar.chords[0].symbol for bar in tune.bars] == ["C", "NC", "F13"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "sheet.ls: it has no chords (expected bars such as Dm7 G7 | CM7 | /)"),
        ("(title Only", "sheet.ls:1: a '(' that is never closed"),
        ("C |\n)", "sheet.ls:2: a ')' too many"),
        ("C |\nc0", "sheet.ls:2: not a duration: '0'"),
        ("C |\nc" + "+" * 9 + "4", "sheet.ls:2: 'c+++++++++4' is outside MIDI's range"),
        ("(meter 4 5) C |", "sheet.ls: "),
    ],
)
def test_what_is_refused(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(JazzgramError) as error:
        read(text, tmp_path)
    assert message in str(error.value) and "\n" not in str(error.value)
