"""The bundled instruments: in tune, of one loudness, without clicks in their loops, and small."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from jazzgram import JazzgramError, Note, Track
from jazzgram.rendering.sound.bank import SoundBank, bundled_bank
from jazzgram.rendering.sound.master import loudness
from jazzgram.rendering.sound.page import page_bank
from jazzgram.rendering.sound.player import RATE, Event, play
from jazzgram.rendering.sound.regions import DRUMS

INSTRUMENTS = {
    "piano": (0, 33, 96),
    "bass": (32, 28, 60),
    "guitar": (26, 40, 84),
    "vibraphone": (11, 53, 89),
    "soprano_sax": (64, 56, 88),
    "alto_sax": (65, 49, 81),
    "tenor_sax": (66, 44, 76),
    "clarinet": (71, 50, 90),
    "flute": (73, 60, 94),
    "trumpet": (56, 54, 84),
    "trombone": (57, 40, 72),
}
"""Program, and the lowest and highest key that are played in jazz."""


def cents(sound: np.ndarray, pitch: int) -> int:
    """Find by how much a note is sharp: where its first three harmonics are strongest."""
    size = 1 << 19
    spectrum = np.log(np.abs(np.fft.rfft(sound * np.hanning(len(sound)), size)) + 1e-9)
    first = 440 * 2 ** ((pitch - 69) / 12) * size / RATE
    scores = [sum(spectrum[round(first * k * 2 ** (off / 1200))] for k in (1, 2, 3)) for off in range(-100, 101)]
    return int(np.argmax(scores)) - 100


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_instrument_is_in_tune_and_of_one_loudness(name: str) -> None:
    program, low, high = INSTRUMENTS[name]
    assert bundled_bank().instrument(0, program) == name
    regions = bundled_bank().regions(0, program)
    levels = []
    for pitch in range(low, high + 1, 5):
        sound = play([Event(0, 1.5, pitch, 100)], regions, 2 * RATE)
        assert abs(cents(sound[0, RATE // 10 : RATE], pitch)) <= 20, pitch
        levels.append(loudness(np.ascontiguousarray(sound.T[: RATE // 2]), RATE))
    assert max(levels) - min(levels) < 5, levels
    assert -29 < np.median(levels) < -22


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_notes_begin_on_time_and_die_away_evenly(name: str) -> None:
    program, low, high = INSTRUMENTS[name]
    for pitch in range(low, high + 1, 8):
        sound = play([Event(0, 3, pitch, 110)], bundled_bank().regions(0, program), 4 * RATE)[0]
        level = np.sqrt(np.square(sound.reshape(-1, RATE // 100)).mean(axis=1))
        assert np.argmax(level > 0.4 * level[:50].max()) <= 2, pitch
        tenths = 20 * np.log10(level[:300].reshape(-1, 10).max(axis=1))[4:]
        heard = tenths > tenths.max() - 50
        assert np.abs(np.diff(tenths))[heard[1:]].max() < 10, pitch  # no loop starts with a step
        assert level[390:].max() < 0.02 * level.max(), pitch


@pytest.mark.parametrize("program", [0, 40])
def test_every_drum_key_of_general_midi_sounds(program: int) -> None:
    regions = bundled_bank().regions(DRUMS, program)
    for key in (35, 36, 37, 38, 39, 40, *range(41, 60), *range(60, 71), 75, 76, 77, 80, 81, 82):
        sound = play([Event(0, 0.1, key, 100)], regions, RATE)
        assert np.abs(sound).max() > 0.01, key
        assert np.argmax(np.abs(sound[0]) > 0.1 * np.abs(sound[0]).max()) < 0.03 * RATE, key


def test_an_open_hi_hat_is_closed_by_the_pedal() -> None:
    regions = bundled_bank().regions(DRUMS, 0)
    opened = play([Event(0, 0.1, 46, 100)], regions, RATE)
    closed = play([Event(0, 0.1, 46, 100), Event(0.3, 0.1, 44, 1)], regions, RATE)
    after = slice(round(0.45 * RATE), RATE)
    assert np.abs(closed[:, after]).max() < 0.1 * np.abs(opened[:, after]).max()


def test_no_loop_clicks() -> None:
    bank = bundled_bank()
    differences = []
    for rows in bank.index["instruments"].values():
        for row in rows:
            region = bank._region(row)
            if region.loop is not None:
                start, end = region.loop
                assert (end - start) % 576 == 0 and end <= len(region.wave)
                around = region.wave[end - 200 : end + 200] - region.wave[start - 200 : start + 200]
                differences.append(np.sqrt(np.mean(around**2) / np.mean(region.wave[start:end] ** 2)))
    assert len(differences) > 70
    assert max(differences) < 0.15 and np.median(differences) < 0.01


def test_what_a_page_needs_of_a_quartet_is_small() -> None:
    def scale(low: int, high: int) -> tuple[Note, ...]:
        return tuple(Note(pitch, pitch * 120, 120) for pitch in range(low, high))

    drums = tuple(Note(key, key * 120, 120) for key in (36, 37, 38, 42, 44, 46, 49, 51, 53))
    parts = [Track("Solo", 66, scale(46, 76)), Track("Piano", 0, scale(46, 80)), Track("Bass", 32, scale(28, 55))]
    content = page_bank([*parts, Track("Drums", 0, drums, True)])
    assert [part["instrument"] for part in content["parts"]] == ["tenor_sax", "piano", "bass", "kit"]
    assert len(json.dumps(content)) < 650_000
    named = {row["file"] for rows in content["instruments"].values() for row in rows}
    assert named | {"room/left", "room/right"} == set(content["files"])
    assert len(json.dumps(page_bank([Track("Solo", 0, (Note(60, 0, 480),))]))) < 70_000


def test_every_program_has_an_instrument() -> None:
    bank = bundled_bank()
    assert {bank.instrument(0, program) for program in range(128)} == set(INSTRUMENTS)
    assert bank.instrument(DRUMS, 40) == "brushes" and bank.instrument(DRUMS, 0) == "kit"


def test_a_bank_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(JazzgramError, match="sound bank cannot be read"):
        SoundBank(tmp_path)
