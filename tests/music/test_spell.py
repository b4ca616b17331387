"""What a copyist would write: lines over chords with their spelling."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notation import chord

from jazzgram import Chord
from jazzgram.music.harmony.spell import spell, symbol_of

NATURAL = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ALTERATION = {"": 0, "#": 1, "-": -1}


def spelled(symbol: str, line: str, key: int = 0) -> str:
    pitches = [int(pitch) for pitch in line.split()]
    over = chord(symbol) if symbol else None
    return " ".join(spell(pitches, [over] * len(pitches), key))


@pytest.mark.parametrize(
    ("symbol", "line", "names"),
    [
        # Chord tones follow the root.
        ("Bb7", "58 62 65 68", "B- D F A-"),
        ("A7", "57 61 64 67", "A C# E G"),
        ("Db7", "61 65 68 71", "D- F A- C-"),
        ("C#7", "61 65 68 71", "C# E# G# B"),
        ("E7", "68 67 64", "G# G E"),
        ("Ebm7", "63 66 70 73", "E- G- B- D-"),
        ("F#maj7", "66 70 73 77", "F# A# C# E#"),
        ("Fm7b5", "65 68 71 75", "F A- C- E-"),
        ("Ab+7", "68 72 76 78", "A- C E G-"),
        # Diminished sevenths: the seventh is a flat where it is a black key, never a double flat.
        ("Bdim7", "71 74 77 80", "B D F A-"),
        ("C#dim7", "61 64 67 70", "C# E G B-"),
        ("Cdim7", "60 63 66 69", "C E- G- A"),
        # Altered and lydian dominants name their tensions.
        ("C7#9", "60 64 70 63", "C E B- D#"),
        ("C7b9", "60 64 70 61", "C E B- D-"),
        ("C7b9", "68 69 68 61 62", "A- A A- D- D"),
        ("C13b9", "68 69", "G# A"),
        ("C7#5", "68 69", "G# A"),
        ("D7#11", "68 69", "G# A"),
        ("G7alt", "68 70 75", "A- B- E-"),
        ("G7alt", "73 75 70 71", "D- E- A# B"),
        ("F7alt", "66 73 68 65", "G- D- A- F"),
        ("F7alt", "68 69 71 65", "G# A B F"),
        ("D7alt", "66 62 66 70 72", "F# D F# B- C"),
        ("Ab7alt", "69 71 76", "A B E"),
        # Passing tones by direction, also when the target is some repeats away.
        ("C6", "67 68 69", "G G# A"),
        ("C6", "69 68 67", "A A- G"),
        ("C6", "68 68 69", "G# G# A"),
        ("Dm7", "65 66 67 66 65", "F F# G G- F"),
        ("G7", "69 70 71 70 69", "A A# B B- A"),
        # The enclosure of G: from above in flats, from below in sharps.
        ("Cmaj7", "68 67 66 67", "A- G F# G"),
        # The letter beside the note they go to, whatever its name.
        ("Gb7", "76 75 76 78", "F- E- F- G-"),
        # Left by leap: the degree of the chord.
        ("C7", "63 60 66 72 61 70", "E- C F# C D- B-"),
        ("Cm7", "66 60 68 60", "G- C A- C"),
        ("E7", "77 70 73 64", "F A# C# E"),
        # White keys stay white.
        ("Db7", "64 61 69", "E D- A"),
        # No chord: what is near C major.
        ("", "61 66 68 63 60", "D- F# A- E- C"),
        ("NC", "61 66 68 63 60", "D- F# A- E- C"),
    ],
)
def test_lines_over_chords(symbol: str, line: str, names: str) -> None:
    assert spelled(symbol, line) == names


@pytest.mark.parametrize(
    ("key", "line", "names"),
    [
        (2, "66 61 62", "F# C# D"),
        (-3, "63 68 70", "E- A- B-"),
        (-6, "71 66", "C- G-"),
        (6, "77 66", "E# F#"),
        (4, "70 60", "A# C"),
        (-7, "69 67 62 64", "A G D F-"),
        (7, "67 62 69", "G D A"),
    ],
)
def test_the_key_signature_decides_where_no_chord_does(key: int, line: str, names: str) -> None:
    assert spelled("", line, key) == names


def test_the_signature_comes_before_the_direction() -> None:
    assert spelled("Dm7", "70 71 72", -1) == "B- B C"


def test_a_chord_without_symbol_is_named_from_its_voicing() -> None:
    chord = Chord((46, 56, 62, 65), 0, 1920)
    assert spell([68], [chord]) == ("A-",)
    assert symbol_of(chord).canonical == "Bb7"


def test_an_unreadable_symbol_falls_back_on_the_voicing() -> None:
    assert symbol_of(Chord((57, 61, 64, 67), 0, 1920, "what?")).canonical == "A7"


def test_nothing_to_spell() -> None:
    assert spell([], [], 0) == ()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 127), max_size=12),
    st.sampled_from(["", "NC", "C7", "Gb7alt", "F#m7b5", "Abdim7", "B13", "Ebm9", "C#7#9", "D7sus4", "Cbmaj7", "E#m7"]),
    st.integers(-7, 7),
)
def test_every_name_sounds_as_the_pitch_and_has_one_accidental_at_most(
    pitches: list[int], symbol: str, key: int
) -> None:
    over = chord(symbol) if symbol else None
    names = spell(pitches, [over] * len(pitches), key)
    assert [(NATURAL[name[0]] + ALTERATION[name[1:]]) % 12 for name in names] == [pitch % 12 for pitch in pitches]
