"""Which chord sounds at an onset."""

from __future__ import annotations

import pytest

from jazzgram.music.chord import Chord, chord_at

CHANGES = (Chord((0,), 480, 480), Chord((2,), 960, 480), Chord((4,), 960, 960), Chord((5,), 2400, 480))


@pytest.mark.parametrize(
    ("onset", "expected"),
    [
        pytest.param(-1, 0, id="before all chords the first one counts"),
        pytest.param(0, 0, id="at the start as well"),
        pytest.param(480, 0, id="a chord begins at its onset"),
        pytest.param(959, 0, id="and lasts until the next"),
        pytest.param(960, 2, id="of two that begin together the last"),
        pytest.param(2000, 2, id="in a gap the one before"),
        pytest.param(9999, 3, id="after all the last"),
    ],
)
def test_the_sounding_chord_is_the_last_that_began(onset: int, expected: int) -> None:
    assert chord_at(CHANGES, onset) is CHANGES[expected]


def test_where_there_is_no_chord_none_sounds() -> None:
    assert chord_at((), 0) is None
