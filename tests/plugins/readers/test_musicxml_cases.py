"""MusicXML files that were once misread, with the right chords of each bar (and beats from 0) and what is left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from jazzgram_plugins.readers import musicxml

from jazzgram import Note, Tune

CASES = {
    "01_first_ending_bracket_short.musicxml": "C | F | G | C | A | D",
    "02_endings_1_and_3.musicxml": "C | F | C | G",
    "03_endings_2_and_2.musicxml": "C | F | C | G",
    "04_brackets_without_repeat_sign.musicxml": "C | F | C | G",
    "05_two_chords_on_one_note.musicxml": "Cmaj7 Am7@2 | F",
    "06_container_apostrophe.mxl": "C | F",
    "07_kind_empty.musicxml": "G | F",
    "08_slash_chart.musicxml": "Dm7 | G7 | Cmaj7 | A7",
    "09_rest_chart.musicxml": "Dm7 | G7 | Cmaj7 | A7",
    "10_ds_in_words_only.musicxml": "C | F | G",
    "11_declares_utf16_is_utf8.musicxml": "C | F",
    "12_mxl_without_container.mxl": "C | F",
    "13_measure_repeat.musicxml": "C | C | G",
    "38_meter_2_64.musicxml": "C | G",
}
LEFT_OUT = {
    "10_ds_in_words_only.musicxml": "'D.S. al Fine' is not obeyed: there is no Fine before it",
    "38_meter_2_64.musicxml": "a measure that cannot be read (measure 2: not a meter: 2/64)",
}


@pytest.mark.parametrize("name", CASES)
def test_case(shared: Path, name: str) -> None:
    tune: Tune
    (tune,) = musicxml.read_corpus(shared / "cases" / name, musicxml.Options()).tunes
    assert CASES[name] == " | ".join(
        " ".join(chord.symbol + (f"@{chord.onset // 480}" if chord.onset else "") for chord in bar.chords)
        for bar in tune.bars
    )
    assert [left_out.reason for left_out in tune.dropped] == ([LEFT_OUT[name]] if name in LEFT_OUT else [])
    notes = [sum(isinstance(event, Note) for event in bar.melody) for bar in tune.bars]
    charts = ("08_slash_chart.musicxml", "09_rest_chart.musicxml")
    expected = [0] * 4 if name in charts else [4, 4, 1] if name.startswith("13") else [1] * len(tune.bars)
    assert notes == expected
