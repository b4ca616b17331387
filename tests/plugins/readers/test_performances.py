"""Datasets of performances with their beats: Filosax's saxophonists, the pianists of the Jazz Trio Database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import pytest
import symusic
from jazzgram_plugins.readers import filosax, jtd

from jazzgram import JazzgramError, Note, Tune
from jazzgram.testing import check_plugin

PACE = 0.5
"""Seconds a beat."""


def filosax_note(bar: int, position: int, duration: int, pitch: int, **more: Any) -> dict[str, Any]:
    """Return a note of bar `bar`, which begins with the recording's bar 2 at one second; 24 to the quarter note."""
    return {
        "midi_pitch": pitch,
        "bar_num": bar,
        "s_rhythmic_position": position,
        "s_rhythmic_duration": duration,
        "crochet_num": 24,
        "s_start_time": 1 + (bar - 2) * 4 * PACE + position / 24 * PACE,
        "tempo": 120.0,
        "bar_type": 2,
        "is_grace": 0,
        "chord_changes": {"0": "C:maj7"},
    } | more


NOTES = [
    filosax_note(2, 0, 12, 65, bar_type=0),
    filosax_note(2, 36, 4, 66, is_grace=1),
    filosax_note(2, 36, 12, 67),
    filosax_note(4, 8, 8, 69, bar_type=1),
    filosax_note(4, 8, 8, 70),
]
CHORDS = [(1.0, 2.0, "D:min7"), (3.0, 1.0, "G:7"), (4.0, 3.0, "C:maj")]


def filosax_folder(folder: Path, *, with_backing: bool = True) -> Path:
    player, backing = folder / "Participant 3" / "07", folder / "Backing" / "07"
    player.mkdir(parents=True)
    (player / "annotations.json").write_text(json.dumps({"notes": NOTES}))
    if with_backing:
        backing.mkdir(parents=True)
        rows = [dict(zip(("time", "duration", "value"), row, strict=True)) for row in CHORDS]
        annotations = [{"namespace": "chord", "data": rows}]
        metadata = {"title": "Porch Light"}
        text = json.dumps({"annotations": annotations, "file_metadata": metadata})
        (backing / "annotations.jams").write_text(text)
    return player / "annotations.json"


def read_filosax(file: Path, sections: Literal["all", "solos", "improvised"] = "all") -> Tune:
    (tune,) = filosax.read_corpus(file, filosax.Options(sections=sections)).tunes
    assert isinstance(tune, Tune)
    return tune


def line(tune: Tune) -> list[tuple[int, int, int, int]]:
    return [(n, note.pitch, note.onset, note.duration) for n, bar in enumerate(tune.bars) for note in bar.notes]


def test_a_player_over_the_chords_of_the_backing(tmp_path: Path) -> None:
    tune = read_filosax(filosax_folder(tmp_path))
    assert (tune.title, tune.work, tune.performer) == ("Porch Light - Participant 3", "Porch Light", "Participant 3")
    assert line(tune) == [(0, 65, 0, 240), (0, 67, 720, 240), (2, 70, 160, 160)]
    assert [[(chord.symbol, chord.onset) for chord in bar.chords] for bar in tune.bars] == [
        [("Dmin7", 0)],
        [("G7", 0), ("C", 960)],
        [("C", 0)],
    ]
    assert {left.reason: left.notes for left in tune.dropped} == {"grace note": 1, "at the onset of another note": 1}


@pytest.mark.parametrize(
    ("sections", "pitches", "left_out"), [("all", [65, 67, 70], 2), ("solos", [67, 70], 3), ("improvised", [67, 70], 3)]
)
def test_the_head_can_be_left_out(
    sections: Literal["all", "solos", "improvised"], pitches: list[int], left_out: int, tmp_path: Path
) -> None:
    tune = read_filosax(filosax_folder(tmp_path), sections)
    assert [note[1] for note in line(tune)] == pitches
    assert sum(left.notes for left in tune.dropped) == left_out == len(NOTES) - len(pitches)


