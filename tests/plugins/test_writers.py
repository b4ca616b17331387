"""Scores and MIDI files as other programs read them, and rhythm as a copyist would write it."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import music21
import pytest
import symusic
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.writers import midi, musicxml
from notation import LETTERS, as_ticks, changes, chord, line

from jazzgram import Chord, Meter, Note, Solo, Track
from jazzgram.music.harmony.symbols import QUALITIES
from jazzgram.music.notation.rhythm import notate

FOUR_FOUR = Meter(4, 4)


def written(notes: tuple[Note, ...], meter: Meter = FOUR_FOUR, bars: int = 1) -> str:
    """Show notation as text: length letters of what is written, ``~`` for a tie, ``r`` for rests, () for triplets."""
    value = {1920: "w", 960: "h", 480: "q", 240: "e", 120: "s", 60: "z"}
    names = value | {ticks * 3 // 2: letter + "." for ticks, letter in value.items()}
    shown = []
    for bar in notate(notes, meter, bars):
        words: list[str] = []
        triplet = None
        for piece in bar:
            if piece.triplet != triplet:
                words += [")"] if triplet else []
                words += ["("] if piece.triplet else []
                triplet = piece.triplet
            words.append(("" if piece.note else "r") + names[piece.value] + ("~" if piece.tied_to else ""))
        shown.append(" ".join(words + ([")"] if triplet else [])))
    return " | ".join(shown)


@pytest.mark.parametrize(
    ("text", "meter", "bars", "page"),
    [
        # Binary values and the middle of the bar.
        ("60:e 62:q 64:e 65:q 67:q", "4/4", 1, "e q e q q"),
        ("60:qe 62:qe 64:q", "4/4", 1, "q. e~ q q"),
        ("60:qe 62:e 64:h", "4/4", 1, "q. e h"),
        ("60:q 62:h 64:q", "4/4", 1, "q h q"),
        ("60:q 62:hq", "4/4", 1, "q h."),
        ("60:hqe 62:e", "4/4", 1, "h~ q. e"),
        ("60:e 62:hqe", "4/4", 1, "e q.~ h"),
        ("60:s 62:e 64:s 65:es 67:s 69:s 71:es 60:q", "4/4", 1, "s e s e. s s e. q"),
        ("60:es 62:e 64:es 65:h", "4/4", 1, "e. s~ s e. h"),
        # Over the barline.
        ("r:hq 60:e 62:qe 64:hq", "4/4", 2, "rh rq e e~ | q h."),
        ("60:wwh", "4/4", 3, "w~ | w~ | h rh"),
        # Rests show the beats.
        ("60:e r:eqh", "4/4", 1, "e re rq rh"),
        ("60:q r:h 62:q", "4/4", 1, "q rq rq q"),
        ("60:s r:es 62:q r:h", "4/4", 1, "s rs re q rh"),
        ("", "4/4", 2, "rw | rw"),
        # Triplets, also beside binary beats, and over them.
        ("60:t 62:t 64:t 65:e 67:e 69:h", "4/4", 1, "( e e e ) e e h"),
        ("60:T 62:t 64:q 65:h", "4/4", 1, "( q e ) q h"),
        ("60:t 62:t 64:tq 65:h", "4/4", 1, "( e e e~ ) q h"),
        ("r:t 60:t 62:t 64:qh", "4/4", 1, "( re e e ) h."),
        ("60:x 62:x 64:x 65:x 67:x 69:x 71:qh", "4/4", 1, "( s s s s s s ) h."),
        ("60:T 62:T 64:T 65:h", "4/4", 1, "( q q q ) h"),
        ("60:h 62:T 64:T 65:T", "4/4", 1, "h ( q q q )"),
        ("60:q 62:T 64:T 65:T 67:q", "4/4", 1, "q ( q e~ ) ( e q ) q"),
        # Other meters.
        ("60:q 62:h 64:e 65:q 67:e 69:q", "3/4", 2, "q h | e q e q"),
        ("60:hq 62:q r:h", "3/4", 2, "h. | q rq rq"),
        ("60:e 62:e 64:e 65:q 67:e", "6/8", 1, "e e e q e"),
        ("60:qe 62:e 64:q", "6/8", 1, "q. e q"),
        ("60:h 62:q", "6/8", 1, "q.~ e q"),
        ("60:q r:e r:qe", "6/8", 1, "q re rq."),
        ("60:hq", "6/8", 1, "h."),
        ("60:h 62:h", "2/2", 1, "h h"),
        ("60:qe 62:qe", "3/4", 1, "q. q."),
    ],
)
def test_rhythm_as_a_copyist_writes_it(text: str, meter: str, bars: int, page: str) -> None:
    assert written(line(text), Meter.parse(meter), bars) == page


@pytest.mark.parametrize(
    ("notes", "page"),
    [
        # Humanised: a little early and late, and short of the next.
        ([(0, 226), (247, 215), (474, 400), (967, 160), (1118, 150), (1287, 150), (1446, 470)], "e e q ( e e e ) q"),
        # Overlapping, as the original's output is.
        ([(0, 480), (240, 480), (480, 480), (960, 960)], "e e q h"),
        # Three notes at once: one is written.
        ([(0, 960), (0, 960), (0, 960), (960, 960)], "h h"),
        # Without length, and past the end of the bar.
        ([(0, 0), (0, 480), (480, 0), (480, 480), (960, 9000)], "q q h"),
        # A run too fast for sixteenths does not lose a note.
        ([(60 * n, 60) for n in range(8)] + [(480, 1440)], "z z z z z z z z h."),
        # Exact 32nd notes beside longer ones, and a beat that is half a triplet and half binary.
        ([(0, 60), (60, 60), (120, 120), (240, 240), (480, 1440)], "z z s e h."),
        ([(0, 160), (160, 80), (240, 80), (320, 40), (360, 120), (480, 1440)], "( e s s s s ) h."),
        # A little before the first beat.
        ([(-20, 500), (480, 1440)], "q h."),
    ],
)
def test_what_a_chain_may_produce_is_made_readable(notes: list[tuple[int, int]], page: str) -> None:
    line = tuple(Note(60 + index, onset, duration) for index, (onset, duration) in enumerate(notes))
    assert written(line) == page


METERS = ["4/4", "3/4", "6/8", "5/4", "7/8", "12/8", "2/2", "5/16", "3/32", "1/4"]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-50, 4000), st.integers(0, 2500), st.integers(0, 127)), max_size=25),
    st.sampled_from(METERS),
    st.integers(0, 3),
)
def test_every_bar_sums_and_ties_join_equal_notes(times: list[tuple[int, int, int]], meter: str, bars: int) -> None:
    notes = tuple(Note(pitch, onset, duration) for onset, duration, pitch in sorted(times))
    page = notate(notes, Meter.parse(meter), bars)
    assert len(page) == bars
    for bar in page:
        ends = [0] + [piece.onset + piece.duration for piece in bar]
        assert [piece.onset for piece in bar] + [Meter.parse(meter).bar] == ends
        assert all(piece.duration > 0 for piece in bar)
    flat = [piece for bar in page for piece in bar]
    for piece, following in pairwise(flat):
        assert piece.tied_to == following.tied_from
        assert not piece.tied_to or piece.note is following.note
    assert not flat or not (flat[0].tied_from or flat[-1].tied_to)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from(["ttt", "Tt", "tT", "ee", "q", "sse", "ses", "ssss", "ess", "r"]), min_size=4, max_size=8)
)
def test_notes_on_the_grid_are_written_exactly(beats: list[str]) -> None:
    notes: list[Note] = []
    onset = 0
    for beat in beats:
        for letter in beat:
            if letter != "r":
                notes.append(Note(60 + len(notes), onset, LETTERS[letter]))
            onset += LETTERS[letter] if letter != "r" else 480
    page = notate(notes, Meter(1, 4), len(beats))
    heads = [(480 * bar + w.onset, w.duration, w.note.pitch) for bar, ws in enumerate(page) for w in ws if w.note]
    assert heads == [(note.onset, note.duration, note.pitch) for note in notes]


BLUES = Solo(
    line(
        "r:e 65:e 68:e 70:e 74:t 72:t 70:t 68:e 67:e  r:e 67:q 70:e 73:e 72:s 71:s 70:e 68:e "
        "65:q 66:e 67:e 68:qe 70:qe  73:e 72:e 71:e 70:q 68:e"
    ),
    changes("Bb7|Eb7|Bb7|Fm7 Bb7"),
    4,
    title="Four of a Blues",
    tempo=132,
    key=-2,
)


def read_back(solo: Solo, folder: Path) -> music21.stream.Score:
    (path,) = musicxml.write_solo(solo, folder)
    score = music21.converter.parse(path, format="musicxml", forceSource=True)
    assert isinstance(score, music21.stream.Score)
    for measure in score.parts[0].getElementsByClass(music21.stream.Measure):
        assert measure.duration.quarterLength == Fraction(solo.meter.bar, 480)
        assert sum(element.quarterLength for element in measure.notesAndRests if not _is_symbol(element)) == Fraction(
            solo.meter.bar, 480
        )
    return score


def _is_symbol(element: music21.base.Music21Object) -> bool:
    return isinstance(element, music21.harmony.ChordSymbol)


def test_a_lead_sheet_comes_back_from_music21_note_for_note(tmp_path: Path) -> None:
    score = read_back(BLUES, tmp_path)
    notes = [note for note in score.flatten().stripTies().notes if not _is_symbol(note)]
    assert [(n.pitch.midi, n.offset, n.quarterLength) for n in notes] == [
        (n.pitch, Fraction(n.onset, 480), Fraction(n.duration, 480)) for n in BLUES.notes
    ]
    symbols = [(s.offset, s.root().name, s.chordKind) for s in score.flatten().getElementsByClass("ChordSymbol")]
    assert symbols == [
        (0, "B-", "dominant-seventh"),
        (4, "E-", "dominant-seventh"),
        (8, "B-", "dominant-seventh"),
        (12, "F", "minor-seventh"),
        (14, "B-", "dominant-seventh"),
    ]
    assert score.metadata.bestTitle == "Four of a Blues"
    assert score.metadata.composer == "improvised by jazzgram"
    flat = score.flatten()
    assert flat.getElementsByClass("MetronomeMark")[0].number == 132
    assert flat.getElementsByClass("KeySignature")[0].sharps == -2
    assert score.parts[0].getElementsByClass("Measure")[-1].rightBarline.type == "final"


def test_a_chord_changes_under_a_held_note(tmp_path: Path) -> None:
    score = read_back(Solo(line("60:w"), changes("Dm7 G7"), 1), tmp_path)
    symbols = score.flatten().getElementsByClass("ChordSymbol")
    assert [(symbol.offset, symbol.root().name) for symbol in symbols] == [(0, "D"), (2, "G")]


def test_a_chord_that_only_brushes_by_is_not_printed(tmp_path: Path) -> None:
    chords = (chord("C6", 0, 900), Chord((55, 62), 900, 60), chord("F7", 960, 960))
    score = read_back(Solo((), chords, 1), tmp_path)
    assert [symbol.root().name for symbol in score.flatten().getElementsByClass("ChordSymbol")] == ["C", "F"]


def test_spelling_and_printed_accidentals(tmp_path: Path) -> None:
    score = read_back(BLUES, tmp_path)
    third = score.parts[0].measure(3)
    assert [note.name for note in third.notes if not _is_symbol(note)] == ["F", "F#", "G", "A-", "B-"]
    (path,) = musicxml.write_solo(BLUES, tmp_path)
    second = ElementTree.parse(path).findall(".//measure")[1]
    printed = [
        (note.findtext("pitch/step"), note.findtext("accidental")) for note in second.iter("note") if note.find("pitch")
    ]
    # Key of two flats: B natural needs its sign, and the B flat after it too; A flat is not in the key.
    assert printed == [
        ("G", None),
        ("B", None),
        ("D", "flat"),
        ("C", None),
        ("B", "natural"),
        ("B", "flat"),
        ("A", "flat"),
    ]


def test_beams_and_brackets_by_the_beat(tmp_path: Path) -> None:
    (path,) = musicxml.write_solo(BLUES, tmp_path)
    first = ElementTree.parse(path).findall(".//measure")[0]
    notes = list(first.iter("note"))
    assert [note.findtext("beam") for note in notes] == [
        *(None, None, "begin", "end", "begin", "continue", "end", "begin", "end")
    ]
    brackets = [note.find("notations/tuplet") for note in notes]
    assert [None if b is None else b.get("type") for b in brackets] == [
        *(None, None, None, None, "start", None, "stop", None, None)
    ]
    # Where a beam holds a triplet together its number is enough.
    assert brackets[4] is not None and brackets[4].get("bracket") == "no"
    assert brackets[4].get("placement") == "below", "on the side of the stems"


def test_four_bars_a_line(tmp_path: Path) -> None:
    (path,) = musicxml.write_solo(Solo((), changes("|".join(["C7"] * 12)), 12), tmp_path)
    measures = ElementTree.parse(path).findall(".//measure")
    assert [m.get("number") for m in measures if m.find("print[@new-system='yes']") is not None] == ["5", "9"]
    # A chord that stays is printed again at the head of a line only.
    assert [m.get("number") for m in measures if m.find("harmony") is not None] == ["1", "5", "9"]


@pytest.mark.parametrize("symbol", [*(f"Eb{quality}" for quality in QUALITIES), "F#m7", "Bb/C", "Abmaj7/Eb", "NC"])
def test_every_chord_symbol_can_be_written_and_read(symbol: str, tmp_path: Path) -> None:
    score = read_back(Solo((), changes(symbol), 1), tmp_path)
    (read,) = score.flatten().getElementsByClass("ChordSymbol")
    if symbol == "NC":
        assert isinstance(read, music21.harmony.NoChord)
        return
    root, _, bass = symbol.partition("/")
    assert read.root().name == root[:2].rstrip("mas").replace("b", "-")
    assert not bass or read.bass().name == bass.replace("b", "-")


@pytest.mark.parametrize(
    ("symbol", "tones"),
    [
        ("Bb7b9", "B- D F A- C-"),
        ("C7#11", "C E G B- F#"),
        ("G7b5", "G B D- F"),
        ("Fmaj7#5", "F A C# E"),
        ("A13b9", "A C# E G B- F#"),
        ("Ebm69", "E- G- B- C F"),
    ],
)
def test_altered_chords_sound_right_when_read(symbol: str, tones: str, tmp_path: Path) -> None:
    score = read_back(Solo((), changes(symbol), 1), tmp_path)
    (read,) = score.flatten().getElementsByClass("ChordSymbol")
    assert {pitch.pitchClass for pitch in read.pitches} >= {
        music21.pitch.Pitch(name).pitchClass for name in tones.split()
    }


@pytest.mark.parametrize("meter", METERS)
@pytest.mark.parametrize("text", ["", "60:e 62:q 64:t 65:t 67:t 69:wh"])
def test_any_meter(meter: str, text: str, tmp_path: Path) -> None:
    read_back(Solo(line(text), changes("Am7|D7", Meter.parse(meter)), 2, meter=Meter.parse(meter)), tmp_path)


def test_hardly_any_solo_at_all(tmp_path: Path) -> None:
    read_back(Solo((), (), 0), tmp_path)
    read_back(Solo((Note(60, 0, 0),), (Chord((), 0, 1920),), 1), tmp_path)


def test_a_spelling_that_a_step_left_behind_is_not_believed(tmp_path: Path) -> None:
    notes = (Note(61, 0, 480, spelling="D-"), Note(63, 480, 480, spelling="D-"), Note(71, 960, 480, spelling="C-"))
    score = read_back(Solo(notes, (), 1), tmp_path)
    assert [note.nameWithOctave for note in score.flatten().notes] == ["D-4", "E-4", "C-5"]


def test_a_saxophone_is_written_at_sounding_pitch(tmp_path: Path) -> None:
    score = read_back(Solo((Note(60, 0, 1920),), (), 1, program=65), tmp_path)
    assert [note.pitch.midi for note in score.flatten().notes] == [60]


def test_equal_solos_give_equal_files(tmp_path: Path) -> None:
    for writer in (musicxml.write_solo, lambda solo, folder: midi.write_solo(solo, folder, midi.Options())):
        first = writer(BLUES, tmp_path)[0].read_bytes()
        assert writer(BLUES, tmp_path)[0].read_bytes() == first


def test_midi_tracks_tempo_meter_key_and_markers(tmp_path: Path) -> None:
    drums = Track("Drums", 0, (Note(51, 0, 240),), is_drum=True)
    bass = Track("Bass", 32, (Note(34, 0, 480), Note(38, 480, 480)))
    solo = Solo(
        (Note(65, 0, 480, 90), Note(62, 480, 160)),
        (Chord((58, 62, 65, 68), 0, 1440, "Bb7"), Chord((51, 55, 58, 61), 1440, 960), Chord((), 2400, 480)),
        2,
        meter=Meter(3, 4),
        tempo=150,
        accompaniment=(bass, drums),
        program=26,
        key=-2,
    )
    (path,) = midi.write_solo(solo, tmp_path, midi.Options(name="Guitar"))
    score = symusic.Score(path)
    assert score.ticks_per_quarter == 480
    assert [(t.name, t.program, t.is_drum) for t in score.tracks] == [
        ("Guitar", 26, False),
        ("Bass", 32, False),
        ("Drums", 0, True),
    ]
    assert [(n.pitch, n.time, n.duration, n.velocity) for n in score.tracks[0].notes] == [
        (65, 0, 480, 90),
        (62, 480, 160, 80),
    ]
    assert [(marker.time, marker.text) for marker in score.markers] == [(0, "Bb7"), (1440, "Eb7"), (2400, "NC")]
    assert round(score.tempos[0].qpm, 3) == 150
    assert (score.time_signatures[0].numerator, score.time_signatures[0].denominator) == (3, 4)
    assert score.key_signatures[0].key == -2
    assert b"\xff\x06\x03Bb7" in path.read_bytes()


def channels(path: Path) -> list[set[int]]:
    """Read each track's channels from the bytes of a MIDI file without running status, as symusic writes it."""
    content, found, offset = path.read_bytes(), [], 14
    while offset < len(content):
        end, used = offset + 8 + int.from_bytes(content[offset + 4 : offset + 8], "big"), set()
        offset += 8
        while offset < end:
            while content[offset] & 0x80:
                offset += 1
            status = content[offset + 1]
            if status == 0xFF:
                offset += 4 + content[offset + 3]
                continue
            assert status & 0x80, "running status"
            used.add(status & 0x0F)
            offset += 3 if status >> 4 in (0xC, 0xD) else 4
        found.append(used)
    return found


