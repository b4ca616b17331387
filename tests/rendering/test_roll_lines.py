"""Layout of rolls: which bars, notes and changes are in a line."""

from __future__ import annotations

import pytest

from jazzgram import Chord, Meter, Note, Solo
from jazzgram.rendering.roll_lines import roll_lines

BAR = 1920
CHANGES = (Chord((48, 51, 55), 0, 3 * BAR, "Cm"), Chord((53, 57, 60), 3 * BAR, 2 * BAR, "F"))


@pytest.mark.parametrize(
    ("bars", "a_line", "edges", "changes"),
    [
        (5, 4, [(0, 4), (4, 5)], [[(0, "Cm"), (3, "F")], [(4, "F")]]),
        (5, 2, [(0, 2), (2, 4), (4, 5)], [[(0, "Cm")], [(2, "Cm"), (3, "F")], [(4, "F")]]),
        (4, 8, [(0, 4)], [[(0, "Cm"), (3, "F")]]),
        (0, 4, [(0, 0)], [[]]),
    ],
)
def test_a_chord_that_goes_on_is_named_again(
    bars: int, a_line: int, edges: list[tuple[int, int]], changes: list[list[tuple[int, str]]]
) -> None:
    lines = roll_lines(Solo((), CHANGES, bars), (), a_line)
    assert [(line.start / BAR, line.end / BAR) for line in lines] == edges
    assert [[(onset / BAR, symbol) for onset, symbol in line.changes] for line in lines] == changes


def test_every_note_stands_in_one_line() -> None:
    onsets = (-10, 0, 1439, 1440, 3 * 1440, 9 * 1440)  # before the first beat, in the waltz, after its end
    notes = tuple(Note(60, onset, 240) for onset in onsets)
    lines = roll_lines(Solo(notes, (), 3, meter=Meter(3, 4)), notes, 1)
    assert [[note.onset for note in line.notes] for line in lines] == [[-10, 0, 1439], [1440], [4320, 12960]]
