"""deepjazz's terms: as the original writes them, and as they are played."""

from __future__ import annotations

import json
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.tokenizers import deepjazz
from paths import SHARED
from pydantic import ValidationError
from recorded import as_sounding, chords, load_bars, melody, sounding, stamped

from jazzgram import Chord, JazzgramError, Meter, Note, Rest, Term, parse_terms
from jazzgram.music import spelled_name

COMMON = Meter(4, 4)
DM7 = (Chord((50, 53, 57, 60), 0, 1920, "Dm7"),)
TWO_FIVE = (Chord((50, 53, 57, 60), 0, 960, "Dm7"), Chord((55, 59, 62, 65), 960, 960, "G7"))
NO_CHORD = (Chord((), 0, 1920, "NC"),)


def written(notes: tuple[Note | Rest, ...], chords: tuple[Chord, ...] = DM7) -> str:
    return " ".join(map(str, deepjazz.parse_melody(notes, chords)))


def played(
    terms: str,
    chords: tuple[Chord, ...] = DM7,
    previous: Note | None = None,
    rng: Random | None = None,
    meter: Meter = COMMON,
    **options: Any,
) -> list[Note]:
    made = deepjazz.Options(**options)
    notes: list[Note] = deepjazz.unparse_grammar(stamped(terms), chords, meter, previous, made, rng or Random(1))
    return notes


