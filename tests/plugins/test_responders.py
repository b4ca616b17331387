"""What responders answer to a bar or two, as tables to check by eye."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from jazzgram_plugins.pruners import instrument_range
from jazzgram_plugins.responders import accompany_only, chop, contrast, rectify, repeat, transform, vary
from notation import even

from jazzgram import Chord, Meter, Note, parse_terms

COMMON = Meter(4, 4)
C = (Chord((60, 64, 67), 0, 1920, "C"),)
DM7 = (Chord((50, 53, 57, 60), 0, 1920, "Dm7"),)
NO_CHORD = (Chord((), 0, 1920, "NC"),)


def quarters(*pitches: int) -> tuple[Note, ...]:
    return even(pitches)


def pitches(bars: Any) -> list[list[int]]:
    return [[note.pitch for note in bar] for bar in bars]


@pytest.mark.parametrize(
    ("options", "played", "expected"),
    [
        pytest.param({"way": "invert"}, [(67, 65, 64)], [[67, 67, 72]], id="around G: G A Bb, fitted to C"),
        pytest.param({"way": "retrograde"}, [(60, 64), (67, 72)], [[72, 67], [64, 60]], id="bars backwards, too"),
        pytest.param({"way": "sequence", "semitones": 4}, [(60,), (60,)], [[60], [64]], id="a third up in the second"),
        pytest.param({"way": "sequence", "semitones": 12}, [(84,), (84,)], [[84], [84]], id="an octave down again"),
        pytest.param({"way": "invert"}, [()], [[]], id="nothing played"),
    ],
)
def test_transform(options: dict[str, Any], played: list[tuple[int, ...]], expected: list[list[int]]) -> None:
    bars = tuple(quarters(*bar) for bar in played)
    answer = transform.respond(bars, (C,) * len(bars), COMMON, transform.Options(**options))
    assert pitches(answer) == expected


@pytest.mark.parametrize("way", ["invert", "retrograde", "sequence"])
def test_a_note_that_moves_loses_its_spelling(way: Any) -> None:
    flat = (Note(63, 0, 480, spelling="E-"), Note(66, 480, 480, spelling="G-"))
    answer = transform.respond((flat, flat), (NO_CHORD,) * 2, COMMON, transform.Options(way=way))
    names = {(note.pitch % 12, note.spelling) for bar in answer for note in bar if note.spelling}
    assert names <= {(3, "E-"), (6, "G-")}


def test_variations_stay_on_the_keyboard_and_fill_the_same_time() -> None:
    edges = (Note(127, 0, 480, spelling="G"), Note(0, 480, 240, spelling="C"), Note(127, 720, 240))
    for seed in range(40):
        (bar,) = vary.respond((edges,), (NO_CHORD,), COMMON, vary.Options(degree=1), Random(seed))
        assert all(0 <= note.pitch <= 127 for note in bar)
        assert {note.spelling for note in bar if note.pitch % 12 not in (0, 7)} <= {None}
        assert [(note.onset, note.duration) for note in bar][:2] == [(0, 240), (240, 240)], "the quarter is split"


def test_the_degree_is_the_share_that_is_varied() -> None:
    bar = (quarters(60, 62, 64, 65),)
    answers = [
        [
            len(vary.respond(bar, (NO_CHORD,), COMMON, vary.Options(degree=degree), Random(seed))[0])
            for seed in range(50)
        ]
        for degree in (0.0, 0.5, 1.0)
    ]
    assert [sum(counts) / 50 for counts in answers] == [4.0, pytest.approx(6, abs=0.6), 8.0]


@pytest.mark.parametrize(
    ("played", "chords", "expected"),
    [
        pytest.param((61,), C, [60], id="C sharp on one goes to C"),
        pytest.param((64, 66), DM7, [65, 65], id="E and F sharp to F"),
        pytest.param((61,), NO_CHORD, [61], id="without a chord it stays"),
    ],
)
def test_rectify(played: tuple[int, ...], chords: tuple[Chord, ...], expected: list[int]) -> None:
    assert pitches(rectify.respond((quarters(*played),), (chords,), COMMON)) == [expected]


def test_off_the_beat_a_scale_tone_stays() -> None:
    assert pitches(rectify.respond(((Note(62, 240, 240),),), (C,), COMMON)) == [[62]]


def test_a_longer_turn_begins_again_and_a_shorter_one_stops() -> None:
    one, two = quarters(60), quarters(62)
    assert repeat.respond((one, two), (C,) * 3) == (one, two, one)
    assert repeat.respond((one, two), (C,)) == (one,)
    assert repeat.respond((), (C,) * 2) == ((), ())
    assert accompany_only.respond((C,) * 2) == ((), ())


def test_fragments_are_joined_where_they_are_near() -> None:
    low, high = quarters(48, 50, 48, 50), quarters(84, 86, 84, 86)
    history = (*(low,) * 3, *(high,) * 3)
    for seed in range(10):
        answer = chop.respond(history, (NO_CHORD,) * 2, COMMON, Random(seed))
        assert {note.pitch for bar in answer for note in bar} == {84, 86}, "the last bars were high"
    assert chop.respond(((),), (C,), COMMON, Random(1)) == ((),)


@pytest.mark.parametrize(
    ("played", "model", "expected"),
    [
        pytest.param([72] * 8, "72,0.500 74,0.500 76,3.000", "60,1.000 64,3.000", id="busy and high"),
        pytest.param([72], "72,0.500 74,0.500 76,3.000", "60,0.500 62,0.500 64,3.000", id="sparse and high"),
        pytest.param([50], "72,4.000", "72,4.000", id="low, and the model high already"),
        pytest.param([50], "60,4.000", "72,4.000", id="low, as the model is"),
        pytest.param([72] * 8, "R,1.000 C,3.000", "R,1.000 C,3.000", id="a rest stays, and what names no pitch"),
        pytest.param([], "72,4.000", "72,4.000", id="nothing played"),
    ],
)
def test_contrast(played: list[int], model: str, expected: str) -> None:
    answer = contrast.respond((even(played, 240),), COMMON, lambda: (parse_terms(model),), contrast.Options())
    assert " ".join(map(str, answer[0])) == expected


def test_octaves_bring_a_note_into_range_with_its_name() -> None:
    low = Note(39, 0, 480, spelling="E-")
    (moved,) = instrument_range.prune_notes((low,), instrument_range.Options(instrument="tenor sax"))
    assert (moved.pitch, moved.spelling) == (51, "E-")
