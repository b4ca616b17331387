"""What the tokenizers write for a bar, and what comes back from it."""

from __future__ import annotations

import json
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.tokenizers import deepjazz_rests, events, scale_degree
from jazzgram_plugins.tokenizers._rests import with_rests
from notation import as_ticks, even
from paths import SHARED

from jazzgram import Chord, JazzgramError, Meter, Note, Rest, Term, parse_terms, to_ticks

RECORDED = SHARED / "reference" / "wjazzd_bars.jsonl"
COMMON = Meter(4, 4)
DM7 = (Chord((50, 53, 57, 60), 0, 1920, "Dm7"),)
TWO_FIVE = (Chord((50, 53, 57, 60), 0, 960, "Dm7"), Chord((55, 59, 62, 65), 960, 960, "G7"))


def degrees(melody: tuple[Note | Rest, ...], chords: tuple[Chord, ...] = DM7, shortest: float = 0.25) -> str:
    options = scale_degree.Options(shortest=shortest)
    return " ".join(map(str, scale_degree.parse_melody(melody, chords, COMMON, options)))


def played(terms: str, chords: tuple[Chord, ...] = DM7, previous: Note | None = None) -> list[tuple[int, int, int]]:
    return as_ticks(scale_degree.unparse_grammar(parse_terms(terms), chords, COMMON, previous))


@st.composite
def bars(draw: st.DrawFn) -> tuple[Note, ...]:
    """Any notes of a bar: with gaps, overlaps, chords, and notes over the barline."""
    onsets = sorted(draw(st.lists(st.integers(0, 47), max_size=14)))
    pitch, duration = st.integers(0, 127), st.integers(1, 30)
    return tuple(Note(draw(pitch), 40 * onset, 40 * draw(duration)) for onset in onsets)


# ---------------------------------------------------------------- gaps


@pytest.mark.parametrize(
    ("notes", "shortest", "expected"),
    [
        pytest.param([(0, 1920)], 120, "N4", id="a whole note"),
        pytest.param([(480, 480)], 120, "R1 N1 R2", id="silence before and after"),
        pytest.param([(0, 440), (480, 1440)], 120, "N1 N3", id="a breath's gap is held"),
        pytest.param([(0, 440), (480, 1440)], 40, "N11/12 R1/12 N3", id="unless every gap counts"),
        pytest.param([(40, 1880)], 120, "R1/12 N47/12", id="what comes late stays late"),
        pytest.param([(0, 720), (480, 1440)], 120, "N1 N3", id="an overlap ends where the next begins"),
        pytest.param([(960, 1920)], 120, "R2 N2", id="a note over the barline ends there"),
        pytest.param([(0, 0), (480, 1440)], 600, "N1 N3", id="a note without length gets the gap"),
    ],
)
def test_gaps_become_rests(notes: list[tuple[int, int]], shortest: int, expected: str) -> None:
    melody = tuple(Note(60, onset, duration) for onset, duration in notes)
    filled = with_rests(melody, COMMON, shortest)
    assert " ".join(f"{type(event).__name__[0]}{Fraction(event.duration, 480)}" for event in filled) == expected


def test_the_highest_of_simultaneous_notes_is_kept() -> None:
    (note,) = with_rests((Note(60, 0, 1920), Note(67, 0, 1920), Note(64, 0, 1920)), COMMON, 120)
    assert isinstance(note, Note) and note.pitch == 67


def test_written_rests_and_gaps_are_the_same() -> None:
    notes = (Note(60, 480, 480),)
    rests = (Rest(0, 480), *notes, Rest(960, 960))
    assert with_rests(rests, COMMON, 120) == with_rests(notes, COMMON, 120) == rests
    assert with_rests((Rest(0, 1920),), COMMON, 120) == (Rest(0, 1920),)


@pytest.mark.parametrize("tokenizer", [deepjazz_rests, scale_degree], ids=["deepjazz_rests", "scale_degree"])
@pytest.mark.parametrize("meter", [Meter(4, 4), Meter(3, 4), Meter(7, 8)], ids=str)
@settings(max_examples=25, deadline=None)
@given(melody=bars())
def test_terms_fill_the_bar_exactly(tokenizer: object, meter: Meter, melody: tuple[Note, ...]) -> None:
    terms = tokenizer.parse_melody(melody, DM7, meter, tokenizer.Options())  # type: ignore[attr-defined]
    assert sum(term.duration for term in terms) == (meter.bar if melody else 0)
    assert tuple(Term.parse(str(term)) for term in terms) == terms


@pytest.mark.parametrize(("meter", "expected"), [(COMMON, "R,4.000"), (Meter(3, 4), "R,3.000")])
def test_an_empty_bar_is_a_rest_of_its_length(meter: Meter, expected: str) -> None:
    for melody in ((), (Rest(0, meter.bar),)):
        terms = events.parse_melody(melody, meter, events.Options())
        assert " ".join(map(str, terms)) == expected
        assert events.unparse_grammar(terms, meter) == []


def test_deepjazz_rests_writes_categories_and_rests() -> None:
    melody = (Note(65, 480, 240), Note(64, 720, 240), Note(61, 1440, 480))
    terms = deepjazz_rests.parse_melody(melody, DM7, COMMON, deepjazz_rests.Options())
    assert [(term.category, term.duration) for term in terms] == [
        ("R", 480),
        ("C", 240),
        ("S", 240),
        ("R", 480),
        ("A", 480),
    ]


def test_deepjazz_rests_keeps_each_note_in_its_place() -> None:
    melody = (Note(65, 480, 240), Note(64, 720, 240), Note(62, 1440, 480))
    options = deepjazz_rests.Options()
    terms = deepjazz_rests.parse_melody(melody, DM7, COMMON, options)
    notes = deepjazz_rests.unparse_grammar(terms, DM7, COMMON, None, options, Random(1))
    assert [(note.onset, note.duration) for note in notes] == [(480, 240), (720, 240), (1440, 480)]


