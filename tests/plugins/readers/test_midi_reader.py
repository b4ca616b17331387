"""The MIDI reader: played notes become bars on a grid, and every mistake one clear line."""

from __future__ import annotations

import json
import os
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.readers.midi import Options, read_corpus
from jazzgram_plugins.readers.midi.quantize import gather_chords, quantize
from jazzgram_plugins.readers.midi.signatures import key_signature
from notation import as_ticks
from pydantic import ValidationError

from jazzgram import Corpus, JazzgramError, Note, to_ticks

PLAYED = list[tuple[int, int, int]]
"""Onset and duration in ticks of a file with 96 to the quarter note, pitch."""

SOLO: PLAYED = [(2, 44, 60), (50, 30, 62), (97, 90, 64), (384, 96, 65), (480, 10, 67), (1150, 60, 72)]
COMPING: PLAYED = [
    *((0, 190, 48), (1, 188, 52), (2, 192, 55)),
    (200, 50, 57),
    *((383, 90, 50), (384, 92, 53)),
    *((1152, 96, 55), (1153, 96, 59)),
]
DRUMS: PLAYED = [(onset, 12, 42) for onset in range(0, 1536, 48)]


def _midi(path: Path, *tracks: PLAYED, names: tuple[str, ...] = ("Solo", "Piano", "Drums"), meter: str = "") -> Path:
    """Write tracks with programs 10, 11, ... (the third one: drums) at 96 ticks to the quarter note."""
    import symusic

    score = symusic.Score(96)
    score.tempos.append(symusic.Tempo(0, mspq=500_000))
    score.tempos.append(symusic.Tempo(384, mspq=400_000))
    score.key_signatures.append(symusic.KeySignature(0, -3, 0))
    if meter:
        score.time_signatures.append(symusic.TimeSignature(0, *map(int, meter.split("/"))))
    for number, (notes, name) in enumerate(zip(tracks, names, strict=False)):
        track = symusic.Track(name, 10 + number if number != 2 else 0, number == 2)
        track.notes.extend(symusic.Note(*note, 90) for note in notes)
        score.tracks.append(track)
    score.dump_midi(path)
    return path


@pytest.fixture
def tune(tmp_path: Path) -> Path:
    return _midi(tmp_path / "tune.mid", SOLO, COMPING, DRUMS)


def _melody(corpus: Corpus) -> list[list[tuple[int, int, int]]]:
    return [as_ticks(bar.melody) for bar in corpus.bars]


def _chords(corpus: Corpus) -> list[list[tuple[tuple[int, ...], int, int]]]:
    return [[(chord.pitches, chord.onset, chord.duration) for chord in bar.chords] for bar in corpus.bars]


def test_the_reference_is_reproduced(shared: Path) -> None:
    """All 18 bars as the original read them: pitches, onsets, durations, and each voicing in its order."""
    measures = json.loads((shared / "reference" / "metheny.json").read_text())["measures"][1:]

    def ticks(event: dict[str, Any], bar: int) -> tuple[int, int]:
        return to_ticks(event["offset"] - 476 - 4 * bar), to_ticks(event["duration"])

    corpus = read_corpus(
        shared / "data" / "original_metheny.mid", Options(melody_part=5, chord_part=0, span=(476, 548))
    )
    assert _melody(corpus) == [
        [(note["midi"], *ticks(note, bar)) for note in measure["melody"]] for bar, measure in enumerate(measures)
    ]
    assert _chords(corpus) == [
        [(tuple(chord["midi"]), *ticks(chord, bar)) for chord in measure["chords"]]
        for bar, measure in enumerate(measures)
    ]
    assert (len(corpus.bars), sum(len(bar.melody) for bar in corpus.bars)) == (18, 193)
    (tune,) = corpus.tunes
    assert (tune.title, round(tune.tempo, 2), tune.program, tune.key) == ("original_metheny", 112.0, 26, -2)
    assert [track.name for track in tune.accompaniment][:3] == ["Piano", "Bass", "Organ"]
    assert all(0 <= note.onset < note.end <= 72 * 480 for track in tune.accompaniment for note in track.notes)


