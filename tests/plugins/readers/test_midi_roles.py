"""Who plays the melody, who the chords: guessed as a musician would who sees the parts."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from jazzgram_plugins.readers.midi import Options, examine, read_corpus
from jazzgram_plugins.readers.midi.file import parse_midi, read_whole
from jazzgram_plugins.readers.midi.parts import PartProfile, choose_harmony, choose_melody, profile_parts
from midi_files import Played, chord, meta, meter, name, notes, program, write

from jazzgram import JazzgramError

LINE = [(beat * 48, 40, 60 + beat * 7 % 13) for beat in range(64)]
WALKING = [(beat * 96, 90, 30 + beat * 5 % 12) for beat in range(32)]
COMPING = [event for bar in range(8) for event in chord(bar * 384 + 96, 200, (52, 55, 59, 62))]
PADS = [event for bar in range(0, 8, 2) for event in chord(bar * 384, 2 * 380, (60, 64, 67))]


def _score(file: Path) -> Any:
    return parse_midi(file, read_whole(file))


def _profiles(path: Path, *tracks: list[Played]) -> list[PartProfile]:
    profiles: list[PartProfile] = profile_parts(_score(write(path / "m.mid", *tracks)))
    return profiles


def _choices(profiles: list[PartProfile]) -> tuple[int | None, int | None]:
    melody, harmony = choose_melody(profiles), choose_harmony(profiles)
    return melody.number if melody else None, harmony.number if harmony else None


@pytest.mark.parametrize("span", [None, (476 * 480, 548 * 480)])
def test_the_reference_has_the_parts_that_deepjazz_hard_codes(span: tuple[int, int] | None, shared: Path) -> None:
    profiles = profile_parts(_score(shared / "data" / "original_metheny.mid"), span)
    assert _choices(profiles) == (5, 0)
    roles = {profile.name: profile.role for profile in profiles}
    assert (roles["Guitar"], roles["Piano"], roles["Organ"], roles["Bass"]) == ("melody", "harmony", "harmony", "bass")
    assert {profile.role for profile in profiles if profile.number >= 10} == {"drums"}
    if span is None:
        guitar = next(profile for profile in profiles if profile.number == 5)
        assert guitar.notes == 1330
        assert guitar.why == (
            "monophonic 80%, range 47–84, 1.3 onsets a quarter in 75% of the file, program 26 (Guitar)"
        )


def test_the_reference_is_read_alike_with_and_without_part_numbers(shared: Path) -> None:
    file = shared / "data" / "original_metheny.mid"
    named = read_corpus(file, Options(melody_part=5, chord_part=0, span=(476, 548), meter="4/4"))
    assert read_corpus(file, Options(span=(476, 548))) == named
    (tune,) = named.tunes
    assert [(it.reason, it.notes, it.bars) for it in tune.dropped] == [
        ("before the first bar", 772, 119),
        ("after the last bar", 365, 81),
    ]


@pytest.mark.parametrize(
    ("file", "melody", "harmony"),
    [
        ("omr/k525MIDIMvt1.mid", 0, None),  # the first violin of a serenade, all strings of one program
        ("midi/testPrimitive/test02.mid", 0, None),  # the soprano of a chorale, all on the piano
        ("midi/testPrimitive/test03.mid", 0, 1),  # a piano in two staves
        ("midi/testPrimitive/test04.mid", 7, None),  # of an orchestra, the first violins
        ("midi/testPrimitive/test09.mid", 0, 1),  # a piano's right and left hand
        ("midi/testPrimitive/test17.mid", 0, 1),  # a song with piano
    ],
)
def test_files_that_come_with_music21(file: str, melody: int, harmony: int | None) -> None:
    spec = importlib.util.find_spec("music21")
    assert spec is not None and spec.submodule_search_locations
    assert _choices(profile_parts(_score(Path(spec.submodule_search_locations[0], file)))) == (melody, harmony)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_a_quartet_in_any_order(order: tuple[int, ...], tmp_path: Path) -> None:
    """Saxophone, piano, bass and drums without a name or a program: by what they play alone."""
    quartet = [notes(LINE), list(COMPING), notes(WALKING), notes([(beat * 48, 10, 42) for beat in range(64)], 9)]
    profiles = _profiles(tmp_path, *(quartet[player] for player in order))
    roles = ["melody", "harmony", "bass", "drums"]
    assert [profile.role for profile in profiles] == [roles[player] for player in order]
    assert _choices(profiles) == (order.index(0), order.index(1))


@pytest.mark.parametrize(
    ("names", "melody"),
    [
        (("Lead", "Backing"), 0),
        (("Backing", "Lead"), 1),
        (("Rhythm Guitar", "Solo Guitar"), 1),
        (("Strings", "Gesang"), 1),
        (("Vocals", "Piano"), 0),
        (("Tenor Sax", "Keys"), 0),
    ],
)
def test_between_two_lines_the_name_decides(names: tuple[str, str], melody: int, tmp_path: Path) -> None:
    profiles = _profiles(tmp_path, *([name(each), *notes(LINE)] for each in names))
    assert _choices(profiles)[0] == melody
    assert f"named {names[melody]!r}" in profiles[melody].why


@pytest.mark.parametrize(
    ("programs", "melody"),
    [((65, 0), 0), ((48, 73), 1), ((0, 56), 1), ((89, 26), 1), ((32, 11), 1)],
)
def test_between_two_lines_the_instrument_decides(programs: tuple[int, int], melody: int, tmp_path: Path) -> None:
    profiles = _profiles(tmp_path, *([program(0, each), *notes(LINE)] for each in programs))
    assert _choices(profiles)[0] == melody


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Bass Drum", "drums"),
        ("Perc", "drums"),
        ("Ac Bass", "bass"),
        ("Kontrabass", "bass"),
        ("Bass Clarinet", "melody"),
        ("Bassoon", "melody"),
        ("Lead Synth", "melody"),
        ("", "melody"),
    ],
)
def test_names_of_a_low_line(text: str, role: str, tmp_path: Path) -> None:
    low = [(onset, length, pitch - 16) for onset, length, pitch in LINE]
    assert [profile.role for profile in _profiles(tmp_path, [name(text), *notes(low)])] == [role]


def test_of_two_accompaniments_the_one_that_says_more(tmp_path: Path) -> None:
    assert _choices(_profiles(tmp_path, notes(LINE), PADS, COMPING)) == (0, 2)


def test_a_part_outside_the_span_is_not_looked_at(tmp_path: Path) -> None:
    intro = [name("Solo"), *notes([(at - 16 * 96, length, pitch) for at, length, pitch in LINE if at >= 16 * 96])]
    later = notes([(at + 16 * 96, length, pitch) for at, length, pitch in LINE])
    score = _score(write(tmp_path / "m.mid", intro, later))
    assert _choices(profile_parts(score))[0] == 0
    assert _choices(profile_parts(score, (16 * 480, 32 * 480)))[0] == 1
    assert profile_parts(score, (100 * 480, 101 * 480)) == []


def test_a_lone_part_is_the_melody_whatever_it_plays(tmp_path: Path) -> None:
    assert _choices(_profiles(tmp_path, notes(LINE)))[0] == 0
    assert _choices(_profiles(tmp_path, COMPING))[0] == 0
    assert _choices(_profiles(tmp_path, notes(WALKING)))[0] == 0


def test_drums_are_nobody_s_melody(tmp_path: Path) -> None:
    file = write(tmp_path / "m.mid", notes([(beat * 48, 10, 42) for beat in range(64)], 9))
    assert _choices(profile_parts(_score(file))) == (None, None)
    with pytest.raises(JazzgramError, match=r"m\.mid: no part looks like a melody; choose one as melody_part among"):
        read_corpus(file, Options())
    assert read_corpus(file, Options(melody_part=0, changes="NC")).bars


def test_nobody_plays_two_roles(tmp_path: Path) -> None:
    """Where one of the two is named, the other is looked for among the rest."""
    file = write(tmp_path / "m.mid", notes(LINE), COMPING, PADS)
    (tune,) = read_corpus(file, Options(chord_part=1)).tunes
    assert tune.accompaniment[0].name == "Part 1"
    (tune,) = read_corpus(file, Options(melody_part=1)).tunes
    assert tune.bars[0].chords[0].pitches == (60, 64, 67)  # the pads, for the comping is the melody


def test_what_a_configuration_for_the_reference_should_say(shared: Path) -> None:
    """The part numbers that the original hard-codes, and where in the file the guitar plays."""
    file = shared / "data" / "original_metheny.mid"
    examination = examine(file, Options())
    assert {"melody_part": 5, "chord_part": 0, "span": [44, 868]}.items() <= examination.options.items()
    assert [(it.number, it.chosen) for it in examination.parts if it.chosen] == [(0, "chords"), (5, "melody")]
    assert "the melody plays in 162 of the 217 bars, from quarter 44 to 868" in examination.remarks


def test_the_advice_can_be_followed(tmp_path: Path) -> None:
    """A swung, two-voiced solo after four bars of piano, with symbols, in two meters."""
    swung = [it for beat in range(16, 64) for it in ((beat * 96, 60, 60 + beat % 5), (beat * 96 + 64, 30, 70))]
    doubled = [(onset, length, pitch - 12) for onset, length, pitch in swung[::8]]
    symbols = [meta(bar * 384, 6, b"Dm7") for bar in range(16)]
    head = [meter(0, "4/4"), meter(56 * 96, "3/4"), *symbols]
    file = write(tmp_path / "m.mid", head, notes([*swung, *doubled]), COMPING)
    examination = examine(file, Options())
    assert examination.options == {
        "melody_part": 0,
        "chords": "symbols",
        "span": [16, 65],
        "polyphony": "highest",
        "swing": "straighten",
    }
    assert examination.remarks == (
        "the chords are the file's own chord symbols",
        "the melody plays in 13 of the 17 bars, from quarter 16 to 65",
        "the meter changes: 4/4, 3/4",
        "12 notes of the melody begin together with a higher one",
        "the melody swings 2.0:1, its off-beats at 0.67 of the beat",
    )
    (tune,) = read_corpus(file, Options(**examination.options)).tunes
    assert {note.onset % 240 for bar in tune.bars for note in bar.melody} == {0}
    assert [(it.reason, it.notes) for it in tune.dropped] == [
        ("before the first bar", 0),
        ("beneath a higher note", 12),
    ]
