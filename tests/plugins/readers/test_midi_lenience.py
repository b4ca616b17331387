"""MIDI files that players play, though they are not quite as the standard has them; and what is then reported."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
import symusic
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.readers.midi import Options, list_files, read_corpus
from midi_files import Played, chord, meter, name, notes, program, write

from jazzgram import Dropped, JazzgramError, Note, Tune
from jazzgram.cli import corpus
from jazzgram.cli.improvise import command as improvise
from jazzgram.corpus.doctor import diagnose, readers_of

LINE = [(beat * 48, 44, 60 + beat % 12) for beat in range(64)]
SOLO: list[Played] = [name("Tenor Sax"), program(0, 66), *notes(LINE)]
COMPING = [name("Piano"), *(event for bar in range(8) for event in chord(bar * 384, 380, (48, 52, 55), 1))]
END = b"\x00\xff\x2f\x00"


def read(file: Path) -> Tune:
    tune: Tune
    (tune,) = read_corpus(file, Options()).tunes
    return tune


def melody(tune: Tune) -> list[Note]:
    return [event for bar in tune.bars for event in bar.melody if isinstance(event, Note)]


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return write(tmp_path / "plain.mid", [meter(0, "4/4")], SOLO, COMPING)


def one_track(*events: bytes, end: bytes = END) -> bytes:
    """Return a file of a few events, each with its waiting time, and a line of quarters before them."""
    line = b"".join(b"\x00\x90%c\x50\x60\x80%c\x00" % (pitch, pitch) for pitch in (60, 62, 64, 65))
    body = line + b"".join(events) + end
    return struct.pack(">4sLHHH4sL", b"MThd", 6, 0, 1, 96, b"MTrk", len(body)) + body


@pytest.mark.parametrize(
    ("events", "pitch", "velocity"),
    [
        (b"\x00\x90\x43\xc8\x60\x80\x43\x00", 67, 127),  # a velocity of 200
        (b"\x00\x90\xc8\x50\x60\x80\xc8\x00", 127, 80),  # a pitch of 200
        (b"\x00\x90\x43\x50\x60\x80\x43\xff", 67, 80),  # how fast the key was released
        (b"\x00\x90\x43\x50\x60\x43\x00\x00\x42\x80\x60\x42\x00", 66, 127),  # with a running status
        (b"\x00\xb0\x07\xff\x00\x90\x43\x50\x60\x80\x43\x00", 67, 80),  # a controller
        (b"\x00\xe0\x00\x80\x00\x90\x43\x50\x60\x80\x43\x00", 67, 80),  # a bend
        (b"\x00\xa0\x43\x90\x00\x90\x43\x50\x60\x80\x43\x00", 67, 80),  # pressure
        (b"\x00\xc1\xff\x00\x90\x43\x50\x60\x80\x43\x00", 67, 80),  # a program
    ],
)
def test_data_bytes_above_127_are_clipped(events: bytes, pitch: int, velocity: int, tmp_path: Path) -> None:
    file = tmp_path / "m.mid"
    file.write_bytes(one_track(events))
    played = melody(read(file))
    assert [note.pitch for note in played][:4] == [60, 62, 64, 65]
    assert (played[-1].pitch, played[-1].velocity) == (pitch, velocity)


@pytest.mark.parametrize("end", [b"", b"\x00\x90\x43"])
def test_a_track_without_an_end_is_not_mended(end: bytes, tmp_path: Path) -> None:
    """In one whose events cannot be followed, a byte above 127 may be anything."""
    file = tmp_path / "m.mid"
    file.write_bytes(one_track(b"\x00\x90\x43\xc8\x60\x80\x43\x00", end=end))
    with pytest.raises(JazzgramError, match="damaged MIDI file"):
        read(file)


@pytest.mark.parametrize("more", [1, 4, 300])
def test_a_longer_header_is_read_over(more: int, plain: Path) -> None:
    content, whole = plain.read_bytes(), read(plain)
    plain.write_bytes(content[:4] + struct.pack(">L", 6 + more) + content[8:14] + bytes(more) + content[14:])
    assert read(plain) == whole


def test_a_shorter_header_is_damage(plain: Path) -> None:
    content = plain.read_bytes()
    plain.write_bytes(content[:4] + struct.pack(">L", 4) + content[8:])
    with pytest.raises(JazzgramError, match=r"plain\.mid: damaged MIDI file \(a header of 4 bytes, expected 6\)"):
        read(plain)


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(struct.pack("<4sL", kind, len(held)) + held + bytes(len(held) % 2) for kind, held in chunks)
    return struct.pack("<4sL4s", b"RIFF", 4 + len(body), b"RMID") + body


def test_a_riff_is_unwrapped(plain: Path) -> None:
    content, whole = plain.read_bytes(), read(plain)
    for wrapped in (
        riff((b"data", content)),
        riff((b"LIST", b"INFOINAM\x05\x00\x00\x00Turn\x00"), (b"data", content), (b"DLS ", b"sounds")),
    ):
        plain.write_bytes(wrapped)
        assert read(plain) == whole


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (riff((b"DLS ", b"sounds")), "truncated RIFF MIDI file"),
        (riff((b"data", b"")), "is empty"),
        (riff((b"data", b"<html>")), "not a MIDI file"),
        (riff((b"data", b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk\0\0\0\x09\0\xff\x2f\0")), "truncated MIDI file"),
        (b"RIFF\xff\xff\xff\xffRMIDdata\xff\xff\xff\xff", "is empty"),
    ],
)
def test_riffs_that_are_refused(content: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.rmi"
    file.write_bytes(content)
    with pytest.raises(JazzgramError, match=rf"bad\.rmi: {message}"):
        read(file)


@pytest.mark.parametrize("ending", [".kar", ".KAR", ".rmi", ".midi"])
def test_other_endings_are_midi(ending: str, plain: Path, tmp_path: Path) -> None:
    file = plain.rename(tmp_path / f"song{ending}")
    assert list_files(tmp_path) == [file]
    assert "midi" in [plugin.name for plugin in readers_of(file)]
    assert "(reader midi)" in CliRunner().invoke(corpus.command, ["doctor", str(file)]).output


def test_a_karaoke_file_is_a_chart(plain: Path, tmp_path: Path) -> None:
    file = plain.rename(tmp_path / "song.kar")
    choices = ["pitches", "--chart", str(file), "--out", str(tmp_path / "out"), "--set", "write=[midi]"]
    done = CliRunner().invoke(improvise, choices, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "solo.mid").is_file()


def on(time: int, pitch: int, channel: int = 0) -> Played:
    return time, bytes((0x90 | channel, pitch, 80))


UNENDED, ELSEWHERE = "begins and never ends", "begins and never ends, in another part"


@pytest.mark.parametrize(
    ("more", "beneath", "told"),
    [
        ([on(3072, 72)], [], {UNENDED: 1}),
        ([on(3072, 72), on(3072, 74), on(3120, 72)], [], {UNENDED: 3}),
        ([on(50, 90)] * 3, [], {UNENDED: 3}),
        ([], [on(0, 36, 1)], {ELSEWHERE: 1}),
        ([], [on(0, 36, 2)], {ELSEWHERE: 1}),  # a channel that has no other notes
        ([on(3072, 72)], [on(3072, 48, 1), on(3072, 52, 1)], {UNENDED: 1, ELSEWHERE: 2}),
        ([], [], {}),
    ],
)
def test_notes_that_never_end_are_told(
    more: list[Played], beneath: list[Played], told: dict[str, int], tmp_path: Path
) -> None:
    file = write(tmp_path / "m.mid", [meter(0, "4/4")], [*SOLO, *more], [*COMPING, *beneath])
    tune = read(file)
    assert {left.reason: left.notes for left in tune.dropped} == told
    assert len(melody(tune)) == len(LINE)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 600), st.integers(55, 80), st.booleans()), min_size=1, max_size=12))
def test_notes_read_and_left_out_are_all_that_begin(
    tmp_path_factory: pytest.TempPathFactory, played: list[tuple[int, int, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("unended")
    ended = [
        it for onset, pitch, ends in played for it in ([on(onset, pitch)] + ([(700, bytes((0x80, pitch, 0)))] * ends))
    ]
    tune = read(write(folder / "m.mid", [name("Tenor"), *notes(LINE[-16:]), *ended], COMPING))
    assert len(melody(tune)) + sum(left.notes for left in tune.dropped) == 16 + len(played)


@pytest.mark.parametrize(
    ("signatures", "bars", "told"),
    [
        (["4/4", "3/4"], "3/4", ["4/4"]),
        (["3/4", "4/4"], "4/4", ["3/4"]),
        (["5/4", "3/4", "4/4"], "4/4", ["5/4", "3/4"]),
        (["4/4", "4/4"], "4/4", []),
        (["0/4", "4/4"], "4/4", ["0/4"]),  # that it is no meter does not matter
    ],
)
def test_of_two_signatures_at_once_the_last_counts(
    signatures: list[str], bars: str, told: list[str], tmp_path: Path
) -> None:
    tune = read(write(tmp_path / "m.mid", [meter(0, text) for text in signatures], SOLO, COMPING))
    assert {str(bar.meter) for bar in tune.bars[:-1]} == {bars}
    reason = "a time signature that another one at the same time replaces"
    assert tune.dropped == tuple(Dropped(f"{reason}: {text}") for text in told)
    (tune,) = read_corpus(tmp_path / "m.mid", Options(meter="4/4")).tunes
    assert tune.dropped == ()


def test_two_signatures_at_once_later(tmp_path: Path) -> None:
    signatures = [meter(0, "4/4"), meter(768, "3/4"), meter(768, "4/4")]
    tune = read(write(tmp_path / "m.mid", signatures, SOLO, COMPING))
    assert {str(bar.meter) for bar in tune.bars} == {"4/4"}
    assert len(tune.dropped) == 1


def test_the_doctor_tells_that_the_melody_is_the_bass(plain: Path, tmp_path: Path) -> None:
    bass = [name("Acoustic Bass"), program(0, 32), *notes([(beat * 96, 90, 36 + beat % 12) for beat in range(32)])]
    file = write(tmp_path / "trio.mid", [meter(0, "4/4")], COMPING, bass)
    assert diagnose(file).findings[0].problem == "no soloist found; the melody is the bass (part 1 Acoustic Bass)"
    assert not any("soloist" in finding.problem for finding in diagnose(plain).findings)


def test_the_doctor_has_no_amount_where_there_is_none(tmp_path: Path) -> None:
    file = write(tmp_path / "m.mid", [meter(0, "3/4"), meter(0, "4/4")], SOLO, COMPING)
    assert diagnose(file).findings[-1].problem.startswith("left out: a time signature that another one")


def test_reported_files_are_read(shared: Path) -> None:
    """The files that were reported as refused, or read with something missing."""
    cases = {file.name[:2]: file for file in (shared / "cases").iterdir() if file.suffix in (".mid", ".kar")}
    for number in ("31", "32", "33", "34", "36"):
        assert len(melody(read(cases[number]))) == 32, cases[number].name
    assert max(note.velocity for note in melody(read(cases["31"]))) == 127
    assert read(cases["36"]).dropped == (Dropped("begins and never ends", notes=1),)
    assert "the melody is the bass" in diagnose(cases["37"]).findings[0].problem


def test_a_note_longer_than_any_music_is_refused(tmp_path: Path) -> None:
    score, track = symusic.Score(1), symusic.Track("Solo")
    track.notes.extend([symusic.Note(0, 1, 60, 90), symusic.Note(1, 200_000, 62, 90)])
    score.tracks.append(track)
    score.dump_midi(tmp_path / "long.mid")
    message = r"long.mid: track 0 \(Solo\) has a note at tick 1 that lasts 200,000 ticks, more than the 160,000 quarter"
    with pytest.raises(JazzgramError, match=message):
        read_corpus(tmp_path / "long.mid", Options(meter="7/8"))