@pytest.mark.parametrize(
    ("played", "read"),
    [
        # Quarters in 24ths; the grids are 0 1/4 1/3 1/2 2/3 3/4 1.
        ("0", "0"),
        ("2/24", "0"),
        ("3/24", "0"),  # halfway between 0 and 1/4: the earlier
        ("4/24", "1/4"),
        ("6/24", "1/4"),
        ("7/24", "1/4"),  # halfway between 1/4 and 1/3: the finer grid
        ("8/24", "1/3"),
        ("9/24", "1/3"),
        ("10/24", "1/2"),  # 1/12 from both: the finer grid
        ("11/24", "1/2"),
        ("14/24", "1/2"),  # 1/12 from both: the finer grid
        ("15/24", "2/3"),
        ("17/24", "3/4"),  # halfway between 2/3 and 3/4: the finer grid
        ("21/24", "3/4"),  # halfway between 3/4 and 1: the earlier
        ("22/24", "1"),
        ("100", "100"),
    ],
)
def test_the_nearest_line_of_two_grids(played: str, read: str) -> None:
    ticks = quantize(np.array([int(Fraction(played) * 96)]), 96, (4, 3))
    assert Fraction(int(ticks[0]), 480) == Fraction(read)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 32_767), st.integers(0, 2**31 - 1), st.lists(st.sampled_from([1, 2, 3, 4, 5, 8]), min_size=1))
