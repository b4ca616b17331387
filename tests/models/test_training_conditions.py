"""The conditions of a position: checked by eye, and the same from a tune's columns as from its positions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from jazzgram import Chord, Position, TokenTune
from jazzgram.models import Condition, PositionColumns, chord_features, condition_size, conditions

EVERYTHING: tuple[Condition, ...] = ("chord", "next_chord", "position", "form")
D_MINOR = Chord((62, 65, 69, 72), 0, 0, "Dm7")
G_SEVEN = Chord((55, 59, 62, 65), 0, 0, "G7")


def encoded(name: Condition, position: Position) -> dict[int, float]:
    """Return the inputs of one condition that are not 0, by their index."""
    row = conditions((name,), PositionColumns.of_positions([position]))[0]
    assert row.shape == (condition_size((name,)),) and row.dtype == np.float32
    return {number: round(float(value), 3) for number, value in enumerate(row) if value}


@pytest.mark.parametrize(
    ("chord", "classes", "root"),
    [
        (D_MINOR, {0, 2, 5, 9}, 2),
        (Chord((64, 67, 72), 0, 0, "C/E"), {0, 4, 7}, 0),  # the symbol's root, not the bass
        (Chord((64, 67, 72), 0, 0), {0, 4, 7}, 4),  # without a symbol the lowest pitch
        (Chord((70, 74, 77), 0, 0, "Bb"), {2, 5, 10}, 10),
    ],
)
def test_a_chord_is_encoded_by_its_tones_and_its_root(chord: Chord, classes: set[int], root: int) -> None:
    position = Position(0, 0, 1920, chord, None)
    assert encoded("chord", position) == dict.fromkeys([*sorted(classes), 12 + root], 1.0)
    assert encoded("next_chord", position) == {}


def test_no_chord_is_all_zeros() -> None:
    assert chord_features(Chord((), 0, 0, "NC")) == (0.0,) * 24
    assert encoded("chord", Position(0, 0, 1920, None, None)) == {}


@pytest.mark.parametrize(
    ("until", "times"), [(1920, {24: 1.0, 25: 1.0}), (480, {24: 0.25, 25: 1.0}), (120, {24: 0.062, 25: 0.25})]
)
def test_the_next_chord_comes_nearer(until: int, times: dict[int, float]) -> None:
    chord = dict.fromkeys((2, 5, 7, 11, 12 + 7), 1.0)
    assert encoded("next_chord", Position(0, 0, 1920, D_MINOR, G_SEVEN, until=until)) == chord | times


@pytest.mark.parametrize(
    ("onset", "remaining", "expected"),
    [
        (0, 1920, {0: 1.0, 8: 1.0, 20 + 3: 1.0, 28: 1.0, 29: 1.0}),  # the one; four quarters left
        (480 + 240, 1200, {1: 1.0, 8 + 6: 1.0, 20 + 2: 1.0, 28: 0.625, 29: 1.0}),  # the and of two
        (1440 + 320, 160, {3: 1.0, 8 + 8: 1.0, 20: 1.0, 28: 0.083, 29: 0.333}),  # the last triplet of four
        (9 * 480, 0, {7: 1.0, 8: 1.0, 20: 1.0}),  # beyond what is counted, in an overfull bar
    ],
)
def test_the_place_in_the_bar(onset: int, remaining: int, expected: dict[int, float]) -> None:
    assert encoded("position", Position(0, onset, remaining, None, None)) == expected


@pytest.mark.parametrize(
    ("bar", "bars", "expected"),
    [
        (0, 32, {0: 1.0, 4: 1.0}),
        (13, 32, {1: 1.0, 4 + 5: 1.0, 12: 0.406}),
        (8, 0, {0: 1.0, 4: 1.0}),  # nobody knows how long it will be
        (40, 32, {0: 1.0, 4: 1.0, 12: 1.0}),
    ],
)
def test_the_place_in_the_form(bar: int, bars: int, expected: dict[int, float]) -> None:
    assert encoded("form", Position(bar, 0, 1920, None, None, bars)) == expected


def tune(chords: tuple[Chord, ...], seed: int) -> TokenTune:
    """Make up a tune of 20 terms with places of every kind."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Any] = {
        name: rng.integers(*span, 20).astype(np.int32)
        for name, span in {
            "bar": (0, 12),
            "onset": (0, 2400),
            "remaining": (-480, 1920),
            "until": (0, 4320),
            "chord": (-1, len(chords)),
            "next_chord": (-1, len(chords)),
        }.items()
    }
    return TokenTune(np.zeros(20, np.int64), **columns, chords=chords, bars=12 * seed)


def test_training_hears_what_stepping_hears() -> None:
    shared, other = (D_MINOR, Chord((), 0, 0, "NC"), G_SEVEN), (G_SEVEN,)
    tunes = [tune(shared, 0), tune(shared, 1), tune(other, 2), tune((), 3)]
    trained = conditions(EVERYTHING, PositionColumns.of_tunes(tunes))
    stepped = PositionColumns.of_positions([one.position(number) for one in tunes for number in range(len(one))])
    assert trained.shape == (80, condition_size(EVERYTHING))
    assert (trained == conditions(EVERYTHING, stepped)).all()
    rows = np.array([[3, 70], [41, -1]])
    assert (conditions(EVERYTHING, PositionColumns.of_tunes(tunes).take(rows)) == trained[rows]).all()


def test_who_does_not_listen_hears_nothing() -> None:
    assert conditions((), PositionColumns.of_positions([Position(0, 0, 1920, None, None)])).shape == (1, 0)
