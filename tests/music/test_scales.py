"""Chord scales: the tables of the jazz textbooks, and chords that are known by their sound alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notation import chord

from jazzgram import Chord, Note
from jazzgram.music.harmony.scales import chord_scale, nearest_pitch, retuned
from jazzgram.music.harmony.symbols import QUALITIES, voicing

NAMES = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"]


def spelled(root: int, pitch_classes: frozenset[int]) -> str:
    """Name pitch classes upward from the root."""
    return " ".join(NAMES[tone] for tone in sorted(pitch_classes, key=lambda tone: (tone - root) % 12))


@pytest.mark.parametrize(
    ("symbol", "name", "scale", "avoid", "guide_tones"),
    [
        ("Cmaj7", "Ionian", "C D E F G A B", "F", "E B"),
        ("C6", "Ionian", "C D E F G A B", "F", "E A"),
        ("C", "Ionian", "C D E F G A B", "F", "E"),
        ("Cmaj7#11", "Lydian", "C D E Gb G A B", "", "E B"),
        ("Dm7", "Dorian", "D E F G A B C", "", "F C"),
        ("G7", "Mixolydian", "G A B C D E F", "C", "B F"),
        ("G13", "Mixolydian", "G A B C D E F", "C", "B F"),
        ("G7sus4", "Mixolydian", "G A B C D E F", "", "C F"),
        ("F7#11", "Lydian dominant", "F G A B C D Eb", "", "A Eb"),
        ("G7b9", "half-whole diminished", "G Ab Bb B Db D E F", "", "B F"),
        ("G7alt", "altered", "G Ab Bb B Db Eb F", "", "B F"),
        ("G7b9b13", "Mixolydian b9 b13", "G Ab B C D Eb F", "C", "B F"),
        ("G7#5", "whole tone", "G A B Db Eb F", "", "B F"),
        ("Bm7b5", "Locrian", "B C D E F G A", "C", "D A"),
        ("Bdim7", "whole-half diminished", "B Db D E F G Ab Bb", "", "D Ab"),
        ("CmMaj7", "melodic minor", "C D Eb F G A B", "", "Eb B"),
        ("Cm6", "melodic minor", "C D Eb F G A B", "", "Eb A"),
        ("Cmaj7#5", "Lydian augmented", "C D E Gb Ab A B", "", "E B"),
        ("G7b9sus4", "Dorian b2", "G Ab Bb C D E F", "", "C F"),
        ("C5", "Mixolydian", "C D E F G A Bb", "F", ""),
    ],
)
def test_the_scale_of_a_chord(symbol: str, name: str, scale: str, avoid: str, guide_tones: str) -> None:
    found = chord_scale(chord(symbol))
    assert found is not None
    assert found.name == name
    assert spelled(found.root, found.scale) == scale
    assert spelled(found.root, found.avoid) == avoid
    assert spelled(found.root, found.guide_tones) == guide_tones


@pytest.mark.parametrize("quality", QUALITIES)
def test_every_quality_has_a_scale_that_holds_its_tones(quality: str) -> None:
    found = chord_scale(chord("C" + quality))
    assert found is not None
    tones = frozenset(step % 12 for step in QUALITIES[quality])
    assert found.root == 0 and found.chord_tones == tones
    assert tones <= found.scale and found.avoid <= found.scale and not found.avoid & tones
    assert 6 <= len(found.scale) <= 8, "no tone had to be added to a known scale"
    assert found.guide_tones <= tones


@pytest.mark.parametrize(
    ("symbol", "sounding", "name"),
    [
        ("C7", (48, 52, 58, 61), "half-whole diminished"),  # the pianist plays a b9
        ("C7", (48, 52, 58, 66), "Lydian dominant"),  # … a #11
        ("Cm7", (48, 51, 58, 56), "Aeolian"),  # … a b13
        ("Bm7b5", (47, 50, 53, 57, 61), "Locrian natural 2"),  # … a natural 9
        ("Cm7", (51, 55, 58, 62), "Dorian"),  # rootless, with the 9: nothing new
    ],
)
def test_what_sounds_changes_the_scale(symbol: str, sounding: tuple[int, ...], name: str) -> None:
    found = chord_scale(Chord(sounding, 0, 1920, symbol))
    assert found is not None and found.name == name
    assert found.chord_tones >= {pitch % 12 for pitch in sounding}


@pytest.mark.parametrize("symbol", ["Dm7", "G7", "Cmaj7", "F#m7b5", "Bb13", "Abmaj9"])
def test_a_chord_without_a_symbol_is_known_by_its_sound(symbol: str) -> None:
    assert chord_scale(Chord(voicing(symbol), 0, 1920)) == chord_scale(chord(symbol))


def test_an_unreadable_symbol_gives_way_to_the_sound() -> None:
    assert chord_scale(Chord(voicing("Dm7"), 0, 1920, "Solo!")) == chord_scale(chord("Dm7"))


def test_a_slash_bass_is_a_chord_tone() -> None:
    found = chord_scale(chord("D/C"))
    assert found is not None and found.root == 2
    assert spelled(0, found.scale) == "C D E Gb G A B"
    assert 0 in found.chord_tones


def test_tones_foreign_to_every_scale_are_added() -> None:
    cluster = chord_scale(Chord((48, 49, 50, 51, 52, 55, 58), 0, 1920, "C7"))
    assert cluster is not None
    assert cluster.name == "Mixolydian" and cluster.scale >= {0, 1, 2, 3, 4, 7, 10}


@pytest.mark.parametrize("silent", [None, Chord((), 0, 1920), Chord((), 0, 1920, "C7"), Chord((48,), 0, 1920, "NC")])
def test_no_chord_has_no_scale(silent: Chord | None) -> None:
    assert chord_scale(silent) is None


@pytest.mark.parametrize(
    ("pitch", "toward", "nearest"),
    [(64, None, 64), (65, None, 64), (62, None, 60), (62, 70, 64), (62, 50, 60), (127, None, 127), (126, None, 127)],
)
def test_the_nearest_pitch_of_c_major(pitch: int, toward: int | None, nearest: int) -> None:
    assert nearest_pitch(pitch, frozenset({0, 4, 7}), toward) == nearest


@settings(max_examples=50)
@given(st.integers(0, 127), st.frozensets(st.integers(0, 11)), st.none() | st.integers(0, 127))
def test_no_pitch_is_nearer(pitch: int, classes: frozenset[int], toward: int | None) -> None:
    near = nearest_pitch(pitch, classes, toward)
    if not classes:
        assert near == pitch
    else:
        assert near % 12 in classes
        assert abs(near - pitch) == min(abs(other - pitch) for other in range(128) if other % 12 in classes)


def test_a_retuned_note_keeps_all_but_its_pitch() -> None:
    note = Note(63, 10, 20, 99, "E-")
    assert retuned(note, 63) is note
    assert retuned(note, 51) == Note(51, 10, 20, 99, "E-")
    assert retuned(note, 62) == Note(62, 10, 20, 99)