def test_no_line_is_nearer(per_quarter: int, time: int, divisors: list[int]) -> None:
    line = Fraction(int(quantize(np.array([time]), per_quarter, divisors)[0]), 480)
    exact = Fraction(time, per_quarter)
    lines = {Fraction(exact * divisor // 1 + step, divisor) for divisor in divisors for step in (0, 1)}
    assert line in lines and abs(line - exact) == min(abs(other - exact) for other in lines)


@pytest.mark.parametrize(
    ("case", "notes", "chords"),
    [
        ("a triad", [(0, 96, 60), (0, 96, 64), (0, 96, 67)], [(0, 96, (60, 64, 67))]),
        ("a note alone", [(0, 96, 60)], []),
        ("one after the other", [(0, 96, 60), (96, 96, 64)], []),
        ("a sixteenth of a quarter apart", [(0, 96, 60), (6, 96, 64)], [(0, 96, (60, 64))]),
        ("more than that", [(0, 96, 60), (7, 96, 64)], []),
        ("let go at another time", [(0, 96, 60), (0, 50, 64)], []),
        ("the length of the first", [(0, 96, 67), (2, 88, 60)], [(0, 96, (67, 60))]),
        (
            "a note between two that are apart belongs to both",
            [(0, 79, 56), (0, 71, 63), (0, 73, 61), (0, 81, 53), (0, 72, 60)],
            [(0, 79, (56, 61, 53)), (0, 71, (63, 61, 60))],
        ),
        ("nothing", [], []),
    ],
)
def test_what_makes_a_chord(case: str, notes: PLAYED, chords: list[tuple[int, int, tuple[int, ...]]]) -> None:
    onsets, durations, pitches = np.array(notes, dtype=np.int64).reshape(-1, 3).T
    gathered = gather_chords(onsets, onsets + durations, pitches, 96)
    assert [(int(onset), int(duration), voicing) for onset, duration, voicing in zip(*gathered, strict=True)] == chords


def test_bars_melody_and_chords(tune: Path) -> None:
    corpus = read_corpus(tune, Options())
    assert _melody(corpus) == [
        [(60, 0, 240), (62, 240, 160), (64, 480, 480)],
        [(65, 0, 480), (67, 480, 120)],  # too short for any line: the smallest step
        [],
        [(72, 0, 320)],  # played a little before the barline, meant on it
    ]
    assert _chords(corpus) == [
        [((48, 52, 55), 0, 960)],
        [((50, 53), 0, 480)],
        [((50, 53), 0, 1920)],  # none begins here: the one before is held
        [((55, 59), 0, 480)],
    ]


def test_before_the_first_chord_there_is_the_first_chord(tmp_path: Path) -> None:
    late = [note for note in COMPING if note[0] > 1000]
    corpus = read_corpus(_midi(tmp_path / "late.mid", SOLO, late), Options(chord_part=1))
    assert _chords(corpus) == [[((55, 59), 0, 1920)]] * 3 + [[((55, 59), 0, 480)]]


def test_a_span_knows_what_sounded_before_it(tune: Path) -> None:
    corpus = read_corpus(tune, Options(chord_part=1, span=(8, 16)))
    assert _melody(corpus) == [[], [(72, 0, 320)]]
    assert _chords(corpus) == [[((50, 53), 0, 1920)], [((55, 59), 0, 480)]]


def test_tempo_program_and_key_are_those_of_the_span(tune: Path) -> None:
    spans = [(0, 4), (4, 8), (0, 8), (0, 12), None]
    read = [read_corpus(tune, Options(chord_part=1, span=span)).tunes[0] for span in spans]
    # 120 up to quarter 4, then 150; half and half, the faster one.
    assert [tune.tempo for tune in read] == [120.0, 150.0, 150.0, 150.0, 150.0]
    assert (read[-1].title, read[-1].program, read[-1].key) == ("tune", 10, 0)


@pytest.mark.parametrize(
    ("pitches", "written", "sharps"),
    [
        ([60, 62, 64, 65], -3, 0),  # C D E F under three flats: nobody played in them
        ([60, 62, 64, 67], -1, -1),  # C D E G fit F as well as C: what is written decides
        ([60, 62, 64, 67], None, 0),  # and without it the fewest signs
        ([70, 63, 65, 67, 72], 1, -2),  # Bb Eb F G C under one sharp, as in the reference file
    ],
)
def test_the_key_signature_is_the_one_the_notes_are_in(pitches: list[int], written: int | None, sharps: int) -> None:
    import symusic

    score = symusic.Score(480)
    if written is not None:
        score.key_signatures.append(symusic.KeySignature(0, written, 0))
        score.key_signatures.append(symusic.KeySignature(4800, 5, 0))
    assert key_signature([Note(pitch, 0, 480) for pitch in pitches], score, 0) == sharps


def test_the_accompaniment_keeps_its_timing(tune: Path) -> None:
    (read,) = read_corpus(tune, Options(chord_part=1, span=(4, 8))).tunes
    piano, drums = read.accompaniment
    assert as_ticks(piano.notes) == [(50, 0, 445), (53, 0, 460)]
    assert (piano.name, piano.program, piano.is_drum) == ("Piano", 11, False)
    assert [note.onset for note in drums.notes] == list(range(0, 1920, 240)) and drums.is_drum


def test_the_accompaniment_is_cut_at_the_end(tmp_path: Path) -> None:
    pedal = [(0, 5000, 36), (384, 5000, 38)]
    file = _midi(tmp_path / "pedal.mid", SOLO, COMPING, [], pedal, names=("Solo", "Piano", "Empty", "Bass"))
    (read,) = read_corpus(file, Options(chord_part=1, span=(4, 12), accompaniment=(2,))).tunes
    (bass,) = read.accompaniment
    assert as_ticks(bass.notes) == [(38, 0, 3840)]


@pytest.mark.parametrize(("chosen", "names"), [(None, ["Piano", "Drums"]), ((), []), ((2, 0), ["Drums", "Solo"])])
def test_who_plays_beneath(chosen: tuple[int, ...] | None, names: list[str], tune: Path) -> None:
    (read,) = read_corpus(tune, Options(accompaniment=chosen)).tunes
    assert [track.name for track in read.accompaniment] == names


@pytest.mark.parametrize(("written", "option", "bar"), [("", None, 1920), ("3/4", None, 1440), ("3/4", "6/4", 2880)])
def test_the_meter(written: str, option: str | None, bar: int, tmp_path: Path) -> None:
    corpus = read_corpus(_midi(tmp_path / "m.mid", SOLO, COMPING, meter=written), Options(meter=option))
    assert {each.meter.bar for each in corpus.bars} == {bar}


def test_triplets_alone(tune: Path) -> None:
    onsets = {note.onset for bar in read_corpus(tune, Options(quantize=("1/3",))).bars for note in bar.melody}
    assert onsets and all(onset % 160 == 0 for onset in onsets)


@pytest.mark.parametrize(
    "wrong",
    [
        {"melody_part": -1},
        {"span": (8, 4)},
        {"span": (4, 4)},
        {"span": (-4, 4)},
        {"span": (0, float("inf"))},
        {"span": (0, 4, 8)},
        {"meter": "four four"},
        {"meter": "4/3"},
        {"quantize": ()},
        {"quantize": ("1/7",)},
        {"quantize": ("2/3",)},
        {"quantise": ("1/4",)},
        {"pickup": 0.3},
        {"pickup": -1},
        {"swing": "auto"},
        {"changes": "Dm7 | Hm7"},
        {"changes": "Dm7", "chord_part": 1},
        {"changes": "Dm7", "chords": "infer"},
        {"chord_part": 1, "chords": "symbols"},
    ],
)
def test_options_that_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Options(**wrong)


PARTS = "0 Solo (program 10, 6 notes), 1 Piano (program 11, 8 notes), 2 Drums (program 0, 32 notes)"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"melody_part": 3}, f"melody_part 3 is not there; choose among the parts {PARTS}"),
        ({"chord_part": 9}, f"chord_part 9 is not there; choose among the parts {PARTS}"),
        ({"accompaniment": (1, 5)}, f"accompaniment 5 is not there; choose among the parts {PARTS}"),
        (
            {"chord_part": 0},
            "chord_part 0 (Solo) never plays two notes together; choose among the parts 1 Piano (program 11, 8 notes)",
        ),
        ({"span": (3, 8)}, "the span's start, quarter 3, is not a barline in 4/4; the nearest are 0 and 4"),
        ({"span": (4, 9.5)}, "the span's end, quarter 9.5, is not a barline in 4/4; the nearest are 8 and 12"),
        ({"span": (0, 4.0001)}, "the span's end, quarter 4.0001, is not a barline in 4/4; the nearest are 4 and 8"),
        (
            {"span": (40, 48)},
            "the span's end, quarter 48, lies past the end of the file, whose last bar ends at 16; "
            "choose an earlier one",
        ),
        (
            {"melody_part": 0, "chord_part": 1, "span": (8, 12)},
            "melody_part 0 (Solo) has no notes from quarter 8 to 12, only between 0.02083333333 and 11.97916667; "
            f"change the span or choose among the parts {PARTS}",
        ),
    ],
)
def test_choices_that_do_not_fit_the_file(options: dict[str, Any], message: str, tune: Path) -> None:
    with pytest.raises(JazzgramError) as caught:
        read_corpus(tune, Options(**options))
    assert str(caught.value) == f"{tune}: {message}"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty (0 bytes)"),
        (b"MTh", "truncated MIDI file (it ends within its header)"),
        (b"MThd\0\0\0\6\0\1", "truncated MIDI file (it ends within its header)"),
        (b"RIFF....WAVEfmt ", "not a MIDI file (it begins with b'RIFF' instead of b'MThd')"),
        (b"<html>404</html>", "not a MIDI file"),
        (b"MThd\0\0\0\6\0\2\0\1\0\x60", "MIDI format 2 is not read; export it as format 0 or 1"),
        (b"MThd\0\0\0\6\0\1\0\1\xe7\x28", "does not count its time in ticks per quarter note"),
        (b"MThd\0\0\0\6\0\1\0\1\0\0", "does not count its time in ticks per quarter note"),
        (b"MThd\0\0\0\6\0\1\0\2\0\x60MTrk\0\0\0\4\0\xff\x2f\0", "truncated MIDI file (1 of 2 tracks are there)"),
        (
            b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk\0\0\0\x09\0\xff\x2f\0",
            "truncated MIDI file (5 bytes of track 1 are missing, 1 tracks are announced)",
        ),
        (b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk\0\0\0\4\0\x90\xff\xff", "damaged MIDI file ("),
        (b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk\0\0\0\4\0\xff\x2f\0", "no part has any notes"),
    ],
)
def test_files_that_are_refused(content: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.mid"
    file.write_bytes(content)
    with pytest.raises(JazzgramError) as caught:
        read_corpus(file, Options())
    assert str(caught.value).startswith(f"{file}: {message}") and "\n" not in str(caught.value)


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(JazzgramError, match=r"is a folder; the midi reader reads one file \(\.mid\)"):
        read_corpus(tmp_path, Options())
    with pytest.raises(JazzgramError, match=r"none\.mid: cannot be read \(No such file or directory\)"):
        read_corpus(tmp_path / "none.mid", Options())


def test_a_file_that_may_not_be_read(tune: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(JazzgramError, match=r"cannot be read \(Permission denied\); check its name and permissions"):
        read_corpus(tune, Options())


def test_a_meter_that_is_none(tmp_path: Path) -> None:
    file = _midi(tmp_path / "odd.mid", SOLO, COMPING, meter="4/64")
    with pytest.raises(JazzgramError, match=r"not a meter: 4/64 \(its first time signature\); set the option meter"):
        read_corpus(file, Options())
    assert len(read_corpus(file, Options(meter="4/4")).bars) == 4


def test_a_file_of_days_is_refused(tmp_path: Path) -> None:
    file = _midi(tmp_path / "long.mid", [(0, 96, 60), (200_000_000, 96, 60)], COMPING)
    with pytest.raises(JazzgramError, match="520834 bars are more than the 20000 that are read; set a shorter span"):
        read_corpus(file, Options())
    assert len(read_corpus(file, Options(span=(0, 16))).bars) == 4


@pytest.mark.parametrize(
    ("tracks", "message"),
    [
        ([[(0, 1, 60)]] * 501, "has 501 parts, more than the 500 that are read; cut it down"),
        ([[(time, 1, 60) for time in range(200_001)]], "has 200,001 notes, more than the 200,000 that are read"),
        (
            [[(time, 1, 60) for time in range(380_000)]],
            "bytes, more than the 3,000,000 that are read; cut it into pieces",
        ),
    ],
)
def test_what_would_take_too_long_is_refused(tracks: list[PLAYED], message: str, tmp_path: Path) -> None:
    chunks = []
    for played in tracks:
        body = b"".join(b"\0\x90%c\x50\x01\x80%c\0" % (pitch, pitch) for _, _, pitch in played) + b"\0\xff\x2f\0"
        chunks.append(b"MTrk" + len(body).to_bytes(4, "big") + body)
    file = tmp_path / "large.mid"
    file.write_bytes(b"MThd\0\0\0\6\0\1" + len(chunks).to_bytes(2, "big") + b"\0\x60" + b"".join(chunks))
    with pytest.raises(JazzgramError, match=rf"large\.mid: .*{message}"):
        read_corpus(file, Options())


@pytest.mark.timeout(20)
def test_a_crowd_of_notes_takes_no_time() -> None:
    """All begin at once and no two end together: what looks for those that do must not try every pair."""
    onsets, ends = np.zeros(30_000, dtype=np.int64), np.arange(1, 30_001) * 1000
    assert gather_chords(onsets, ends, ends % 128, 96)[2] == ()


def test_a_device_is_no_file() -> None:
    with pytest.raises(JazzgramError, match=r"null: is a device or a pipe; the midi reader reads a file"):
        read_corpus(Path(os.devnull), Options())


def test_a_time_beyond_31_bits_is_damage(tmp_path: Path) -> None:
    late = b"\xff\xff\xff\x7f\x90\x3c\x50\x01\x80\x3c\0" * 9 + b"\0\xff\x2f\0"
    file = tmp_path / "late.mid"
    file.write_bytes(b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk" + len(late).to_bytes(4, "big") + late)
    with pytest.raises(JazzgramError, match=r"damaged MIDI file \(it lasts longer than 2\^31 ticks\)"):
        read_corpus(file, Options())


def test_scraps_behind_the_last_track_do_no_harm(tune: Path) -> None:
    whole = read_corpus(tune, Options())
    tune.write_bytes(tune.read_bytes() + b"\0\0junk from a sequencer")
    assert read_corpus(tune, Options()) == whole


def test_names_that_would_break_a_line(tmp_path: Path) -> None:
    file = _midi(tmp_path / "names.mid", SOLO, COMPING, DRUMS, names=("So\nlo\x1b[31m", "", "♭"))
    with pytest.raises(JazzgramError, match=r"0 So lo \[31m \(.*1 Part 1 \(.*2 ♭ \("):
        read_corpus(file, Options(melody_part=7))


def test_every_truncation_is_refused(tune: Path) -> None:
    content = tune.read_bytes()
    for length in range(0, len(content)):
        tune.write_bytes(content[:length])
        with pytest.raises(JazzgramError, match=r"empty|truncated|not a MIDI file"):
            read_corpus(tune, Options())


def test_no_damage_makes_a_traceback(tune: Path) -> None:
    content, generator = tune.read_bytes(), random.Random(7)
    refusals: list[str] = []
    read = 0
    for _ in range(400):
        damaged = bytearray(content)
        for _ in range(generator.choice((1, 1, 2, 5))):
            damaged[generator.randrange(4, len(damaged))] = generator.randrange(256)
        if generator.random() < 0.2:
            cut = generator.randrange(14, len(damaged))
            del damaged[cut : cut + generator.randrange(1, 9)]
        tune.write_bytes(damaged)
        try:
            bars = read_corpus(tune, Options()).bars
        except JazzgramError as error:
            refusals.append(str(error))
        else:
            assert bars and all(bar.chords for bar in bars)
            assert all(1 <= note.velocity <= 127 for bar in bars for note in bar.melody if isinstance(note, Note))
            read += 1
    assert all(refusal.startswith(f"{tune}: ") and "\n" not in refusal for refusal in refusals)
    assert read > 20 and len(refusals) > 100, "both kinds must occur, or this shows nothing"
