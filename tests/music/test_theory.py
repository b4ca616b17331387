"""Names, qualities and scales: those of music21, on which deepjazz's grammar is built."""

from __future__ import annotations

import random
from functools import partial
from itertools import combinations
from typing import Any

import pytest

from jazzgram import Chord
from jazzgram.music import intervals
from jazzgram.music.harmony import theory

SETS = [tuple(60 + tone for tone in tones) for size in range(1, 7) for tones in combinations(range(12), size)]


def voicings(number: int) -> list[tuple[int, ...]]:
    """Draw voicings of one to seven notes over four octaves, in any order, with doublings."""
    rng = random.Random(number)
    return [tuple(rng.choices(range(36, 85), k=rng.randint(1, 7))) for _ in range(number)]


def in_music21(pitches: tuple[int, ...]) -> Any:
    from music21 import chord, pitch

    return chord.Chord([pitch.Pitch(number) for number in pitches])


# ---------------------------------------------------------------- by hand


@pytest.mark.parametrize(
    ("pitches", "quality", "root"),
    [
        pytest.param((48, 52, 55), "major", 48, id="C"),
        pytest.param((52, 55, 60), "major", 60, id="C/E"),
        pytest.param((48, 52, 55, 58), "major", 48, id="C7"),
        pytest.param((50, 53, 57, 60), "minor", 50, id="Dm7"),
        pytest.param((59, 62, 65, 69), "diminished", 59, id="Bm7b5"),
        pytest.param((48, 52, 56), "augmented", 48, id="C+"),
        pytest.param((48, 53, 55), "other", 53, id="Csus4: rooted on F, without a third"),
        pytest.param((56, 60, 63), "other", 60, id="Ab: spelled G# C E-, whose root is C"),
        pytest.param((52, 56, 59, 63), "other", 52, id="Emaj7: E and E- are one letter"),
        pytest.param((48, 52), "major", 48, id="a third alone"),
        pytest.param((48,), "other", 48, id="a note alone"),
        pytest.param((48, 55), "other", 48, id="a fifth alone"),
    ],
)
def test_quality_and_root(pitches: tuple[int, ...], quality: str, root: int) -> None:
    assert (theory.voicing_quality(pitches), theory.voicing_root(pitches)) == (quality, root)


@pytest.mark.parametrize(
    ("pitches", "scale"),
    [
        pytest.param((48, 52, 55, 59), "G A B C D E F#", id="Cmaj7 gets the scale of G"),
        pytest.param((48, 52, 55, 58), "F G A B- C D E", id="C7 gets the scale of F"),
        pytest.param((50, 53, 57, 60), "G A B- C D E F", id="Dm7 in G Dorian"),
        pytest.param((56, 60, 63), "B- C D- E- F G A-", id="Ab, which is not major here, in Bb Dorian"),
    ],
)
def test_derived_scale(pitches: tuple[int, ...], scale: str) -> None:
    assert " ".join(theory.derived_scale(pitches)) == scale


@pytest.mark.parametrize(
    ("flat_fifth", "scale"), [(False, "A C D E G A"), (True, "A C D D# E G A")], ids=["without", "with"]
)
def test_blues_scale(flat_fifth: bool, scale: str) -> None:
    assert " ".join(theory.derived_blues_scale((57, 60, 64, 67), lambda: flat_fifth)) == scale


def test_tones_of_a_chord() -> None:
    dm7, none = Chord((50, 53, 57, 60), 0, 1920), Chord((), 0, 1920, "NC")
    assert dm7.pitch_classes == {2, 5, 9, 0}
    assert theory.derived_scale_tones(dm7) == {7, 9, 10, 0, 2, 4, 5}
    assert none.pitch_classes == theory.derived_scale_tones(none) == set()
    assert (theory.voicing_quality(()), theory.derived_scale(())) == ("other", ())


