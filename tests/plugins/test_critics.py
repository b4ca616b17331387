"""What critics prefer, bar by bar: tables of lines and log weights to check by eye."""

from __future__ import annotations

from math import nan
from typing import Any

import pytest
from jazzgram_plugins.critics import (
    cadence,
    contour,
    density,
    future,
    motif,
    novelty,
    outside,
    register,
    rest,
    typical,
    wander,
)
from notation import even

from jazzgram import Bar, Chord, Corpus, JazzgramError, Meter, Note, Position, Tune, parse_terms

COMMON = Meter(4, 4)
C7 = (Chord((60, 64, 67, 70), 0, 1920, "C7"),)


def at(bar: int, bars: int) -> Position:
    return Position(bar, 0, 1920, None, None, bars)


def eighths(*pitches: int) -> tuple[Note, ...]:
    return even(pitches, 240)


UP = eighths(60, 62, 64, 65)
"""C D E F, half a bar: mean 62.75, 1 note a beat, half of the bar silent."""


@pytest.mark.parametrize(
    ("critic", "curve", "arguments", "expected"),
    [
        pytest.param(density, (1, 2), {"meter": COMMON}, [0.0, -8.0], id="one note a beat; two, four deviations more"),
        pytest.param(rest, (0.5, 0.2), {"meter": COMMON}, [0.0, -2.0], id="half silent; two deviations too much"),
        pytest.param(register, (62.75, 66.75), {}, [0.0, -2.0], id="two deviations too low"),
        pytest.param(contour, (3, 9), {"history": (eighths(62),)}, [0.0, -2.0], id="D to F: three; six too little"),
        pytest.param(outside, (0.0, 0.16), {"chords": C7}, [0.0, -2.0], id="all inside; two deviations too little"),
    ],
)
def test_a_curve_is_followed_in_each_half(critic: Any, curve: Any, arguments: dict[str, Any], expected: Any) -> None:
    options = critic.Options(curve=curve)
    found = [critic.score_bar(notes=UP, position=at(bar, 4), options=options, **arguments) for bar in (1, 2)]
    assert found == pytest.approx(expected)
    assert critic.score_bar(notes=UP, position=at(0, 4), options=critic.Options(), **arguments) == 0, "no curve"


def test_a_curve_that_does_not_divide_the_bars_is_refused() -> None:
    with pytest.raises(JazzgramError, match="a curve of 3 values over 4 bars"):
        density.score_bar(UP, COMMON, at(0, 4), density.Options(curve=(1, 2, 1)))


@pytest.mark.parametrize(
    ("last", "bar", "expected"),
    [
        pytest.param((60, 0, 1440), 3, 0.5, id="breaks off in the fourth bar"),
        pytest.param((60, 0, 1440), 7, 1.0, id="and in the eighth"),
        pytest.param((60, 0, 1440), 4, 0.0, id="not in the fifth"),
        pytest.param((60, 0, 1920), 3, 0.0, id="plays on over the barline"),
        pytest.param((64, 0, 960), 11, 1.0, id="closes on the third, on the beat, held"),
        pytest.param((62, 0, 960), 11, 2 / 3, id="on the ninth"),
        pytest.param((62, 240, 240), 11, 0.0, id="on nothing of it"),
    ],
)
def test_cadence(last: tuple[int, int, int], bar: int, expected: float) -> None:
    found = cadence.score_bar((Note(*last),), C7, COMMON, at(bar, 12), cadence.Options())
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("bar", "history", "expected"),
    [
        pytest.param(eighths(65, 67, 69, 70), (UP,), 0.6, id="a fourth higher, as much as a varied one at most"),
        pytest.param(eighths(60, 62, 63, 63), (UP,), 0.5, id="two notes of four"),
        pytest.param(UP, (UP, *((),) * 8), 0.0, id="too long ago"),
        pytest.param((), (UP,), 0.0, id="nothing"),
    ],
)
def test_motif(bar: tuple[Note, ...], history: tuple[tuple[Note, ...], ...], expected: float) -> None:
    assert motif.score_bar(bar, history, motif.Options()) == pytest.approx(expected)


def test_novelty_follows_a_copy_across_the_barline_in_any_key() -> None:
    tune = Tune("Scale", (Bar(eighths(60, 62, 64, 65, 67, 69, 71, 72), ()),))
    options = novelty.Options(tolerated=4, longest=6, weight=1)
    runs = novelty.study_corpus(Corpus((tune,)), options)
    before = (eighths(61, 63, 65, 66),)
    assert novelty.score_bar(eighths(68), before, runs, options) == -1, "a fifth note of the scale"
    assert novelty.score_bar(eighths(68, 70), before, runs, options) == -2
    assert novelty.score_bar(eighths(68, 70, 72), before, runs, options) == -53, "a seventh is too long"
    assert novelty.score_bar(eighths(67), before, runs, options) == 0, "another interval"


def test_given_bars_weigh_what_leads_to_them() -> None:
    terms = parse_terms("60,1.000 62,1.000 64,1.000 65,1.000")
    known = (nan, -1.0, -2.0, -4.0)
    assert future.score_bar(terms, True, known, future.Options(terms=3, weight=2)) == -6
    assert future.score_bar(terms, False, known, future.Options()) == 0


def test_a_line_that_stays_put_is_typical_of_nobody() -> None:
    scale = [eighths(*(60 + (7 * bar + step) % 19 for step in (0, 2, 4, 5, 7, 5, 4))) for bar in range(8)]
    drone = [eighths(*(60,) * 7)] * 8
    weights = [
        typical.score_bar(bars[-1], tuple(bars[:-1]), COMMON, typical.Options()) for bars in (scale, drone, drone[:7])
    ]
    assert weights[0] > -2 and weights[1] < -20 and weights[2] == 0


def test_wander_counts_the_missing_semitones() -> None:
    options = wander.Options(bars=2, range=8, weight=1)
    assert wander.score_bar(UP, (UP,), options) == -3, "a fourth: five of eight"
    assert wander.score_bar(UP, (eighths(72),), options) == 0
    assert wander.score_bar((), ((),), options) == -8