# ---------------------------------------------------------------- degrees


@pytest.mark.parametrize(
    ("pitches", "chords", "expected"),
    [
        pytest.param([62, 65, 69, 72], DM7, "1,1.000,<o4> b3,1.000,<+> 5,1.000,<+> b7,1.000,<+>", id="up the chord"),
        pytest.param([74, 72, 69, 61], DM7, "1,1.000,<o5> b7,1.000,<-> 5,1.000,<-> 7,1.000,<->", id="and down"),
        pytest.param([62, 62, 74, 62], DM7, "1,1.000,<o4> 1,1.000,<=> 1,1.000,<+1> 1,1.000,<-1>", id="octaves"),
        pytest.param([62, 89, 60, 61], DM7, "1,1.000,<o4> b3,1.000,<+2> b7,1.000,<-2> 7,1.000,<+>", id="wide leaps"),
        pytest.param([65, 64, 65, 64], TWO_FIVE, "b3,1.000,<o4> 2,1.000,<-> b7,1.000,<+> 6,1.000,<->", id="ii to V"),
    ],
)
def test_degrees(pitches: list[int], chords: tuple[Chord, ...], expected: str) -> None:
    melody = even(pitches)
    assert degrees(melody, chords) == expected
    assert played(expected, chords) == as_ticks(melody)


@pytest.mark.parametrize(
    ("chord", "kind"),
    [
        pytest.param(Chord((52, 55, 60), 0, 1920, "C/E"), "1", id="the symbol's root, not its bass"),
        pytest.param(Chord((57, 60, 64), 0, 1920), "b3", id="the lowest pitch without a symbol"),
        pytest.param(Chord((), 0, 1920, "NC"), "1", id="C without a chord"),
    ],
)
def test_where_degrees_are_counted_from(chord: Chord, kind: str) -> None:
    assert degrees((Note(60, 0, 1920),), (chord,)) == f"{kind},4.000,<o4>"


def test_another_chord_moves_the_line() -> None:
    over_d = "1,0.500,<o4> 2,0.500,<+> b3,0.500,<+> 5,0.500,<+> R,2.000"
    assert [pitch for pitch, _, _ in played(over_d, (Chord((53, 56, 60), 0, 1920, "Fm"),))] == [65, 67, 68, 72]


def test_the_same_pitch_over_another_chord_is_the_nearest_tone() -> None:
    assert [pitch for pitch, _, _ in played("1,2.000,<o4> 1,2.000,<=>", TWO_FIVE)] == [62, 67]


def test_what_stands_before_the_bar_is_the_first_direction() -> None:
    assert played("5,4.000,<+>", previous=Note(71, -480, 480)) == [(81, 0, 1920)]
    assert played("5,4.000", previous=Note(71, -480, 480)) == [(69, 0, 1920)]


def test_nothing_crosses_the_barline() -> None:
    assert played("1,3.000,<o4> 2,2.000,<+> b3,1.000,<+>") == [(62, 0, 1440), (64, 1440, 480)]


@pytest.mark.parametrize("term", ["C,1.000", "1,1.000,<P1,d-5>", "9,1.000,<o4>"])
def test_terms_of_another_tokenizer_are_refused(term: str) -> None:
    with pytest.raises(JazzgramError, match="scale_degree tokenizer cannot play"):
        played(term)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_gapless_line_comes_back_exactly(data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, 47), min_size=1, unique=True).map(sorted))
    ends = [*cuts[1:], 48]
    melody = tuple(
        Note(data.draw(st.integers(0, 127)), 40 * onset, 40 * (end - onset))
        for onset, end in zip(cuts, ends, strict=True)
        if data.draw(st.booleans())
    )
    terms = scale_degree.parse_melody(melody, TWO_FIVE, COMMON, scale_degree.Options(shortest=0.08))
    assert tuple(scale_degree.unparse_grammar(terms, TWO_FIVE, COMMON, None)) == melody


@settings(max_examples=40, deadline=None)
@given(
    terms=st.lists(st.tuples(st.sampled_from(scale_degree.DEGREES), st.sampled_from(["+9", "-9", "=", "o9", "o-1"])))
)
def test_every_pitch_can_be_played(terms: list[tuple[str, str]]) -> None:
    bar = tuple(Term(kind, 40, mark) for kind, mark in terms)
    assert all(0 <= note.pitch <= 127 for note in scale_degree.unparse_grammar(bar, DM7, COMMON, None))


@pytest.mark.skipif(not RECORDED.exists(), reason=f"no recorded bars at {RECORDED} (set JAZZGRAM_SHARED)")
def test_recorded_bars_come_back_where_they_can() -> None:
    """All but the notes that overlap, that share an onset or that sound over the barline."""
    lost = notes = 0
    for text in RECORDED.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        melody = tuple(
            Note(event["midi"], to_ticks(event["offset"]), to_ticks(event["duration"]))
            for event in line["melody"]
            if event["kind"] == "note"
        )
        chords = tuple(
            Chord(tuple(chord["midi"]), to_ticks(chord["offset"]), to_ticks(chord["duration"]), chord["symbol"])
            for chord in line["chords"]
        )
        terms = scale_degree.parse_melody(melody, chords, COMMON, scale_degree.Options(shortest=1 / 12))
        back = scale_degree.unparse_grammar(terms, chords, COMMON, None)
        ends = [*(note.onset for note in melody[1:]), COMMON.bar]
        possible = {note for note, end in zip(melody, ends, strict=False) if note.end <= end}
        lost += len(possible - set(back))
        notes += len(possible)
    assert notes > 5000
    assert lost == 0
