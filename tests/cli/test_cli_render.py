"""``jazzgram render`` and ``jazzgram play``: folders of files, good and broken, and renderers that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result
from jazzgram_plugins.writers import midi

from jazzgram import JazzgramError, Note, Solo, Track
from jazzgram.cli import play, render
from jazzgram.rendering.sound import requirements


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    """Make a folder with two songs, one of them deeper, a text file and a broken song."""
    folder = tmp_path / "my songs ♭5"
    write_song(folder / "Один.mid")
    write_song(folder / "deep down" / "two.MIDI")
    (folder / "broken.mid").write_bytes((folder / "Один.mid").read_bytes()[:60])
    (folder / "readme.txt").write_text("no song")
    return folder


def write_song(path: Path, bars: int = 1) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    notes = tuple(Note(60 + beat % 12, beat * 480, 400) for beat in range(4 * bars))
    (made,) = midi.write_solo(Solo(notes, (), bars, tempo=240), path.parent, midi.Options())
    made.rename(path)


def run(*words: object) -> Result:
    return CliRunner().invoke(render.command, [str(word) for word in words])


def test_a_folder_with_a_broken_file(songs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(songs, "--format", "mp3", "--bitrate", 128, "--keep-wav", "--out", out, "--jobs", 1)
    assert result.exit_code == 1
    assert "2 rendered, 0 up to date, 1 failed" in result.stdout
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert "broken.mid: damaged: " in line
    names = sorted(file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file())
    assert names == ["deep down/two.mp3", "deep down/two.wav", "Один.mp3", "Один.wav"]
    for file in out.rglob("*.*"):
        assert 1 < soundfile.info(file).duration < 2


def test_what_is_up_to_date_is_left(songs: Path) -> None:
    (songs / "broken.mid").unlink()
    words = (songs, "--format", "flac", "--jobs", 1)
    assert run(*words).exit_code == 0
    file = songs / "Один.flac"
    before = file.stat().st_mtime_ns
    assert "0 rendered, 2 up to date" in run(*words).stdout
    assert file.stat().st_mtime_ns == before
    write_song(songs / "Один.mid", bars=2)
    assert "1 rendered, 1 up to date" in run(*words).stdout
    assert 2 < soundfile.info(file).duration < 3
    file.write_bytes(file.read_bytes()[:100])
    assert "1 rendered, 1 up to date" in run(*words).stdout


def test_stems_lie_beside_the_whole_and_add_up_to_it(tmp_path: Path) -> None:
    notes = tuple(Note(60 + beat, beat * 480, 400) for beat in range(16))
    band = (Track("Bass", 32, tuple(Note(36, beat * 480, 400) for beat in range(16))),)
    (file,) = midi.write_solo(Solo(notes, (), 4, accompaniment=band), tmp_path, midi.Options())
    words = (file, "--format", "wav", "--stems")
    assert "1 rendered" in run(*words).stdout
    names = ["solo.bass.wav", "solo.solo.wav", "solo.wav"]
    assert sorted(path.name for path in tmp_path.glob("*.wav")) == names
    bass, solo, whole = (soundfile.read(tmp_path / name)[0] for name in names)
    assert len(bass) == len(solo) == len(whole)
    assert np.abs(whole).max() > 0.2 and np.abs(bass + solo - whole).max() < 0.02
    assert "1 up to date" in run(*words).stdout
    assert "1 rendered" in run(file, "--format", "wav").stdout


def test_a_full_disk_is_one_line(songs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("jazzgram.rendering.sound.files.write_whole", full)
    result = run(songs / "Один.mid", "--jobs", 1)
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert result.exit_code == 1 and "No space left on device" in line


def test_another_bitrate_is_another_file(songs: Path) -> None:
    song = songs / "Один.mid"
    for bitrate, words in ((64, "1 rendered"), (128, "1 rendered"), (128, "1 up to date")):
        assert words in run(song, "--bitrate", bitrate).stdout


def test_files_that_differ_in_their_ending_only(tmp_path: Path) -> None:
    write_song(tmp_path / "a.mid")
    write_song(tmp_path / "a.midi", bars=2)
    assert run(tmp_path, "--format", "wav", "--jobs", 1).exit_code == 0
    assert {file.name for file in tmp_path.glob("*.wav")} == {"a.wav", "a.midi.wav"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nowhere",), "nowhere: there is no such file or folder"),
        ((".",), "no MIDI file"),
        ((".", "--soundfont", "stradivarius"), "there is no such file, and no soundfont of that name"),
    ],
)
def test_mistakes(words: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert isinstance(result.exception, JazzgramError) and message in str(result.exception)
    assert "\n" not in str(result.exception)


@pytest.mark.slow
def test_several_at_a_time(songs: Path, tmp_path: Path) -> None:
    result = run(songs, "--format", "wav", "--out", tmp_path / "out", "--jobs", 2)
    assert (result.exit_code, "2 rendered, 0 up to date, 1 failed" in result.stdout) == (1, True)


@pytest.mark.slow
def test_a_killed_renderer_leaves_no_half_file(tmp_path: Path) -> None:
    for number in range(12):
        write_song(tmp_path / f"{number}.mid", bars=4)
    command = [sys.executable, "-c", "from jazzgram.cli.render import command; command()", str(tmp_path)]
    process = subprocess.Popen(
        [*command, "--format", "wav", "--jobs", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    end = time.monotonic() + 60
    while len(list(tmp_path.glob("[!.]*.wav"))) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    process.wait()
    done = list(tmp_path.glob("[!.]*.wav"))
    assert 2 <= len(done) < 12
    for left in tmp_path.glob(".writing-*"):
        os.utime(left, (0, 0))
    result = run(tmp_path, "--format", "wav", "--jobs", 1)
    assert f"{12 - len(done)} rendered, {len(done)} up to date" in result.stdout
    (length,) = {soundfile.info(file).frames for file in tmp_path.glob("*.wav")}
    assert length > 0, "those that were there are as long as those rendered now"
    assert not list(tmp_path.glob(".writing-*"))


def test_a_missing_library_says_how_to_add_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(requirements, "import_module", absent)
    result = run(tmp_path)
    assert str(result.exception) == "soxr is not installed; add it with: pip install soxr"


class _Device:
    """A sound device, or none."""

    def __init__(self, there: bool) -> None:
        self.there, self.played = there, 0

    def check_output_settings(self, samplerate: int, channels: int) -> None:
        if not self.there:
            raise ValueError("No output device matching None")

    def play(self, samples: object, rate: int, blocking: bool) -> None:
        self.played = len(samples)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["solo.mid", "solo.wav", ""])
def test_playing_a_run_or_a_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_song(tmp_path / "solo.mid")
    run(tmp_path, "--format", "wav", "--jobs", 1)
    device = _Device(there=True)
    monkeypatch.setitem(sys.modules, "sounddevice", device)
    assert CliRunner().invoke(play.command, [str(tmp_path / name)]).exit_code == 0
    assert 1 * 48000 < device.played < 2 * 48000


def test_where_there_is_no_sound_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_song(tmp_path / "solo.mid")
    monkeypatch.setitem(sys.modules, "sounddevice", _Device(there=False))
    result = CliRunner().invoke(play.command, [str(tmp_path)])
    assert isinstance(result.exception, JazzgramError)
    assert "no sound device here can play" in str(result.exception) and "jazzgram render" in str(result.exception)


@pytest.mark.parametrize(("make", "message"), [(False, "there is no such file"), (True, "no solo.mid in this folder")])
def test_nothing_to_play(make: bool, message: str, tmp_path: Path) -> None:
    path = tmp_path / "run"
    if make:
        path.mkdir()
    assert message in str(CliRunner().invoke(play.command, [str(path)]).exception)
