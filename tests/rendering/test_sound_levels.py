"""Loudness and peaks against signals whose levels are known, and files that hold what was put into them."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from jazzgram.rendering.sound.encode import FORMATS, comment_of, encode, resample
from jazzgram.rendering.sound.master import loudness, master, true_peak


def sine(hertz: float, level: float, rate: int = 48000, seconds: float = 3, channels: int = 2) -> np.ndarray:
    """Make a sine whose crests are at a level in dBFS."""
    wave = 10 ** (level / 20) * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate + 0.1)
    sound = np.zeros((len(wave), 2), np.float32)
    sound[:, :channels] = wave[:, None]
    return sound


@pytest.mark.parametrize("rate", [44100, 48000])
@pytest.mark.parametrize(
    ("hertz", "level", "channels", "lufs"),
    [
        (997, 0, 1, -3.01),  # the recommendation's own reference
        (997, -20, 2, -20.0),
        (997, -33, 2, -33.0),  # EBU Tech 3341, case 2, with a 1 kHz sine
        (100, 0, 1, -4.83),  # the high pass takes 1.1 dB, the shelf's 0.7 dB at 997 Hz is missing
    ],
)
def test_loudness_of_a_sine(rate: int, hertz: float, level: float, channels: int, lufs: float) -> None:
    assert loudness(sine(hertz, level, rate, channels=channels), rate) == pytest.approx(lufs, abs=0.1)


def test_pauses_do_not_count() -> None:
    music = np.concatenate([sine(997, -20), np.zeros((48000 * 6, 2), np.float32), sine(997, -70)])
    # The blocks at the edge hold some of the pause: 3 of 30.
    assert loudness(music, 48000) == pytest.approx(-20, abs=0.3)


def test_silence_has_no_loudness_and_no_peak() -> None:
    for frames in (0, 10, 48000):
        assert loudness(np.zeros((frames, 2), np.float32), 48000) == -np.inf
        assert true_peak(np.zeros((frames, 2), np.float32)) == -np.inf


def test_crests_between_the_samples_are_found() -> None:
    # A quarter of the rate, 45 degrees off: every sample is 3 dB below the crest (BS.1770-5, annex 2).
    wave = np.tile(np.array([1, 1, -1, -1], np.float32), 12000) * 0.5
    sound = np.stack([wave, wave], 1)
    inner = sound * np.hanning(len(sound))[:, None].astype(np.float32)
    assert 20 * np.log10(np.abs(inner).max()) == pytest.approx(-6.02, abs=0.01)
    assert true_peak(inner) == pytest.approx(-3.01, abs=0.2)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.floats(-60, 30), st.integers(1, 40000))
def test_nothing_passes_the_ceiling(seed: int, level: float, frames: int) -> None:
    noise = np.random.default_rng(seed).standard_normal((frames, 2)) * 10 ** (level / 20)
    noise[frames // 2] *= 8
    made = master(noise.astype(np.float32), 48000)
    assert made.shape == noise.shape and np.isfinite(made).all()
    assert true_peak(made) < -1.4


def test_the_limiter_leaves_what_is_far_from_a_peak() -> None:
    sound = sine(440, -18)
    sound[72000] = 0.9
    made = master(sound, 48000)
    quiet = np.abs(made[:48000]).max() / np.abs(sound[:48000]).max()
    assert np.abs(made[-48000:]).max() / np.abs(sound[-48000:]).max() == pytest.approx(quiet, rel=1e-3)
    assert np.abs(made[72000]).max() < quiet * 0.9


def test_a_bad_balance_is_not_squashed() -> None:
    # A click 40 dB above the rest: the music stays soft rather than being limited by more than 6 dB.
    sound = sine(440, -40)
    sound[72000] = 1.0
    made = master(sound, 48000)
    assert loudness(made, 48000) < -30 and true_peak(made) < -1.4


@pytest.mark.parametrize(("old", "new"), [(48000, 44100), (44100, 48000), (48000, 32000), (48000, 192000)])
def test_another_sample_rate_is_the_same_sine(old: int, new: int) -> None:
    made = resample(sine(1000, 0, old, 0.5), old, new)
    expected = sine(1000, 0, new, 0.5)
    assert made.shape == expected.shape
    assert np.abs(made - expected)[new // 50 : -new // 50].max() < 1e-3


def test_what_the_new_rate_cannot_hold_is_filtered_out() -> None:
    assert true_peak(resample(sine(23500, 0, 48000, 0.5), 48000, 44100)[2000:-2000]) < -50


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("rate", [44100, 48000])
def test_files_hold_the_sound(form: str, rate: int, tmp_path: Path) -> None:
    sound = sine(440, -6, rate, 2)
    file = tmp_path / f"Träume – 1.{form}"
    file.write_bytes(encode(sound, rate, form, 128, "Träume", "made by hand"))
    read, found = soundfile.read(file, dtype="float32", always_2d=True)
    assert found == rate and len(read) == pytest.approx(len(sound), abs=2400)
    spectrum = np.abs(np.fft.rfft(read[:rate, 0]))
    assert abs(int(np.argmax(spectrum)) - 440) <= 1
    assert 20 * np.log10(np.abs(read[4800:-4800]).max()) == pytest.approx(-6, abs=0.5)
    assert comment_of(file) == "made by hand"


def test_bitrates_are_kept() -> None:
    noise = np.random.default_rng(1).uniform(-0.3, 0.3, (48000 * 2, 2)).astype(np.float32)
    for bitrate in (64, 128, 320):
        assert len(encode(noise, 48000, "mp3", bitrate)) * 8 / 2 / 1000 == pytest.approx(bitrate, rel=0.05)
        assert len(encode(noise, 48000, "ogg", bitrate)) * 8 / 2 / 1000 == pytest.approx(bitrate, rel=0.35)


def test_what_is_beyond_full_scale_is_cut_not_wrapped() -> None:
    read, _ = soundfile.read(io.BytesIO(encode(sine(100, 12), 48000, "wav")), dtype="float32")
    assert read.max() > 0.99 and read.min() < -0.99
    assert np.abs(np.diff(read[:, 0])).max() < 0.2