class First(Random):
    """Takes the first of everything it is offered, and keeps what that was."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__(seed)
        self.offered: list[list[Any]] = []

    def choice(self, seq: Any) -> Any:
        readable = [spelled_name(tone) + str(tone[0] // 7) if isinstance(tone, tuple) else tone for tone in seq]
        self.offered.append(readable)
        return seq[0]


# ---------------------------------------------------------------- the recorded original


def test_recorded_bars_are_parsed_exactly(record_property: Any) -> None:
    bars = load_bars()
    wrong = [bar["id"] for bar in bars if written(melody(bar["melody"]), chords(bar["chords"])) != bar["grammar"]]
    result = f"parse_melody: {len(bars) - len(wrong)} of {len(bars)} bars"
    print(result)
    record_property("vectors", result)
    assert not wrong


def test_metheny_is_parsed_exactly(record_property: Any) -> None:
    path = SHARED / "reference" / "metheny.json"
    if not path.is_file():
        pytest.skip(f"no recorded corpus: {path} does not exist (JAZZGRAM_SHARED names another folder)")
    reference = json.loads(path.read_text())
    measures = reference["measures"][1:]
    bars = [written(melody(measure["melody"]), chords(measure["chords"])) for measure in measures]
    terms = [term for bar in bars for term in parse_terms(bar)]
    result = f"metheny: {len(bars)} bars, {len(terms)} terms, {len(set(terms))} distinct"
    print(result)
    record_property("vectors", result)
    assert bars == reference["grammars"]
    assert (len(bars), len(terms), len(set(terms))) == (18, reference["corpus_size"], len(reference["vocabulary"]))


def test_a_faithful_line_that_climbs_for_ever_stays_playable() -> None:
    terms = (Term.parse("C,0.250"), *(Term.parse("C,0.250,<P8,P5>") for _ in range(40)))
    chord = Chord((48, 52, 55), 0, 1920, "C")
    notes = deepjazz.unparse_grammar(terms, (chord,), Meter(), None, deepjazz.Options(faithful=True), Random(1))
    assert max(note.pitch for note in notes) in range(116, 128)
    assert {note.pitch % 12 for note in notes} <= {0, 4, 7}


def test_recorded_bars_are_unparsed_exactly(record_property: Any) -> None:
    """The notes and every list that was drawn from are as recorded.

    The recording took the first of each list, but it did not hold the coin that music21 tosses for the flat fifth of
    its blues scale: the same terms over the same chord have two results in it. So here it is tossed until the scale
    that was drawn from is the recorded one; then all else must agree, too.
    """
    bars = [bar for bar in load_bars() if "unparse" in bar]
    wrong: list[str] = []
    tossed = 0
    for bar in bars:
        given = bar["unparse"]
        for seed in range(300):
            rng = First(seed)
            notes = played(given["grammar"], chords(bar["chords"]), rng=rng, faithful=True)
            if rng.offered[:1] == given["choices"][:1]:
                break
        tossed += seed > 0
        if rng.offered != given["choices"] or as_sounding(notes) != sounding(given["notes"]):
            wrong.append(bar["id"])
    result = f"unparse_grammar: {len(bars) - len(wrong)} of {len(bars)} bars ({tossed} with the coin tossed again)"
    print(result)
    record_property("vectors", result)
    assert not wrong


# ---------------------------------------------------------------- writing


@pytest.mark.parametrize(
    ("pitch", "chord", "kind"),
    [
        pytest.param(65, DM7, "C", id="the third of Dm7"),
        pytest.param(64, DM7, "S", id="its ninth"),
        pytest.param(61, DM7, "A", id="a semitone under its root"),
        pytest.param(70, DM7, "S", id="Bb, for Dm7 gets G Dorian"),
        pytest.param(71, DM7, "A", id="so that B natural only leads to C"),
        pytest.param(61, (Chord((48, 55), 0, 1920),), "A", id="over an empty fifth"),
        pytest.param(68, (Chord((56, 60, 63), 0, 1920),), "C", id="the root of Ab"),
        pytest.param(66, (Chord((48, 52, 55), 0, 1920),), "S", id="F# over C, which gets the scale of G"),
        pytest.param(58, (Chord((48, 52, 55), 0, 1920),), "X", id="Bb over C"),
        pytest.param(60, NO_CHORD, "X", id="no chord"),
        pytest.param(60, (), "X", id="no chords at all"),
    ],
)
def test_kinds(pitch: int, chord: tuple[Chord, ...], kind: str) -> None:
    assert written((Note(pitch, 0, 480),), chord) == f"{kind},1.000"


def test_ranges_skip_rests_and_begin_afresh() -> None:
    bar = (Rest(0, 480), Note(65, 480, 160), Rest(640, 320), Note(69, 960, 320))
    assert written(bar) == "R,1.000 C,0.333 R,0.667 C,0.667,<P5,A1>"
    assert written(()) == ""


def test_the_chord_at_the_onset_counts() -> None:
    assert written((Note(60, 480, 480), Note(60, 960, 480)), TWO_FIVE) == "C,1.000 S,1.000,<m3,m-3>"


def test_a_note_before_the_first_chord_belongs_to_it() -> None:
    assert written((Note(65, 0, 480),), (Chord((50, 53, 57), 960, 960),)) == "C,1.000"


def test_the_spelling_of_the_source_does_not_matter() -> None:
    assert written((Note(63, 0, 480, spelling="D#"), Note(62, 480, 480))) == written(
        (Note(63, 0, 480), Note(62, 480, 480))
    )


# ---------------------------------------------------------------- playing


def test_each_note_has_its_own_onset() -> None:
    notes = played("R,0.500 C,0.333 S,0.333,<M3,d-3> C,0.333,<M3,d-3> R,0.500 C,2.000,<M3,d-3>")
    assert [(note.onset, note.duration) for note in notes] == [(240, 160), (400, 160), (560, 160), (960, 960)]
    assert [note.origin.term for note in notes if note.origin] == [1, 2, 3, 5]
    assert all(note.spelling is None for note in notes)


def test_the_barline_holds() -> None:
    assert [(note.onset, note.duration) for note in played("C,3.000 C,2.000 C,1.000")] == [(0, 1440), (1440, 480)]
    assert [note.onset for note in played("C,1.000 C,1.000 C,1.000", meter=Meter(2, 4))] == [0, 480]


@pytest.mark.parametrize(
    ("term", "before", "possible"),
    [
        pytest.param("C,1.000,<m3,m-3>", 62, {65, 60}, id="chord tones within a third, not the same"),
        pytest.param("S,1.000,<m3,m-3>", 62, {64}, id="scale tones"),
        pytest.param("A,1.000,<m3,m-3>", 62, {61, 59, 63}, id="approach tones: B, C#, D#"),
        pytest.param("C,1.000,<P5,A1>", 62, {65, 69}, id="upwards"),
        pytest.param("C,1.000,<P1,d-5>", 62, {60, 57}, id="downwards"),
        pytest.param("C,1.000,<M2,m2>", 65, {69}, id="none in range: the nearest but the same"),
        pytest.param("C,1.000,<M3,d4>", 63, {65, 69}, id="or on both sides"),
        pytest.param("X,1.000,<m3,m-3>", 62, {61, 59, 63}, id="a kind that Dm7 does not have: approach tones"),
        pytest.param("C,1.000", 62, {60, 65}, id="without a range: within a major third of the note before"),
        pytest.param("C,1.000", None, {69, 72, 74}, id="or of the middle of the register"),
        pytest.param("C,1.000,<P8,P5>", 86, {81, 84}, id="above the register: an octave lower"),
        pytest.param("C,1.000,<P-5,P-8>", 53, {57}, id="below it: an octave higher"),
    ],
)
def test_what_a_term_may_become(term: str, before: int | None, possible: set[int]) -> None:
    previous = None if before is None else Note(before, -480, 480)
    drawn = {played(term, previous=previous, rng=Random(seed))[0].pitch for seed in range(60)}
    assert drawn == possible


def test_a_repeat_is_played_only_where_nothing_else_is_there() -> None:
    assert {
        played("C,1.000,<P1,m-2>", previous=Note(62, -480, 480), rng=Random(seed))[0].pitch for seed in range(9)
    } == {62}


def test_the_only_tone_of_a_narrow_register_is_repeated() -> None:
    lone_c = (Chord((60,), 0, 1920),)
    (note,) = played("C,1.000,<P4,m2>", lone_c, Note(60, -480, 480), lowest=52, highest=64)
    assert note.pitch == 60


def test_without_a_chord_every_tone_will_do() -> None:
    drawn = {played("C,1.000,<m2,m-2>", NO_CHORD, Note(62, -480, 480), Random(seed))[0].pitch for seed in range(30)}
    assert drawn == {61, 63}


terms = st.lists(
    st.builds(
        Term,
        st.sampled_from("RCSAX"),
        st.sampled_from([120, 160, 240, 320, 480]),
        st.sampled_from(["", "m3,m-3", "P5,A1", "P1,d-5", "m10,M6", "M-9,M-13"]),
    ),
    max_size=12,
).map(tuple)
registers = st.tuples(st.integers(0, 115), st.integers(12, 40)).map(lambda r: (r[0], min(127, r[0] + r[1])))


@settings(max_examples=60, deadline=None)
@given(terms=terms, register=registers, seed=st.integers(0, 99), before=st.none() | st.integers(0, 127))
def test_promises(terms: tuple[Term, ...], register: tuple[int, int], seed: int, before: int | None) -> None:
    options = deepjazz.Options(lowest=register[0], highest=register[1])
    previous = None if before is None else Note(before, -240, 240)
    notes = deepjazz.unparse_grammar(terms, TWO_FIVE, COMMON, previous, options, Random(seed))
    assert notes == deepjazz.unparse_grammar(terms, TWO_FIVE, COMMON, previous, options, Random(seed))
    assert all(register[0] <= note.pitch <= register[1] for note in notes)
    assert all(earlier.end <= later.onset for earlier, later in pairwise(notes))
    assert all(note.end <= COMMON.bar for note in notes)
    kinds = {term.category for term in deepjazz.parse_melody(tuple(notes), TWO_FIVE)}
    assert kinds <= {term.category for term in terms} | (
        {"A"} if any(term.category == "X" for term in terms) else set()
    )


def test_it_plays_at_any_seed_within_the_original_categories() -> None:
    bar = "C,0.500 S,0.500,<M3,d-3> C,0.500,<m3,m-3> A,0.500,<m2,P-4> C,2.000,<M3,d-3>"
    for seed in range(20):
        notes = tuple(played(bar, rng=Random(seed)))
        assert [term.category for term in parse_terms(written(notes))] == ["C", "S", "C", "A", "C"]


# ---------------------------------------------------------------- the original's manner


def test_faithful_notes_are_late_and_cross_the_barline() -> None:
    notes = played("C,1.000 R,2.000 C,1.000,<m3,m-3>", rng=First(), faithful=True)
    assert [(note.onset, note.duration) for note in notes] == [(480, 480), (1920, 480)]


def test_faithful_triplets_drift() -> None:
    notes = played("C,0.333 C,0.333,<m3,m-3> C,0.333,<m3,m-3> C,1.000,<m3,m-3>", rng=First(), faithful=True)
    assert [note.onset for note in notes] == [160, 320, 480, 960]
    many = played("C,0.333 " + "C,0.333,<m3,m-3> " * 11, rng=First(), faithful=True)
    assert many[-1].onset == 1918


def test_faithful_first_tones_are_drawn_by_name() -> None:
    rng = First()
    (note,) = played("S,1.000", (Chord((48, 52, 55, 58), 0, 1920),), rng=rng, faithful=True)
    assert rng.offered == [["A", "B-", "C", "D", "E", "F", "G"], [3, 3, 3, 3]]
    assert (note.pitch, note.spelling) == (69, "A")


def test_faithful_moves_a_tone_where_the_range_is_empty() -> None:
    rng = First()
    notes = played("C,1.000 C,1.000,<M2,m2>", rng=rng, faithful=True)
    assert rng.offered == [["A3", "C4", "D3", "F3"], [-2, 2]]
    assert [note.pitch for note in notes] == [69, 67]


def test_faithful_needs_a_chord() -> None:
    assert played("R,4.000", NO_CHORD, faithful=True) == []
    with pytest.raises(JazzgramError, match="faithful: true cannot play where no chord sounds"):
        played("C,4.000", NO_CHORD, faithful=True)


# ---------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("term", "message"),
    [
        pytest.param(Term("b3", 480), "not a kind: 'b3' (expected R, C, S, A or X)", id="another tokenizer's kind"),
        pytest.param(Term("C", 480, "+1"), "not a range: '+1' (expected for example M2,d-4)", id="and range"),
        pytest.param(Term("C", 480, "M2,P3"), "not an interval: 'P3'", id="no such interval"),
    ],
)
def test_a_strange_term_gets_one_line(term: Term, message: str) -> None:
    with pytest.raises(JazzgramError) as caught:
        deepjazz.unparse_grammar((term,), DM7, COMMON, None, deepjazz.Options(), Random(1))
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_the_register_is_an_octave_wide() -> None:
    with pytest.raises(ValidationError, match="at least 12 above lowest"):
        deepjazz.Options(lowest=60, highest=70)
