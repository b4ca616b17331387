"""The nine features, densities and overlaps, against values worked out by hand."""

from __future__ import annotations

from math import exp, isnan, pi, sqrt

import numpy as np
import pytest
from notation import even

from jazzgram import Note, Solo
from jazzgram.evaluation.distribution import SOLO_FEATURES, Grid, bandwidth, compare, solo_features
from jazzgram.music.arrays import Floats

BLUES = Solo(
    (Note(60, 0, 240), Note(63, 240, 240), Note(60, 480, 960), Note(72, 1920, 160), Note(60, 2080, 320)), (), 2
)


def test_features_of_five_notes() -> None:
    found = solo_features(BLUES)
    assert tuple(found) == SOLO_FEATURES
    assert [float(found[name]) for name in ("used_pitches", "used_notes", "range")] == [3, 5, 12]
    assert found["ioi"] == pytest.approx(2080 / 480 / 4)
    assert found["pitch_shift"] == pytest.approx((3 + 3 + 12 + 12) / 4)
    # Eighths, a half, an eighth triplet, a quarter triplet.
    assert found["note_lengths"].tolist() == pytest.approx([0, 1 / 5, 0, 2 / 5, 0, 0, 0, 0, 0, 0, 1 / 5, 1 / 5])
    # C sounds for 240 + 960 + 160 + 320 of 1920 ticks, E flat for 240.
    assert found["pitch_classes"].tolist() == pytest.approx([7 / 8, 0, 0, 1 / 8] + [0] * 8)
    classes = found["pitch_class_transitions"]
    assert (classes[0, 3], classes[3, 0], classes[0, 0], classes.sum()) == (1, 1, 2, 4)
    lengths = found["length_transitions"]
    assert (lengths[3, 3], lengths[3, 1], lengths[1, 11], lengths[11, 10], lengths.sum()) == (1, 1, 1, 1, 4)


def test_features_of_what_is_written_and_of_silence() -> None:
    swung = Solo((Note(60, 0, 320), Note(62, 320, 160)), (), 1, notated=(Note(60, 0, 240), Note(62, 240, 240)))
    assert solo_features(swung)["ioi"] == 0.5
    assert all(not values.any() for values in solo_features(Solo((), (), 4)).values())


def test_a_density_is_the_mean_of_bells_of_scotts_width() -> None:
    sample = np.array([0.0, 2.0])  # deviation sqrt(2), two values
    width = sqrt(2) * 2**-0.2
    assert bandwidth(sqrt(2), 2) == pytest.approx(width)
    grid = Grid.over(sample)
    density = grid.density(np.bincount(grid.cells(sample), minlength=1024).astype(float))

    def bell(distance: float) -> float:
        return exp(-0.5 * (distance / width) ** 2) / (width * sqrt(2 * pi))

    assert np.interp(1, grid.points, density) == pytest.approx(bell(1), rel=5e-3)
    assert np.interp(0, grid.points, density) == pytest.approx((bell(0) + bell(2)) / 2, rel=5e-3)
    assert density.sum() * grid.step == pytest.approx(1)


def solo(*pitches: int) -> dict[str, Floats]:
    return solo_features(Solo(even(pitches), (), 4))


def test_solos_made_as_the_real_ones_overlap_with_them() -> None:
    rng = np.random.default_rng(3)
    real, alike = ([solo(*rng.integers(55, 80, 12).tolist()) for _ in range(60)] for _ in range(2))
    found = compare(alike, real, resamples=20)
    assert found["range"].overlapping_area > 0.9
    assert found["pitch_shift"].overlapping_area > 0.9
    assert found["pitch_shift"].kl < 0.05
    assert found["pitch_shift"].low <= found["pitch_shift"].overlapping_area <= found["pitch_shift"].high + 0.05


def test_solos_far_away_do_not_whatever_the_range_of_each_set() -> None:
    # Each set varies by one or two semitones, 24 apart: on two grids their densities would look the same.
    real = [solo(60, 60 + n % 3) for n in range(20)]
    far = [solo(60, 84 + n % 3) for n in range(20)]
    found = compare(far, real, resamples=5)["pitch_shift"]
    assert found.overlapping_area < 0.01
    assert found.kl > 5


def test_a_seed_gives_one_interval() -> None:
    real, made = [solo(60, 60 + n) for n in range(12)], [solo(60, 62 + n) for n in range(6)]
    assert compare(made, real, resamples=10, seed=4) == compare(made, real, resamples=10, seed=4)
    assert isnan(compare(made, real, resamples=0)["range"].low)


def test_too_few_solos_have_no_distribution() -> None:
    blues = solo_features(BLUES)
    assert all(isnan(overlap.overlapping_area) for overlap in compare([], [blues] * 5).values())
    assert all(isnan(overlap.overlapping_area) for overlap in compare([blues], [blues] * 2).values())


def test_equal_solos_overlap_wholly() -> None:
    blues = solo_features(BLUES)
    assert compare([blues], [blues] * 4, resamples=0)["range"].overlapping_area == pytest.approx(1)