def test_midi_with_a_count_in(tmp_path: Path) -> None:
    early = Solo(
        (Note(65, -20, 480), Note(62, 480, 480)), (Chord((50, 53, 57, 60), 0, 1440, "Dm7"),), 1, meter=Meter(3, 4)
    )
    (path,) = midi.write_solo(early, tmp_path, midi.Options(count_in=2))
    score = symusic.Score(path)
    solo, clicks = score.tracks
    assert [note.time for note in solo.notes] == [2860, 3360], "a note before the beat keeps its onset"
    assert (clicks.name, clicks.is_drum) == ("Count-in", True)
    assert [note.time for note in clicks.notes] == [0, 480, 960, 1440, 1920, 2400]
    assert [(mark.time, mark.text) for mark in score.markers] == [(2880, "Dm7")]


def test_drums_alone_are_on_channel_ten(tmp_path: Path) -> None:
    parts = [Track(f"Part {n}", n, (Note(40 + n, 0, 480),), is_drum=n == 3) for n in range(14)]
    (path,) = midi.write_solo(Solo((Note(60, 0, 480),), (), 1, accompaniment=tuple(parts)), tmp_path, midi.Options())
    used = channels(path)
    assert used[4] == {9}
    assert all(9 not in track for index, track in enumerate(used) if index != 4)


@pytest.mark.parametrize(
    ("notes", "sounding"),
    [
        ([(60, 0, 960), (60, 480, 240)], [(60, 0, 480), (60, 480, 240)]),
        ([(60, 0, 240), (60, 0, 480)], [(60, 0, 480)]),
        ([(60, 0, 0), (62, 0, 240)], [(62, 0, 240)]),
        ([(60, 0, 960), (64, 240, 960)], [(60, 0, 960), (64, 240, 960)]),
        ([(60, -30, 270), (128, 0, 240), (-1, 0, 240)], [(60, 0, 240)]),
        ([], []),
    ],
)
def test_what_one_channel_can_play(notes: list[tuple[int, int, int]], sounding: list[tuple[int, int, int]]) -> None:
    played = midi.playable(Note(*note) for note in notes)
    assert as_ticks(played) == sounding