def test_without_the_backing_the_notes_name_the_chords(tmp_path: Path) -> None:
    file = filosax_folder(tmp_path, with_backing=False)
    tune = read_filosax(file)
    assert {chord.symbol for bar in tune.bars for chord in bar.chords} == {"Cmaj7"}
    assert "the chords of the backing, which are not there" in tune.dropped[0].reason
    assert filosax.list_files(tmp_path) == [file]
    assert filosax.depends_on(file) == (tmp_path / "Backing" / "07" / "annotations.jams",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{}", "no notes found"),
        ('{"notes": [1]}', "bar_num is 'None'"),
        (json.dumps([filosax_note(2, 0, 12, 128)]), "midi_pitch is '128' (expected a number from 0 to 127)"),
        (json.dumps([filosax_note(2, 0, 12, 60, crochet_num=0)]), "crochet_num is '0'"),
        (json.dumps([filosax_note(2, 0, 12, 60, is_grace=1)]), "no note is left"),
    ],
)
def test_notes_that_are_refused(content: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "annotations.json"
    file.write_text(content)
    with pytest.raises(JazzgramError) as error:
        read_filosax(file)
    assert str(error.value).startswith(f"{file}: ") and message in str(error.value)


def jtd_folder(folder: Path, notes: list[tuple[float, float, int]], beats: str = "", name: str = "Bebop") -> Path:
    """Write a track: notes as onset and duration in beats of `PACE`, and pitch; the first downbeat is beat 1."""
    folder.mkdir(exist_ok=True)
    score, track = symusic.Score(480), symusic.Track()
    track.notes.extend(symusic.Note(round(960 * on * PACE), round(960 * long * PACE), at, 90) for on, long, at in notes)
    score.tempos.append(symusic.Tempo(0, 120))
    score.tracks.append(track)
    score.dump_midi(folder / "piano_midi.mid")
    rows = "".join(f"{beat},{beat * PACE},,,,{(beat + 3) % 4 + 1}\n" for beat in range(10))
    (folder / "beats.csv").write_text(beats or f",beats,piano,bass,drums,metre_auto\n{rows}")
    (folder / "metadata.json").write_text(json.dumps({"track_name": name, "pianist": "Nobody Known"}))
    return folder / "piano_midi.mid"


def read_jtd(file: Path) -> Tune:
    (tune,) = jtd.read_corpus(file).tunes
    assert isinstance(tune, Tune)
    return tune


CHORD = [(1.0, 3.9, pitch) for pitch in (48, 52, 55, 59)]
PIANO = [(0.5, 0.4, 60), *CHORD, (1.02, 0.5, 72), (1.5, 0.45, 74), (2.34, 0.3, 76), (5.0, 1.0, 71), (9.5, 1.0, 72)]


def test_a_pianist_on_the_beats_of_the_recording(tmp_path: Path) -> None:
    tune = read_jtd(jtd_folder(tmp_path / "nobody-bebop-1999", PIANO))
    assert (tune.title, tune.work, tune.performer, tune.tempo) == (
        "Nobody Known - Bebop (nobody-bebop-1999)",
        "Bebop",
        "Nobody Known",
        120.0,
    )
    assert line(tune) == [(0, 72, 0, 240), (0, 74, 240, 240), (0, 76, 640, 160), (1, 71, 0, 480)]
    assert tune.bars[0].chords[0].symbol == "Cmaj7"
    assert [note.pitch for note in tune.accompaniment[0].notes] == [48, 52, 55, 59]
    assert [(left.reason, left.notes) for left in tune.dropped] == [
        ("no chord symbols: the chords are inferred from what the piano plays", 0),
        ("outside of the bars", 2),
        ("beneath a higher note", 4),
    ]
    assert sum(left.notes for left in tune.dropped) + len(line(tune)) == len(PIANO)


def test_both_keep_to_the_contract(tmp_path: Path) -> None:
    check_plugin(filosax, filosax_folder(tmp_path))
    check_plugin(jtd, jtd_folder(tmp_path / "track", PIANO))


def test_what_a_track_is_made_of(tmp_path: Path) -> None:
    file = jtd_folder(tmp_path / "track", PIANO)
    (tmp_path / "other.mid").touch()
    assert jtd.list_files(tmp_path) == [file]
    assert [path.name for path in jtd.depends_on(file)] == ["beats.csv", "metadata.json"]
    (file.parent / "metadata.json").unlink()
    assert read_jtd(file).title == "track"


@pytest.mark.parametrize(
    ("beats", "message"),
    [
        (" ", "beats.csv: no beats found (expected the columns beats and metre_auto)"),
        ("beats\n1\n", "beats.csv: no beats found"),
        (
            f",beats,metre_auto\n0,{'1' * 200_000},1\n",
            "beats.csv: damaged CSV (field larger than field limit (131072))",
        ),
        (",beats,metre_auto\n0,1.0,1\n1,0.5,2\n", "beats.csv:3: '0.5', '2' is no beat after the one before it"),
        (",beats,metre_auto\n0,1.0,one\n", "beats.csv:2: '1.0', 'one' is no beat"),
        (",beats,metre_auto\n0,1.0,1\n1,2.0,2\n", "beats.csv: has 1 downbeats"),
        (",beats,metre_auto\n0,50.0,1\n1,51.0,1\n", "no note lies between the first and the last downbeat"),
    ],
)
def test_beats_that_are_refused(beats: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(JazzgramError) as error:
        read_jtd(jtd_folder(tmp_path, PIANO, beats))
    assert message in str(error.value) and "\n" not in str(error.value)


def test_a_note_beneath_is_one_that_begins_under_a_higher_one() -> None:
    held, low, after = Note(72, 0, 480), Note(60, 240, 240), Note(64, 400, 240)
    assert jtd._highest([held, low, after]) == [held, after]
