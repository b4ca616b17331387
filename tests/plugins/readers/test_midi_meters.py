"""The MIDI reader on files of every make: tracks and channels, resolutions, meters that change, pick-ups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jazzgram_plugins.readers.midi import Options, list_files, read_corpus
from midi_files import Played, chord, meter, name, notes, program, tempo, write
from notation import as_ticks

from jazzgram import Corpus, JazzgramError, Meter, Note, Tune

SCALE = [(beat * 96, 90, 60 + beat % 12) for beat in range(24)]
"""A note on each of 24 quarter notes."""

TRIADS = [event for beat in range(0, 24, 4) for event in chord(beat * 96, 380, (48, 52, 55), 1)]


def _bars(corpus: Corpus) -> list[tuple[str, list[int]]]:
    """Return the meter of each bar and the onsets in it, in twelfths of a quarter note."""
    return [(str(bar.meter), [note.onset // 40 for note in bar.melody]) for bar in corpus.bars]


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        ([], ["4/4"] * 6),
        ([(0, "3/4")], ["3/4"] * 8),
        ([(0, "5/4")], ["5/4"] * 5),
        ([(0, "6/8")], ["6/8"] * 8),
        ([(0, "12/8")], ["12/8"] * 4),
        ([(0, "7/8")], ["7/8"] * 7),
        ([(0, "4/4"), (8, "3/4")], ["4/4"] * 2 + ["3/4"] * 6),
        ([(0, "4/4"), (8, "3/4"), (14, "5/4")], ["4/4"] * 2 + ["3/4"] * 2 + ["5/4"] * 2),
        ([(0, "3/4"), (3, "3/4")], ["3/4"] * 8),  # said twice
        ([(0, "3/4"), (0, "4/4")], ["4/4"] * 6),  # the last word counts
        ([(3, "3/4")], ["3/4"] * 8),  # until the first one 4/4, of which three beats are left
        ([(0, "1/4"), (1, "4/4")], ["1/4"] + ["4/4"] * 6),  # a pick-up
        ([(0, "4/4"), (6, "3/4")], ["4/4", "2/4"] + ["3/4"] * 6),  # a bar cut short
        ([(0, "4/4"), (6.5, "4/4"), (6.5, "2/4")], ["4/4", "5/8"] + ["2/4"] * 9),
        ([(0, "4/4"), (8 + 1 / 96, "3/4")], ["4/4"] * 2 + ["3/4"] * 6),  # a tick late
        ([(0, "4/4"), (8 - 1 / 96, "3/4")], ["4/4"] * 2 + ["3/4"] * 6),  # a tick early
    ],
)
def test_bars_follow_the_time_signatures(
    signatures: list[tuple[float, str]], expected: list[str], tmp_path: Path
) -> None:
    events = [meter(round(quarter * 96), text) for quarter, text in signatures]
    corpus = read_corpus(write(tmp_path / "m.mid", events, notes(SCALE), TRIADS), Options(chord_part=1))
    assert [str(bar.meter) for bar in corpus.bars] == expected
    # No note is lost, and each stands on its beat, counted from the start of the file.
    start, onsets = 0, []
    for bar in corpus.bars:
        onsets += [(start + note.onset) / 480 for note in bar.melody]
        start += bar.meter.bar
    assert onsets == list(range(24))


def test_one_meter_for_every_bar_overrides_the_file(tmp_path: Path) -> None:
    file = write(tmp_path / "m.mid", [meter(0, "4/4"), meter(768, "5/8")], notes(SCALE), TRIADS)
    assert [str(bar.meter) for bar in read_corpus(file, Options(meter="3/4")).bars] == ["3/4"] * 8


@pytest.mark.parametrize(
    ("pickup", "signatures", "bars"),
    [
        (1, [], [("1/4", 1), ("4/4", 4), ("4/4", 4)]),
        (1.5, [(0, "6/8")], [("3/8", 2), ("6/8", 3), ("6/8", 3)]),
        (2, [(0, "3/4")], [("2/4", 2), ("3/4", 3), ("3/4", 3)]),
        (2, [(0, "3/4"), (8, "4/4")], [("2/4", 2), ("3/4", 3), ("3/4", 3)]),
    ],
)
def test_a_pickup_that_the_file_does_not_tell(
    pickup: float, signatures: list[tuple[int, str]], bars: list[tuple[str, int]], tmp_path: Path
) -> None:
    events = [meter(quarter * 96, text) for quarter, text in signatures]
    corpus = read_corpus(write(tmp_path / "m.mid", events, notes(SCALE), TRIADS), Options(chord_part=1, pickup=pickup))
    read = [(str(bar.meter), len(bar.melody)) for bar in corpus.bars]
    assert read[:3] == bars


def test_triplets_begin_anew_at_every_barline(tmp_path: Path) -> None:
    """In 7/8 the second bar begins between two quarter notes: its triplets are counted from there."""
    second = round(3.5 * 480)
    played = [
        (0, 150, 60),
        (160, 150, 62),
        (320, 150, 64),
        *((second + step * 160, 150, 65 + step) for step in range(3)),
    ]
    file = write(tmp_path / "m.mid", [meter(0, "7/8")], notes(played), per_quarter=480)
    assert _bars(read_corpus(file, Options(changes="Dm7"))) == [("7/8", [0, 4, 8]), ("7/8", [0, 4, 8])]


@pytest.mark.parametrize("text", ["3/4", "5/4", "6/8", "12/8", "9/8"])
def test_a_note_meant_on_the_barline(text: str, tmp_path: Path) -> None:
    bar = Meter.parse(text).bar // 5
    early = [(0, 40, 60), (bar - 3, 40, 62), (2 * bar - 2, 40, 64)]
    corpus = read_corpus(write(tmp_path / "m.mid", [meter(0, text)], notes(early)), Options(changes="Dm7"))
    assert [[note.onset for note in each.melody] for each in corpus.bars] == [[0], [0], [0]]


@pytest.mark.parametrize("per_quarter", [1, 3, 5, 24, 48, 97, 120, 480, 960, 1001, 32767])
def test_every_resolution_reads_the_same(per_quarter: int, tmp_path: Path) -> None:
    played = [(beat * per_quarter, max(1, per_quarter * 15 // 16), 60 + beat) for beat in range(12)]
    file = write(tmp_path / "m.mid", [meter(0, "3/4")], notes(played), per_quarter=per_quarter)
    assert _bars(read_corpus(file, Options(changes="Dm7"))) == [("3/4", [0, 12, 24])] * 4


@pytest.mark.parametrize("running_status", [False, True])
@pytest.mark.parametrize("one_track", [False, True])
def test_channels_are_parts_in_one_track_or_several(one_track: bool, running_status: bool, tmp_path: Path) -> None:
    """A saxophone, a piano and drums: each on its channel of one track (format 0), or in tracks of their own."""
    sax = [program(0, 65), *notes(SCALE)]
    piano = [program(0, 0, 1), *TRIADS]
    drums = notes([(beat * 96, 10, 42) for beat in range(24)], 9)
    title = [name("A Tune"), tempo(0, 140), meter(0, "4/4")]
    tracks: list[list[Played]] = [[*title, *sax, *piano, *drums]] if one_track else [title, sax, piano, drums]
    file = write(tmp_path / "m.mid", *tracks, running_status=running_status)
    (tune,) = read_corpus(file, Options()).tunes
    assert (tune.program, round(tune.tempo), len(tune.bars)) == (65, 140, 6)
    assert [note.pitch for bar in tune.bars for note in bar.melody if isinstance(note, Note)] == [it[2] for it in SCALE]
    assert [bar.chords[0].pitches for bar in tune.bars] == [(48, 52, 55)] * 6
    assert [(track.name, track.is_drum, len(track.notes)) for track in tune.accompaniment] == [
        ("Piano" if one_track else "Part 1", False, 18),
        ("Drums" if one_track else "Part 2", True, 24),
    ]


@pytest.mark.parametrize("running_status", [False, True])
def test_a_soloist_who_changes_the_sound_is_one_part(running_status: bool, tmp_path: Path) -> None:
    changes = [program(0, 25), program(0, 27), program(500, 30), program(1000, 27), program(1001, 29)]
    file = write(tmp_path / "m.mid", [*changes, *notes(SCALE)], TRIADS, running_status=running_status)
    (tune,) = read_corpus(file, Options()).tunes
    assert tune.program == 27  # the one of the first note
    assert sum(len(bar.melody) for bar in tune.bars) == 24


def test_two_tracks_of_one_channel_are_two_parts(tmp_path: Path) -> None:
    file = write(tmp_path / "m.mid", notes(SCALE[:12]), notes(SCALE[12:]), TRIADS)
    with pytest.raises(JazzgramError, match=r"0 Part 0 \(program 0, 12 notes\), 1 Part 1 \(program 0, 12 notes\), 2"):
        read_corpus(file, Options(melody_part=9))


def test_a_span_between_barlines_of_changing_meters(tmp_path: Path) -> None:
    file = write(
        tmp_path / "m.mid", [meter(0, "4/4"), meter(4 * 96, "3/4"), meter(10 * 96, "5/4")], notes(SCALE), TRIADS
    )
    (tune,) = read_corpus(file, Options(chord_part=1, span=(4, 15))).tunes
    assert _bars(Corpus((tune,))) == [("3/4", [0, 12, 24]), ("3/4", [0, 12, 24]), ("5/4", [0, 12, 24, 36, 48])]
    assert [(it.reason, it.notes, it.bars) for it in tune.dropped] == [
        ("before the first bar", 4, 1),
        ("after the last bar", 9, 2),
    ]
    with pytest.raises(JazzgramError, match=r"start, quarter 8, is not a barline in 3/4; the nearest are 7 and 10$"):
        read_corpus(file, Options(chord_part=1, span=(8, 15)))


@pytest.mark.parametrize(
    ("tempi", "expected"),
    [
        ([], 120),
        ([(0, 140)], 140),
        ([(0, 20), (1, 140)], 140),  # a first beat that waits
        ([(0, 140), (22, 90), (23, 50)], 140),  # an ending that slows down
        ([(quarter, 100 + quarter) for quarter in range(24)], 112),  # the middle of many
        ([(0, 140), (30, 200)], 140),  # after the end
        ([(1, 140)], 140),
        ([(20, 140)], 120),  # until the first it is 120
    ],
)
def test_the_tempo_is_that_of_most_of_the_tune(tempi: list[tuple[int, int]], expected: int, tmp_path: Path) -> None:
    events = [tempo(quarter * 96, bpm) for quarter, bpm in tempi]
    (tune,) = read_corpus(write(tmp_path / "m.mid", events, notes(SCALE), TRIADS), Options()).tunes
    assert round(tune.tempo) == expected


def test_of_notes_that_begin_together_the_highest(tmp_path: Path) -> None:
    played = [(0, 90, 60), (1, 90, 72), (2, 90, 64), (96, 90, 65), (97, 40, 65), (480, 90, 50)]
    file = write(tmp_path / "m.mid", notes(played[:4]) + notes(played[4:], 1), notes(SCALE, 2))

    def read(polyphony: str) -> Tune:
        options: dict[str, Any] = {"melody_part": 0, "changes": "C", "polyphony": polyphony, "span": (0, 4)}
        tune: Tune = read_corpus(file, Options(**options)).tunes[0]
        return tune

    def line(polyphony: str) -> list[tuple[int, int]]:
        return [(pitch, onset) for pitch, onset, _ in as_ticks(read(polyphony).bars[0].melody)]

    assert line("keep") == [(60, 0), (72, 0), (64, 0), (65, 480)]
    assert line("highest") == [(72, 0), (65, 480)]
    assert [(it.reason, it.notes) for it in read("highest").dropped] == [
        ("after the last bar", 0),
        ("beneath a higher note", 2),
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    played=st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 400), st.integers(0, 127)), min_size=1, max_size=40),
    signatures=st.lists(st.tuples(st.integers(0, 3000), st.sampled_from(["4/4", "3/4", "5/8", "7/16", "1/16"]))),
    per_quarter=st.integers(1, 1000),
    grids=st.sampled_from([("1/4", "1/3"), ("1/1",), ("1/5",), ("1/32", "1/3")]),
    options=st.fixed_dictionaries(
        {},
        optional={
            "polyphony": st.just("highest"),
            "swing": st.just("straighten"),
            "pickup": st.sampled_from([0.5, 1, 3.5]),
            "meter": st.sampled_from(["3/4", "12/8"]),
        },
    ),
)
def test_every_note_is_in_a_bar_or_accounted_for(
    played: list[tuple[int, int, int]],
    signatures: list[tuple[int, str]],
    per_quarter: int,
    grids: tuple[str, ...],
    options: dict[str, Any],
    tmp_path: Path,
) -> None:
    """Whatever the bars are: none is lost or doubled, each stands within its bar, in order, and lasts."""
    import symusic

    lone = list({(onset, pitch): (onset, length, pitch) for onset, length, pitch in played}.values())
    events = [meter(time, text) for time, text in sorted(signatures)]
    file = write(tmp_path / "m.mid", events, [e for it in lone for e in notes([it])], per_quarter=per_quarter)
    written = sum(len(track.notes) for track in symusic.Score(file).tracks)
    (tune,) = read_corpus(file, Options(melody_part=0, changes="NC", quantize=grids, **options)).tunes
    assert sum(len(bar.melody) for bar in tune.bars) + sum(it.notes for it in tune.dropped) == written
    for bar in tune.bars:
        onsets = [note.onset for note in bar.melody]
        assert onsets == sorted(onsets)
        assert all(0 <= note.onset < bar.meter.bar and note.duration > 0 for note in bar.melody)
        assert sum(chord.duration for chord in bar.chords) == bar.meter.bar


def test_the_files_of_a_folder(tmp_path: Path) -> None:
    for file in ("b/x.mid", "b/a.MIDI", "c.MID", "c.txt", ".hidden.mid", "b/mid"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes(b"")
    (tmp_path / "folder.mid").mkdir()
    assert list_files(tmp_path) == [tmp_path / "b/a.MIDI", tmp_path / "b/x.mid", tmp_path / "c.MID"]
    assert list_files(tmp_path / "folder.mid") == []
