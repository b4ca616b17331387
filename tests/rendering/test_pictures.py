"""Piano rolls: the category of a note over its chord, and the lines of a solo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from jazzgram_plugins.writers.png import Options as PngOptions
from jazzgram_plugins.writers.png import write_solo as write_png
from jazzgram_plugins.writers.text import Options as TextOptions
from jazzgram_plugins.writers.text import write_solo as write_text

from jazzgram import Chord, Meter, Note, Solo
from jazzgram.rendering.colours import category
from jazzgram.rendering.piano_roll import roll_figure

CM7 = Chord((60, 63, 67, 70), 0, 1920, "Cm7")
F7 = Chord((53, 57, 60, 63), 1920, 1920, "F7")
NC = Chord((), 3840, 1920, "NC")
LINE = (Note(63, 0, 480), Note(62, 480, 240), Note(61, 720, 240), Note(69, 1920, 960), Note(60, 3840, 480))
SOLO = Solo(LINE, (CM7, F7, NC), 6, title="Low <Tide>")


def test_what_a_note_is_against_its_chord() -> None:
    # Eb over Cm7, D and Db over Cm7 (Dorian), A over F7, C over nothing.
    expected = ["chord tone", "tension", "outside", "chord tone", "no chord"]
    assert [category(note, SOLO.chords) for note in LINE] == expected


def test_without_any_chord_nothing_is_outside() -> None:
    assert category(Note(61, 0, 240), ()) == "no chord"


def test_four_bars_a_line_with_the_changes_above() -> None:
    first, second = roll_figure(SOLO).axes
    assert first.get_xlim() == (0, 4 * 1920)
    assert second.get_xlim() == (4 * 1920, 8 * 1920)
    words = [text.get_text() for text in first.texts]
    assert [word for word in words if not word.isdecimal()] == ["Cm7", "F7", "NC"]
    assert [word for word in words if word.isdecimal()] == ["1", "2", "3", "4"]
    # The last chord is over before the second line: it has no changes above.
    assert [text.get_text() for text in second.texts] == ["5", "6"]


def test_a_chord_that_goes_on_is_shown_again_in_the_next_line() -> None:
    long = Solo((), (Chord((60, 64, 67), 0, 5 * 1920, "C"),), 5)
    assert [[text.get_text() for text in axes.texts if text.get_text() == "C"] for axes in roll_figure(long).axes] == [
        ["C"],
        ["C"],
    ]


@pytest.mark.parametrize(
    "solo",
    [
        Solo((), (), 1),
        Solo((Note(127, 0, 0),), (), 1),
        Solo((Note(0, -40, 240),), (CM7,), 2, meter=Meter(3, 4)),
        Solo((Note(60, 0, 240), Note(100, 0, 9000)), (CM7,), 1, meter=Meter(7, 8)),
    ],
    ids=["silence", "no length", "before the first beat", "beyond the end"],
)
def test_odd_solos_are_drawn(solo: Solo, tmp_path: Path) -> None:
    (png,) = write_png(solo, tmp_path, PngOptions(dpi=40))
    assert png.read_bytes().startswith(b"\x89PNG")
    (text,) = write_text(solo, tmp_path, TextOptions())
    assert text.read_text(encoding="utf-8").startswith("Solo, 120 quarter notes a minute")


def test_text_stands_in_lines_of_bars(tmp_path: Path) -> None:
    (path,) = write_text(SOLO, tmp_path, TextOptions(bars=2))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[2] == "   1  Cm7              F7"
    assert lines[3] == "A4   │················│●━━━━━━━········│"
    assert lines[-2:] == ["   5", "      (silence)"]


def test_a_triplet_needs_three_columns_a_beat(tmp_path: Path) -> None:
    triplet = Solo(tuple(Note(60 + third, 160 * third, 160) for third in range(3)), (), 1)
    (path,) = write_text(triplet, tmp_path, TextOptions(columns=3))
    assert path.read_text(encoding="utf-8").splitlines()[3:6] == [
        "D4   │··●·········│",
        "C#4  │·●··········│",
        "C4   │●···········│",
    ]


def test_rows_are_named_as_the_chords_spell_them(tmp_path: Path) -> None:
    chords = (Chord((57, 61, 64, 67), 0, 1920, "A7"), Chord((51, 55, 58, 61), 1920, 1920, "Eb7"))
    solo = Solo((Note(61, 0, 480), Note(64, 480, 480), Note(61, 1920, 480), Note(58, 2400, 480)), chords, 2)
    for key, unplayed in ((0, "Eb4"), (4, "D#4")):
        (path,) = write_text(replace(solo, key=key), tmp_path, TextOptions(bars=1))
        names = [line[:5].strip() for line in path.read_text(encoding="utf-8").splitlines() if "│" in line]
        assert names == ["E4", unplayed, "D4", "C#4", "Db4", "C4", "B3", "Bb3"]


def test_a_notebook_shows_the_roll() -> None:
    shown = SOLO._repr_html_()
    assert "Low &lt;Tide&gt;: 5 notes over 6 bars" in shown
    assert "data:image/png;base64,iVBOR" in shown
