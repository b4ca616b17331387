"""What a line has ahead before bars that are given."""

from __future__ import annotations

from dataclasses import replace

from notation import chord

from jazzgram import Ahead, Labels, Meter, Position, parse_terms
from jazzgram.improvisation.ahead import notes_ahead
from jazzgram.improvisation.guided import _without_labels
from jazzgram.improvisation.line import Decoding, Line

LOCKED = {
    0: parse_terms("60,4.000"),
    3: parse_terms("R,4.000"),
    4: parse_terms("R,1.000 62,3.000"),
    5: parse_terms("64,4.000"),
    8: parse_terms("R,4.000"),
}


def ahead(bar: int, onset: int = 0) -> Ahead | None:
    return notes_ahead(LOCKED, bar, onset, 1920)


def test_the_first_two_notes_that_are_given_are_ahead_of_a_gap() -> None:
    assert ahead(2) == Ahead(62, 2 * 1920 + 480, 64), "past a bar of rest"
    assert ahead(1, 960) == Ahead(62, 3 * 1920 + 480 - 960, 64), "from two bars before"
    assert ahead(0) is ahead(4) is None, "a bar that is given is no gap"
    assert ahead(6) is ahead(7) is None, "a bar of rest has no note, and what follows it is free"
    assert notes_ahead({9: LOCKED[5]}, 6, 0, 1920) is None, "too far"
    assert notes_ahead({9: LOCKED[5]}, 7, 0, 1920) == Ahead(64, 3840), "no second note"
    assert notes_ahead({1: parse_terms("C,4.000")}, 0, 0, 1920) is None, "a term that names no pitch"


def test_a_line_has_it_in_its_positions() -> None:
    changes = tuple((chord("Dm7", 0, 1920),) for _ in range(3))
    line = Line(changes, (0, 3), Meter(), Decoding(), None, {2: parse_terms("62,2.000 65,2.000")})
    (term,) = parse_terms("60,1.000")
    assert line.position.ahead == Ahead(62, 3840, 65)
    line.append(term, 0)
    assert line.position.ahead == Ahead(62, 3840 - 480, 65)
    other = line.copy(None, {1: parse_terms("67,4.000")})
    assert other.position.ahead == Ahead(67, 1440), "a copy with bars of its own"
    assert Line(changes, (0, 3), Meter(), Decoding(), None).position.ahead is None


def test_guidance_weighs_labels_and_leaves_what_is_ahead() -> None:
    position = Position(0, 0, 1920, None, None, labels=Labels("Kidd"), ahead=Ahead(62, 1920))
    assert _without_labels(position) == replace(position, labels=Labels())
