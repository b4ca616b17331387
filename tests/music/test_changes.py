"""Changes as text: who gets how many beats."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jazzgram import Chord, JazzgramError, Meter
from jazzgram.music.harmony.symbols import voicing
from jazzgram.music.notation.changes import changes_text, parse_changes, unplayed_changes
from jazzgram.music.tune import dropped_line


@pytest.mark.parametrize(
    ("meter", "bar", "beats"),
    [
        ("4/4", "Dm7", {"Dm7": 4}),
        ("4/4", "Dm7 G7", {"Dm7": 2, "G7": 2}),
        ("4/4", "Dm7 G7 C", {"Dm7": 2, "G7": 1, "C": 1}),
        ("4/4", "Dm7 G7 C A7", {"Dm7": 1, "G7": 1, "C": 1, "A7": 1}),
        ("4/4", "Dm7 / / G7", {"Dm7": 3, "G7": 1}),
        ("4/4", "Dm7 G7 / /", {"Dm7": 1, "G7": 3}),
        ("3/4", "Dm7 G7", {"Dm7": 2, "G7": 1}),
        ("5/4", "Dm7 G7", {"Dm7": 3, "G7": 2}),
        ("6/8", "Dm7 G7", {"Dm7": 1.5, "G7": 1.5}),
        ("2/2", "Dm7 / G7 C", {"Dm7": 2, "G7": 1, "C": 1}),
    ],
)
def test_chords_share_a_bar(meter: str, bar: str, beats: dict[str, float]) -> None:
    (chords,) = parse_changes(bar, Meter.parse(meter))
    assert {chord.symbol: chord.duration / 480 for chord in chords} == beats
    assert [chord.onset for chord in chords[1:]] == [chord.end for chord in chords[:-1]]
    assert chords[-1].end == Meter.parse(meter).bar
    assert all(chord.pitches == voicing(chord.symbol) for chord in chords)


@pytest.mark.parametrize(
    "text",
    [
        "Dm7 | G7 | Cmaj7 | %",
        "| Dm7 | G7 |\n| Cmaj7 | % |",
        "Dm7 || G7 || Cmaj7 | % ||",
        "Dm7\nG7\n\nCmaj7\n%\n",
    ],
)
def test_barlines_and_lines_part_bars(text: str) -> None:
    assert [bar[0].symbol for bar in parse_changes(text, Meter())] == ["Dm7", "G7", "Cmaj7", "Cmaj7"]


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("Dm7 | G7 | C6", ""),
        ("|: A |1. B :|2. C ||", ""),
        (
            "A (Fine) | B (D.C. al Fine) | C D | %",
            "2 bars, 2 chords (never reached by the repeats and jumps)",
        ),
        ("A | B (D.S.)", "signs and words (a jump with nowhere to go in notated bar 2)"),
    ],
)
def test_bars_that_are_never_played_are_reported(text: str, left_out: str) -> None:
    assert dropped_line(unplayed_changes(text)) == (left_out and f"left out: {left_out}")


@pytest.mark.parametrize(
    ("text", "played"),
    [
        ("|: A | B :| C", "A B A B C"),
        ("A | B :| C", "A B A B C"),
        ("|: A | B :|\n|: C :| D", "A B A B C C D"),
        ("|: A :|: B :|", "A A B B"),
        ("|: A |1. B :|2. C ||", "A B A C"),
        ("|: A |1. B | C :|2. D | E || F", "A B C A D E F"),
        ("|: A |1,2. B :|3. C ||", "A B A B A C"),
        ("|: A |1. B :|2. C | D | E :|", "A B A C D E D E"),  # nobody closed the second ending
        ("A | B (Fine) | C (D.C.)", "A B C A B"),
        ("A | (Segno) B (To Coda) | C (D.S. al Coda) | (Coda) D", "A B C B D"),
        ("|: A :| B (Fine) | C (D.C. al Fine)", "A A B C A B"),
        ("|: A |1. B :|2. C || D (D.C. al 2nd ending) ||", "A B A C D A C"),
        ("|: A |1. B :|2. C || D (D.C. al 3) ||3. E", "A B A C D A E"),
        ("A (Fine) | B (To Coda) | C (D.C. al Coda) | (Coda) D", "A B C A B D"),
        ("|: A | % :| % ", "A A A A A"),
    ],
)
def test_repeats_are_played(text: str, played: str) -> None:
    assert " ".join(bar[0].symbol for bar in parse_changes(text, Meter())) == played


def test_repeats_of_repeats_end() -> None:
    with pytest.raises(JazzgramError, match="more than the 20000 bars"):
        parse_changes("|: " + "A | " * 15_000 + ":|", Meter())


def test_no_chord_sounds_nothing() -> None:
    ((chord,),) = parse_changes("NC", Meter())
    assert (chord.pitches, chord.duration) == ((), 1920)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no changes found"),
        (" | | ", "no changes found"),
        ("% | Dm7", "bar 1: % has no bar before it"),
        ("Dm7 | | G7", "bar 2: the bar is empty"),
        ("Dm7 | / G7", "bar 2: / has no chord before it"),
        ("Dm7 | % G7", "bar 2: % stands beside other chords"),
        ("Dm7 | G7 | Cmaj77", "bar 3: chord symbol 'Cmaj77' is not understood"),
        ("A B C D E", "bar 1: 5 chords in a bar of 4/4"),
    ],
)
def test_mistakes_name_their_bar(text: str, message: str) -> None:
    with pytest.raises(JazzgramError, match=message.replace("/", "\\/")):
        parse_changes(text, Meter())


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(JazzgramError) as error:
        parse_changes("Dm7 | Gx | C7 | Hb", Meter())
    assert "bar 2: chord symbol 'Gx'" in str(error.value) and "bar 4: chord symbol 'Hb'" in str(error.value)


@pytest.mark.parametrize(
    ("chords", "text"),
    [
        ((Chord((48, 52, 55), 0, 1920),), "C"),
        ((), "NC"),
        ((Chord((), 0, 1440, "Dm7"), Chord((), 1440, 480, "G7")), "Dm7 / / G7"),
        ((Chord((), 480, 1440, "G7"),), "NC G7 / /"),
        ((Chord((), 0, 720, "Dm7"), Chord((), 720, 1200, "G7")), "Dm7 / / G7 / / / /"),
    ],
)
def test_changes_are_written(chords: tuple[Chord, ...], text: str) -> None:
    assert changes_text([chords]) == text


def test_chords_beside_every_grid_cannot_be_written() -> None:
    with pytest.raises(JazzgramError, match=r"bar 2: .*\[0, 7\]"):
        changes_text([(Chord((48,), 0, 1920, "C"),), (Chord((48,), 0, 7, "C"), Chord((50,), 7, 1913, "D"))])


words = st.sampled_from(["Dm7", "G7", "Cmaj7", "F#m7b5", "NC", "/", "Bb7/Ab"])
bars = st.lists(words, min_size=1, max_size=4).filter(lambda bar: bar[0] != "/").map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(bars, min_size=1, max_size=6).map(" | ".join), st.sampled_from(["4/4", "12/8", "7/4"]))
def test_what_is_written_is_read_again(text: str, meter: str) -> None:
    kind = Meter.parse(meter)
    read = parse_changes(text, kind)
    assert parse_changes(changes_text(read, kind), kind) == read
