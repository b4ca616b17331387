"""Eighths played long and short, and how a soloist's are measured."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jazzgram import Meter, Note
from jazzgram.music.swing import measured_swing_ratio, swung


@pytest.mark.parametrize(("ratio", "late"), [(1, 240), (2, 320), (3, 360), (1.5, 288)])
def test_the_second_eighth_is_late(ratio: float, late: int) -> None:
    line = (Note(60, 0, 240), Note(62, 240, 240), Note(64, 480, 480))
    assert [(note.onset, note.end) for note in swung(line, Meter(), ratio)] == [(0, late), (late, 480), (480, 960)]


@pytest.mark.parametrize("onset", [0, 120, 160, 320, 360, 480])
def test_triplets_and_sixteenths_stay(onset: int) -> None:
    assert swung((Note(60, onset, 40),), Meter(), 2.0)[0].onset == onset


def test_eighths_of_six_eight_stay_even() -> None:
    line = (Note(60, 240, 240),)
    assert swung(line, Meter(6, 8), 3.0) == line


@pytest.mark.parametrize(("late", "ratio"), [(240, 1.0), (320, 2.0), (360, 3.0), (470, 4.0), (200, 1.0)])
def test_the_ratio_of_a_soloist(late: int, ratio: float) -> None:
    notated = [Note(60, beat * 480 + within, 240) for beat in range(4) for within in (0, 240)]
    played = [Note(60, beat * 480 + within, 240) for beat in range(4) for within in (0, late)]
    assert measured_swing_ratio(played, notated, Meter()) == ratio


def test_a_soloist_that_cannot_be_compared_is_even() -> None:
    note = Note(60, 240, 240)
    assert measured_swing_ratio([note], [], Meter()) == measured_swing_ratio([], [], Meter()) == 1.0
    assert measured_swing_ratio([Note(60, 320, 160)], [note], Meter(12, 8)) == 1.0


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 2000)), max_size=20),
    st.floats(1, 4),
    st.sampled_from(["4/4", "3/4", "7/8"]),
)
def test_swing_keeps_order_and_beats(notes: list[tuple[int, int]], ratio: float, meter: str) -> None:
    line = tuple(Note(60, onset, length) for onset, length in sorted(notes))
    played = swung(line, Meter.parse(meter), ratio)
    assert [note.onset for note in played] == sorted(note.onset for note in played)
    assert all(note.duration > 0 for note in played) and len(played) == len(line)
    assert {note.onset for note in line if note.onset % 480 == 0} <= {note.onset for note in played}