@pytest.mark.parametrize(
    ("previous", "pitch", "text", "window"),
    [
        pytest.param(60, 60, "m3,m-3", (-3, 3), id="a repeat"),
        pytest.param(60, 64, "P5,A1", (1, 7), id="up a major third"),
        pytest.param(75, 72, "P1,d-5", (-6, 0), id="down a minor third"),
        pytest.param(60, 72, "m10,M6", (9, 15), id="up an octave"),
        pytest.param(66, 63, "d2,A-4", (-6, 0), id="F# to E-, an augmented second down"),
    ],
)
def test_interval_range(previous: int, pitch: int, text: str, window: tuple[int, int]) -> None:
    assert intervals.interval_range(previous, pitch) == text
    assert intervals.interval_window(text) == window


@pytest.mark.parametrize("text", ["", "m3", "P3,m3", "M4,P1", "m3,m3,m3", "x,y", "m0,P1", "m3;P1"])
def test_no_range(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        intervals.interval_window(text)


@pytest.mark.parametrize("text", ["", "H4", "C", "C#-4", "c4"])
def test_no_name(text: str) -> None:
    with pytest.raises(ValueError, match="not a pitch"):
        intervals.parse_name(text)


# ---------------------------------------------------------------- as music21


def test_names_are_music21s() -> None:
    from music21 import pitch

    for number in range(12, 128):
        theirs = pitch.Pitch(number)
        staff, _ = intervals.spelled(number)
        assert (staff, intervals.spelling(number)) == (theirs.diatonicNoteNum - 1, theirs.name)
        assert intervals.parse_name(theirs.nameWithOctave) == (staff, number)
        for step in (-2, -1, 0, 1, 2):
            assert theirs.transpose(step).simplifyEnharmonic().name == intervals.spelling(number + step)


def test_ranges_are_music21s() -> None:
    from music21 import interval, pitch

    for previous in range(60, 72):
        for other in range(previous - 24, previous + 25):
            found = interval.Interval(pitch.Pitch(previous), pitch.Pitch(other))
            up, down = interval.add([found, "m3"]), interval.subtract([found, "m3"])
            assert intervals.interval_range(previous, other) == f"{up.directedName},{down.directedName}"
            for name in (up.directedName, down.directedName):
                parsed = interval.Interval(name)
                assert intervals.interval_semitones(name) == parsed.semitones
                assert interval.transposePitch(pitch.Pitch(previous), parsed).ps == previous + parsed.semitones


def test_qualities_are_music21s() -> None:
    for pitches in [*SETS, *voicings(700)]:
        theirs = in_music21(pitches)
        assert (theory.voicing_quality(pitches), theory.voicing_root(pitches)) == (
            theirs.quality,
            theirs.root().midi,
        ), pitches


def check_scales(sets: list[tuple[int, ...]]) -> None:
    from music21 import scale

    for pitches in sets:
        theirs = in_music21(pitches)
        kind = scale.MajorScale() if theirs.quality == "major" else scale.DorianScale()
        names = [pitch.name for pitch in kind.derive(theirs).getPitches()]
        assert [*theory.derived_scale(pitches), names[0]] == names, pitches


def check_blues(sets: list[tuple[int, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    from music21 import scale

    for flat_fifth in (False, True):
        # music21 tosses a coin at each fourth; here it always falls on the same side.
        monkeypatch.setattr(random, "random", partial(float, 0.9 if flat_fifth else 0.1))
        for pitches in sets:
            derived = scale.WeightedHexatonicBlues().derive(in_music21(pitches))
            names = tuple(pitch.name for pitch in derived.getPitches())
            assert theory.derived_blues_scale(pitches, partial(bool, flat_fifth)) == names, pitches


def test_scales_are_music21s() -> None:
    check_scales([*random.Random(1).sample(SETS, 60), *voicings(30)])


def test_blues_scales_are_music21s(monkeypatch: pytest.MonkeyPatch) -> None:
    check_blues([*random.Random(2).sample(SETS, 25), *voicings(20)], monkeypatch)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_all_scales_are_music21s(monkeypatch: pytest.MonkeyPatch) -> None:
    check_scales([*SETS, *voicings(300)])
    check_blues([*random.Random(3).sample(SETS, 400), *voicings(200)], monkeypatch)
