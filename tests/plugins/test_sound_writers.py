"""The writers of sound: one file each, with the options that were asked for."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pydantic import ValidationError

from jazzgram import Chord, Note, Solo
from jazzgram.rendering.sound.master import loudness, true_peak

LINE = tuple(Note(62 + step % 7, step * 240, 240) for step in range(16))
SOLO = Solo(LINE, (Chord((50, 53, 57, 60), 0, 1920, "Dm7"), Chord((55, 59, 62, 65), 1920, 1920, "G7")), 2, title="Ï")


@pytest.mark.parametrize("form", ["wav", "flac", "ogg", "mp3"])
def test_each_writes_one_file(form: str, tmp_path: Path) -> None:
    writer = import_module(f"jazzgram_plugins.writers.{form}")
    folder = tmp_path / "a run ♭"
    folder.mkdir()
    (file,) = writer.write_solo(SOLO, folder, writer.Options())
    assert file == folder / f"solo.{form}" and list(folder.iterdir()) == [file]
    sound, rate = soundfile.read(file, dtype="float32")
    assert (rate, sound.shape[1]) == (48000, 2)
    assert 4 < len(sound) / rate < 6
    assert true_peak(sound) < -1
    assert -18 < loudness(sound, rate) < -14
    with soundfile.SoundFile(file) as opened:
        assert opened.title == "Ï"


@pytest.mark.parametrize("form", ["wav", "flac", "ogg", "mp3"])
def test_its_example_is_right(form: str) -> None:
    """Doctest finds only what a module defines itself, and these hooks are built."""
    writer = import_module(f"jazzgram_plugins.writers.{form}")
    (example,) = doctest.DocTestFinder().find(writer.write_solo, globs={**vars(writer), "Solo": Solo, "Path": Path})
    assert doctest.DocTestRunner().run(example) == (0, 4)


def test_options_are_heard(tmp_path: Path) -> None:
    from jazzgram_plugins.writers import wav

    (file,) = wav.write_solo(SOLO, tmp_path, wav.Options(sample_rate=44100, count_in=1, accompaniment=-60, room=0))
    sound, rate = soundfile.read(file)
    assert rate == 44100 and 6 < len(sound) / rate < 6.5
    beats = [np.abs(sound[round(beat * rate / 2) :][: rate // 2]).max() for beat in range(4)]
    between = [np.abs(sound[round((beat + 0.8) * rate / 2) :][: rate // 20]).max() for beat in range(4)]
    assert min(beats) > 10 * max(between)


def test_nothing_at_all_is_silence(tmp_path: Path) -> None:
    from jazzgram_plugins.writers import flac

    (file,) = flac.write_solo(Solo((), (), 1), tmp_path, flac.Options())
    assert not soundfile.read(file)[0].any()


def test_a_soundfont_that_cannot_be_fetched_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from jazzgram_plugins.writers import wav

    monkeypatch.setenv("JAZZGRAM_CACHE", str(tmp_path))
    monkeypatch.setattr("jazzgram.rendering.sound.soundfonts.download", lambda *words: "no connection to the server")
    with pytest.warns(UserWarning, match="fluid_r3_mono .* cannot be downloaded: no connection"):
        wav.write_solo(SOLO, tmp_path, wav.Options(soundfont="fluid_r3_mono"))


@pytest.mark.parametrize(("option", "value"), [("bitrate", 16), ("sample_rate", 22050), ("count_in", 9), ("room", 2)])
def test_options_have_bounds(option: str, value: float) -> None:
    from jazzgram_plugins.writers import mp3

    with pytest.raises(ValidationError, match=rf"{option}\n +Input should be"):
        mp3.Options(**{option: value})
