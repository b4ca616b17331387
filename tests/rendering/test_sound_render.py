"""Sound as a musician would check it: the right pitch, the right length, the right balance, and nothing clips."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from jazzgram import JazzgramError, Meter, Note, Solo, Track
from jazzgram.music.chord import join_bars
from jazzgram.music.notation.changes import parse_changes
from jazzgram.rendering.sound.bank import SoundBank, bundled_bank
from jazzgram.rendering.sound.master import loudness, master, true_peak
from jazzgram.rendering.sound.midi_file import read_midi, render_file, render_file_stems
from jazzgram.rendering.sound.player import RATE
from jazzgram.rendering.sound.render import Mix, part_loudness, render_solo, render_stems

PIANO, CLARINET, FLUTE = 0, 71, 73
METER = Meter()


BANK = bundled_bank()


def blues(tempo: float = 200) -> Solo:
    chords = join_bars(parse_changes("Bb7 | Eb7 | Bb7 | Fm7 Bb7", METER), METER.bar)
    line = tuple(Note((65, 68, 70, 63)[step % 4], step * 480, 400, 70 + step % 3 * 15) for step in range(16))
    return Solo(line, chords, 4, tempo=tempo)


def one_line(notes: list[Note], tempo: float = 120, program: int = FLUTE, length: int = 1920) -> np.ndarray:
    """Play a solo without band and room."""
    bars = -(-length // 1920)
    return render_solo(Solo(tuple(notes), (), bars, tempo=tempo, program=program), BANK, Mix(-60, room=0))


def frequency(sound: np.ndarray, start: float, end: float) -> float:
    """Find the strongest frequency between two times, to a tenth of a hertz."""
    piece = sound[round(start * RATE) : round(end * RATE)].sum(axis=1)
    spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece)), 1 << 20))
    return float(np.argmax(spectrum) * RATE / (1 << 20))


@pytest.mark.parametrize(
    ("pitch", "program", "hertz"), [(72, FLUTE, 523.3), (76, FLUTE, 659.3), (69, CLARINET, 440.0), (69, PIANO, 440.0)]
)
def test_pitches_are_in_tune_and_stay_there(pitch: int, program: int, hertz: float) -> None:
    sound = one_line([Note(pitch, 0, 1920)], program=program)
    assert abs(frequency(sound, 0.1, 1.0) / hertz - 1) < 0.008
    assert abs(frequency(sound, 1.0, 1.9) / hertz - 1) < 0.008


@pytest.mark.parametrize(("tempo", "seconds"), [(60, 4.0), (120, 2.0), (240, 1.0)])
def test_a_bar_lasts_as_long_as_the_tempo_says(tempo: float, seconds: float) -> None:
    sound = one_line([Note(69, 0, 1920)], tempo)
    assert seconds < len(sound) / RATE < seconds + 1
    level = np.abs(sound).max(axis=1)
    assert level[round((seconds - 0.1) * RATE) : round(seconds * RATE)].max() > 0.02
    assert level[round((seconds + 1) * RATE) :].max(initial=0) < 0.002


def test_a_note_begins_where_it_stands() -> None:
    sound = one_line([Note(69, 960, 480)], program=PIANO)
    assert np.argmax(np.abs(sound).max(axis=1) > 0.01) / RATE == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("program", [0, 26, 56, 66, 71])
def test_the_soloist_stands_above_the_band(program: int) -> None:
    stems = render_stems(replace(blues(), program=program), BANK)
    assert list(stems) == ["solo", "chords", "bass", "drums"]
    levels = part_loudness(stems)
    assert all(level > -34 for level in levels.values())
    assert 2 <= levels["solo"] - levels["band"] <= 4


def test_stems_add_up_to_the_whole() -> None:
    stems = render_stems(blues(), BANK)
    assert np.abs(np.sum(list(stems.values()), axis=0) - render_solo(blues(), BANK)).max() < 1e-5


def test_equal_runs_are_equal_sounds() -> None:
    assert render_solo(blues(), BANK).tobytes() == render_solo(blues(), SoundBank()).tobytes()


def test_no_note_ends_in_a_click() -> None:
    # A low sine-like note cut anywhere: what is above 8 kHz at its end is no more than while it sounds.
    sound = one_line([Note(60, 0, 1111)], program=CLARINET)[:, 0]
    spectrum = np.fft.rfft(sound)
    spectrum[: round(8000 * len(sound) / RATE)] = 0
    high = np.abs(np.fft.irfft(spectrum))
    end = round(1111 / 960 * RATE)
    assert high[end - 1000 : end + RATE].max() < 1.5 * high[2400 : end - 1000].max()


def test_the_finished_sound_is_loud_enough_and_never_clips() -> None:
    sound = master(render_solo(blues(), BANK), RATE)
    assert -18 <= loudness(sound, RATE) <= -14
    assert true_peak(sound) < -1


def test_louder_than_anything() -> None:
    loud = [Note(pitch, beat * 480, 480, 127) for beat in range(4) for pitch in range(36, 96, 2)]
    solo = Solo(tuple(loud), (), 1, program=56, accompaniment=(Track("Organ", 16, tuple(loud)),))
    assert true_peak(master(render_solo(solo, BANK), RATE)) < -1


def test_the_own_band_is_played_and_nothing_else() -> None:
    bass = Track("Bass", 32, tuple(Note(40, beat * 480, 480) for beat in range(16)))
    stems = render_stems(Solo(blues().notes, blues().chords, 4, accompaniment=(bass,)), BANK)
    assert list(stems) == ["solo", "bass"]


def test_without_a_band() -> None:
    assert list(render_stems(blues(), BANK, Mix(band=-60))) == ["solo"]


def test_a_bar_is_counted_in() -> None:
    plain, counted = (render_stems(blues(120), BANK, Mix(count_in=bars)) for bars in (0, 1))
    bar = 2 * RATE
    assert len(counted["solo"]) - len(plain["solo"]) == pytest.approx(bar, abs=500)
    assert np.abs(counted["solo"][: bar - 500]).max() < 1e-4
    clicks = np.abs(counted["drums"][:bar]).max(axis=1)
    assert [clicks[round(beat * RATE / 2) :][:4800].max() > 0.005 for beat in range(4)] == [True] * 4


def test_the_room_rings_on_after_the_note() -> None:
    one = Solo((Note(72, 0, 240, 110),), (), 1, program=PIANO)
    dry, wet = (render_solo(one, BANK, Mix(room=room)) for room in (0.0, 1.0))
    tail = slice(round(1.2 * RATE), round(2.2 * RATE))
    assert np.square(wet[tail]).mean() > 4 * np.square(dry[tail]).mean()


@pytest.mark.parametrize("crash", [False, True], ids=["a flute alone", "a cymbal rings"])
@pytest.mark.parametrize("room", [0.0, 1.0])
def test_a_recording_ends_when_it_has_died_away_by_60_db(crash: bool, room: float) -> None:
    drums = (Track("Drums", 0, (Note(49, 1440, 480, 120),), is_drum=True),)
    one = Solo((Note(72, 0, 1920, 90),), (), 1, tempo=120, program=FLUTE, accompaniment=drums if crash else ())
    mix = Mix(room=room, band=0.0 if crash else -60.0)
    sound, stems = render_solo(one, BANK, mix), render_stems(one, BANK, mix)
    level = np.abs(sound).max(axis=1)
    (audible,) = np.nonzero(level > level.max() / 1000)
    after = (len(sound) - 1 - audible[-1]) / RATE
    assert 0 <= after < 0.1, "the rest is rounding, no silence"
    assert (1 if crash else 0.1) < len(sound) / RATE - 2 < 2.4, "no tail is cut short"
    assert {len(stem) for stem in stems.values()} == {len(sound)}


def test_a_bar_of_rest_at_the_end_is_kept() -> None:
    sound = render_solo(Solo((Note(72, 0, 480),), (), 4, tempo=240, program=FLUTE), BANK, Mix(band=-60))
    assert len(sound) / RATE == 4


def test_nothing_to_play_is_silence_of_the_same_length() -> None:
    sound = master(render_solo(Solo((), (), 2, tempo=120), BANK), RATE)
    assert len(sound) / RATE == 4 and not sound.any()


def test_a_solo_of_an_hour_and_more_is_refused() -> None:
    with pytest.raises(JazzgramError, match="lasts 80 minutes; at most 60"):
        render_stems(Solo((Note(60, 0, 480),), (), 800, tempo=40), BANK)


def file_of(*tracks: bytes, form: int = 1, division: int = 480) -> bytes:
    head = b"MThd" + (6).to_bytes(4, "big") + b"".join(n.to_bytes(2, "big") for n in (form, len(tracks), division))
    return head + b"".join(b"MTrk" + len(track).to_bytes(4, "big") + track for track in tracks)


NOTE = b"\x00\x90\x45\x50\x83\x60\x80\x45\x00"
END = b"\x00\xff\x2f\x00"


def test_one_track_alone_is_played_too(tmp_path: Path) -> None:
    file = tmp_path / "Für Élise ♭.mid"
    file.write_bytes(file_of(NOTE + END, form=0))
    sound = render_file(file, BANK)
    assert 0.5 < len(sound) / RATE < 1.5
    assert abs(frequency(sound, 0.05, 0.5) - 440) < 2


def played(tmp_path: Path, *tracks: bytes) -> dict[str, np.ndarray]:
    file = tmp_path / "song.mid"
    file.write_bytes(file_of(*tracks))
    stems = render_file_stems(file, BANK)
    whole = render_file(file, BANK)
    assert np.abs(np.sum(list(stems.values()), axis=0) - whole).max() < 1e-5
    return stems


def test_a_strangers_file_keeps_its_mix(tmp_path: Path) -> None:
    loud = b"\x00\xff\x03\x04Lead\x00\xc0\x49\x00\xb0\x07\x64\x00\xb0\x0a\x00" + NOTE + END
    soft = (
        b"\x00\xc1\x49\x00\xb1\x07\x32\x00\xb1\x0a\x7f" + NOTE.replace(b"\x90", b"\x91").replace(b"\x80", b"\x81") + END
    )
    stems = played(tmp_path, loud, soft)
    assert list(stems) == ["1_lead", "2_track"]
    left, right = (np.square(stem[: RATE // 2]).sum(axis=0) for stem in stems.values())
    assert left[0] > 20 * left[1] and right[1] > 20 * right[0]
    assert 10 * np.log10(left.sum() / right.sum()) == pytest.approx(12, abs=1)  # half the volume: 40 log10(2) dB


def test_the_pedal_holds_and_the_wheel_bends(tmp_path: Path) -> None:
    pedal = b"\x00\xc0\x49\x00\xb0\x40\x7f" + NOTE + b"\x87\x40\xb0\x40\x00" + END
    held = played(tmp_path, pedal)["1_track"]
    assert np.abs(held[RATE : round(1.4 * RATE)]).max() > 0.02
    bend = b"\x00\xc0\x49\x00\xe0\x7f\x7f" + NOTE + END
    assert abs(frequency(played(tmp_path, bend)["1_track"], 0.1, 0.5) - 493.9) < 4


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
def test_what_cannot_be_played(content: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "x.mid"
    file.write_bytes(content)
    with pytest.raises(JazzgramError, match=rf"(?s)x\.mid: .*{message}"):
        read_midi(file)


@pytest.mark.slow
def test_a_solo_written_by_jazzgram_sounds_as_balanced_as_the_solo_itself(tmp_path: Path) -> None:
    from jazzgram_plugins.writers import midi as writer

    from jazzgram.improvisation.accompaniment.band import band_of

    solo = blues()
    solo = Solo(solo.notes, solo.chords, 4, tempo=solo.tempo, accompaniment=band_of(solo))
    (file,) = writer.write_solo(solo, tmp_path, writer.Options())
    assert loudness(render_file(file, BANK), RATE) == pytest.approx(loudness(render_solo(solo, BANK), RATE), abs=0.1)
