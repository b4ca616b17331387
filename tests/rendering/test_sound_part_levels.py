"""Levels without rendering: as loud as what is rendered and measured."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from jazzgram import Note
from jazzgram.music.tune import Track
from jazzgram.rendering.sound.bank import bundled_bank
from jazzgram.rendering.sound.levels import HOP, loudness_of, measure_levels, track_powers
from jazzgram.rendering.sound.master import loudness
from jazzgram.rendering.sound.player import RATE, Event, play
from jazzgram.rendering.sound.regions import DRUMS

SCALE = tuple(Note(pitch, 240 * number, 220, 60 + 6 * number) for number, pitch in enumerate((62, 64, 65, 67, 69, 71)))
CASES = {
    "a line of a saxophone": Track("Solo", 66, SCALE),
    "a walking bass": Track("Bass", 32, tuple(Note(36 + 2 * beat, 480 * beat, 460, 90) for beat in range(8))),
    "chords of a piano": Track("Piano", 0, tuple(Note(pitch, 0, 3840, 70) for pitch in (53, 57, 60, 64))),
    "a ride": Track("Drums", 0, tuple(Note(51, 480 * beat, 240, 80) for beat in range(8)), True),
}


@pytest.mark.parametrize("name", CASES)
def test_the_estimate_is_what_is_measured(name: str) -> None:
    track = CASES[name]
    seconds = 5.0
    regions = bundled_bank().regions(DRUMS if track.is_drum else 0, track.program)
    events = [Event(note.onset / 960, note.duration / 960, note.pitch, note.velocity) for note in track.notes]
    measured = loudness(play(events, regions, round(seconds * RATE)).T, RATE)
    assert loudness_of(track_powers(track, 120, round(seconds / HOP))) == pytest.approx(measured, abs=0.8)


def test_ten_times_the_power_is_ten_decibels_and_silence_is_not_counted() -> None:
    powers = np.full(40, 0.01)
    assert loudness_of(powers) == pytest.approx(-20.69, abs=0.01)
    assert loudness_of(10 * powers) == pytest.approx(-10.69, abs=0.01)
    assert loudness_of(np.concatenate([powers, np.zeros(400)])) == pytest.approx(-20.69, abs=0.3)
    for silence in (np.zeros(40), np.zeros(3), np.zeros(0)):
        assert loudness_of(silence) == float("-inf")


def test_twice_the_velocity_is_twelve_decibels_of_a_part_that_does_not_get_brighter() -> None:
    soft, loud = (
        loudness_of(track_powers(Track("Solo", 66, (replace(SCALE[0], velocity=velocity, duration=3840),)), 120, 40))
        for velocity in (63, 126)
    )
    assert 12 < loud - soft < 15


@pytest.mark.slow
def test_the_stored_levels_are_those_of_the_bank() -> None:
    stored = json.loads((bundled_bank().path / "levels.json").read_text(encoding="utf-8"))
    measured = measure_levels(bundled_bank())
    assert stored.keys() == measured.keys()
    for name, regions in measured.items():
        for one, other in zip(stored[name], regions, strict=True):
            for before, now in zip(one, other, strict=True):
                assert before == pytest.approx(now, rel=0.02, abs=1e-8)
