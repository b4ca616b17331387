"""The notation of the tests itself: what the examples in `notation` leave open."""

from __future__ import annotations

import pytest
from notation import LETTERS, as_ticks, changes, chord_chart, chords, even, line, melody, names, tune

from jazzgram import Meter, Note, Rest


@pytest.mark.parametrize(
    ("text", "ticks"),
    [
        ("", []),
        ("C4", [(60, 0, 480)]),
        ("C-1 G9 0 127", [(0, 0, 480), (127, 480, 480), (0, 960, 480), (127, 1440, 480)]),
        ("Cb4 B#3 F#3 Gb3", [(59, 0, 480), (60, 480, 480), (54, 960, 480), (54, 1440, 480)]),
        ("60:2 60:.5 60:1/3 60:1.5", [(60, 0, 960), (60, 960, 240), (60, 1200, 160), (60, 1360, 720)]),
        ("60:qe 60:tx", [(60, 0, 720), (60, 720, 240)]),
        ("-:1 60 r:h 60", [(60, 480, 480), (60, 1920, 480)]),
    ],
)
def test_notes(text: str, ticks: list[tuple[int, int, int]]) -> None:
    assert as_ticks(line(text)) == ticks
    assert as_ticks(line(text, 960)) == [(pitch, onset + 960, duration) for pitch, onset, duration in ticks]


@pytest.mark.parametrize("word", ["H4", "C", "c4", "C4:", ":1", "60:y", "60:1:1", "--"])
def test_what_is_no_note(word: str) -> None:
    with pytest.raises(ValueError, match="is no note or rest"):
        line(word)


def test_letters_are_the_lengths_of_a_bar() -> None:
    assert sorted(LETTERS.values(), reverse=True) == [1920, 960, 480, 320, 240, 160, 120, 80]


def test_rests_stand_in_a_melody_and_leave_a_gap_in_a_line() -> None:
    assert melody("60 r:.5") == (Note(60, 0, 480), Rest(480, 240))
    assert line("60 r:.5") == even([60]) == (Note(60, 0, 480),)
    assert names(melody_notes := line("Bb3 A#3 C4")) == "Bb3 Bb3 C4" and len(melody_notes) == 3


def test_chords_share_the_bar_of_their_meter() -> None:
    waltz = changes("Am7 D7 G7 | C6", Meter(3, 4), start=1440)
    assert [(chord.onset, chord.duration) for chord in waltz] == [(1440, 480), (1920, 480), (2400, 480), (2880, 1440)]
    assert changes("Dm7 G7") == chords("Dm7 G7", 960)
    assert [chord.onset for chord in changes("C6 | | F7")] == [0, 3840]


def test_a_tune_has_the_same_chords_in_every_bar() -> None:
    read = tune("60 r", even([62]), chords=changes("Dm7 G7"), performer="Nobody")
    assert (read.title, read.performer, chord_chart(read.bars)) == ("Tune", "Nobody", "Dm7:2 G7:2 | Dm7:2 G7:2")
    assert [bar.melody for bar in read.bars] == [melody("60 r"), (Note(62, 0, 480),)]
