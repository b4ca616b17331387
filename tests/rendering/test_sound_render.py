"""Sound as a musician would check it: the right pitch, the right length, the right balance, and nothing clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jazzgram import JazzgramError, Meter, Note, Solo, Track
from jazzgram.music.chord import join_bars
from jazzgram.music.notation.changes import parse_changes
from jazzgram.rendering.sound.master import loudness, master, true_peak
from jazzgram.rendering.sound.midi_bytes import TAIL, StagePosition, part_bytes, with_tail
from jazzgram.rendering.sound.render import RATE, Mix, render_file, render_midi, render_solo, render_stems
from jazzgram.rendering.sound.soundfonts import find_soundfont

PIANO, GUITAR, FLUTE = 0, 26, 73
METER = Meter()


@pytest.fixture(scope="module")
def font() -> bytes:
    return find_soundfont(None, print).read_bytes()


def blues(tempo: float = 200) -> Solo:
    chords = join_bars(parse_changes("Bb7 | Eb7 | Bb7 | Fm7 Bb7", METER), METER.bar)
    line = tuple(Note((65, 68, 70, 63)[step % 4], step * 480, 400, 70 + step % 3 * 15) for step in range(16))
    return Solo(line, chords, 4, tempo=tempo)


def midi(notes: list[Note], tempo: float = 120, program: int = FLUTE, length: int = 0) -> bytes:
    track = Track("Solo", program, tuple(notes))
    return part_bytes([(track, StagePosition(reverb=0))], tempo, length or max(note.end for note in notes), 127)


def frequency(sound: np.ndarray, start: float, end: float) -> float:
    """Find the strongest frequency between two times, to a tenth of a hertz."""
    piece = sound[round(start * RATE) : round(end * RATE)].sum(axis=1)
    spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece)), 1 << 20))
    return float(np.argmax(spectrum) * RATE / (1 << 20))


@pytest.mark.parametrize(
    ("pitch", "program", "hertz"), [(69, GUITAR, 440.0), (60, GUITAR, 261.6), (57, GUITAR, 220.0), (69, PIANO, 440.0)]
)
def test_pitches_are_in_tune_and_stay_there(font: bytes, pitch: int, program: int, hertz: float) -> None:
    sound = render_midi(midi([Note(pitch, 0, 1920)], program=program), font)
    assert abs(frequency(sound, 0.1, 1.0) - hertz) < 2
    assert abs(frequency(sound, 1.0, 1.9) - hertz) < 2


@pytest.mark.parametrize(("tempo", "seconds"), [(60, 4.0), (120, 2.0), (240, 1.0)])
def test_a_bar_lasts_as_long_as_the_tempo_says(font: bytes, tempo: float, seconds: float) -> None:
    sound = render_midi(midi([Note(69, 0, 1920)], tempo), font)
    assert len(sound) / RATE == pytest.approx(seconds + TAIL, abs=0.02)
    level = np.abs(sound).max(axis=1)
    assert level[round((seconds - 0.1) * RATE) : round(seconds * RATE)].max() > 0.02
    assert level[round((seconds + 1) * RATE) :].max(initial=0) < 0.002


def test_a_note_begins_where_it_stands(font: bytes) -> None:
    sound = render_midi(midi([Note(69, 960, 480)], program=PIANO), font)
    assert np.argmax(np.abs(sound).max(axis=1) > 0.01) / RATE == pytest.approx(1.0, abs=0.01)


def test_every_part_is_heard_and_the_soloist_is_as_loud_as_the_band(font: bytes) -> None:
    stems = render_stems(blues(), font)
    assert list(stems) == ["solo", "chords", "bass", "drums"]
    length = min(map(len, stems.values()))
    assert all(loudness(stem, RATE) > -32 for stem in stems.values())
    band = np.sum([stem[:length] for role, stem in stems.items() if role != "solo"], axis=0)
    assert abs(loudness(stems["solo"], RATE) - loudness(band, RATE)) < 6


def test_the_finished_sound_is_loud_enough_and_never_clips(font: bytes) -> None:
    sound = master(render_solo(blues(), font), RATE)
    assert -18 <= loudness(sound, RATE) <= -14
    assert true_peak(sound) < -1


def test_louder_than_anything(font: bytes) -> None:
    loud = [Note(pitch, beat * 480, 480, 127) for beat in range(4) for pitch in range(36, 96, 2)]
    solo = Solo(tuple(loud), (), 1, program=56, accompaniment=(Track("Organ", 16, tuple(loud)),))
    assert true_peak(master(render_solo(solo, font), RATE)) < -1


def test_the_own_band_is_played_and_nothing_else(font: bytes) -> None:
    bass = Track("Bass", 32, tuple(Note(40, beat * 480, 480) for beat in range(16)))
    stems = render_stems(Solo(blues().notes, blues().chords, 4, accompaniment=(bass,)), font)
    assert list(stems) == ["solo", "bass"]


def test_without_a_band(font: bytes) -> None:
    assert list(render_stems(blues(), font, Mix(band=-60))) == ["solo"]


def test_a_bar_is_counted_in(font: bytes) -> None:
    plain, counted = (render_stems(blues(120), font, Mix(count_in=bars)) for bars in (0, 1))
    bar = 2 * RATE
    assert len(counted["solo"]) - len(plain["solo"]) == pytest.approx(bar, abs=500)
    assert np.abs(counted["solo"][: bar - 500]).max() < 1e-4
    clicks = np.abs(counted["drums"][:bar]).max(axis=1)
    assert [clicks[round(beat * RATE / 2) :][:4800].max() > 0.005 for beat in range(4)] == [True] * 4


def test_the_room_rings_on_after_the_note(font: bytes) -> None:
    one = Solo((Note(72, 0, 240, 110),), (), 1, program=PIANO)
    dry, wet = (render_solo(one, font, Mix(room=room)) for room in (0.0, 1.0))
    tail = slice(round(1.2 * RATE), round(2.2 * RATE))
    assert np.square(wet[tail]).mean() > 4 * np.square(dry[tail]).mean()


def test_nothing_to_play_is_silence_of_the_same_length(font: bytes) -> None:
    sound = master(render_solo(Solo((), (), 2, tempo=120), font), RATE)
    assert len(sound) / RATE == pytest.approx(4 + TAIL) and not sound.any()


def test_a_solo_of_an_hour_and_more_is_refused(font: bytes) -> None:
    with pytest.raises(JazzgramError, match="lasts 80 minutes; at most 60"):
        render_stems(Solo((Note(60, 0, 480),), (), 800, tempo=40), font)


def file_of(*tracks: bytes, form: int = 1, division: int = 480) -> bytes:
    head = b"MThd" + (6).to_bytes(4, "big") + b"".join(n.to_bytes(2, "big") for n in (form, len(tracks), division))
    return head + b"".join(b"MTrk" + len(track).to_bytes(4, "big") + track for track in tracks)


NOTE = b"\x00\x90\x45\x50\x83\x60\x80\x45\x00"
END = b"\x00\xff\x2f\x00"


def test_one_track_alone_is_played_too(font: bytes, tmp_path: Path) -> None:
    file = tmp_path / "Für Élise ♭.mid"
    file.write_bytes(file_of(NOTE + END, form=0))
    sound = render_file(file, font)
    assert len(sound) / RATE == pytest.approx(0.5 + TAIL, abs=0.01)
    assert abs(frequency(sound, 0.05, 0.5) - 440) < 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"hello", "not a MIDI file"),
        (b"", "not a MIDI file"),
        (file_of(NOTE + END)[:-6], "track 1 of 1 is cut off"),
        (file_of(NOTE + END, NOTE + END)[: 22 + len(NOTE + END)], "1 of its 2 tracks are there"),
        (file_of(END), "has no notes"),
        (file_of(NOTE + END, form=2), "format 2"),
        (file_of(NOTE + END, division=0xE728), "division 59176"),
        (file_of(b"\x00\x90\x45\x50\xff\xff\xff\x7f\x80\x45\x00" + END), "minutes; at most 60"),
    ],
)
def test_what_cannot_be_played(content: bytes, message: str) -> None:
    with pytest.raises(JazzgramError, match=rf"(?s)^x\.mid: .*{message}"):
        with_tail(content, "x.mid")


@pytest.mark.slow
def test_a_solo_written_by_jazzgram_sounds_as_balanced_as_the_solo_itself(font: bytes, tmp_path: Path) -> None:
    from jazzgram_plugins.writers import midi as writer

    from jazzgram.improvise.accompaniment.band import band_of

    solo = blues()
    solo = Solo(solo.notes, solo.chords, 4, tempo=solo.tempo, accompaniment=band_of(solo))
    (file,) = writer.write_solo(solo, tmp_path, writer.Options())
    assert loudness(render_file(file, font), RATE) == pytest.approx(loudness(render_solo(solo, font), RATE), abs=0.1)
