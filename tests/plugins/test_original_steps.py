"""The steps that deepjazz has: exactly as recorded with `faithful`, and as they should be without."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.cleaners import no_overlaps, same_onset, zero_lengths
from jazzgram_plugins.pruners import merge_categories, repeated_notes, standard_lengths
from pydantic import ValidationError
from recorded import as_sounding, load_bars, sounding, stamped

from jazzgram import Chord, Meter, Note, Origin, Term, parse_terms

COMMON = Meter(4, 4)


class Drawn(Random):
    """Gives what was drawn when the original was recorded."""

    def __init__(self, draws: list[int]) -> None:
        super().__init__(0)
        self._draws = iter(draws)

    def choice(self, seq: Any) -> Any:
        drawn = next(self._draws)
        assert drawn in seq
        return drawn


def text(terms: list[Term]) -> str:
    return " ".join(map(str, terms))


def in_16ths(*notes: tuple[int, int, int]) -> tuple[Note, ...]:
    """Make notes from (pitch, onset, duration) in sixteenths."""
    return tuple(Note(pitch, onset * 120, duration * 120) for pitch, onset, duration in notes)


def sixteenths(notes: list[Note]) -> list[tuple[int, int, int]]:
    return [(note.pitch, note.onset // 120, note.duration // 120) for note in notes]


def report(record_property: Any, hook: str, wrong: list[str], bars: int) -> None:
    result = f"{hook}: {bars - len(wrong)} of {bars} bars"
    print(result)
    record_property("vectors", result)
    assert not wrong


# ---------------------------------------------------------------- the recorded original


def test_recorded_categories(record_property: Any) -> None:
    options = merge_categories.Options(faithful=True)
    bars = load_bars()
    wrong = [
        bar["id"]
        for bar in bars
        if text(merge_categories.prune_grammar(parse_terms(bar["grammar"]), options)) != bar["prune_grammar"]["grammar"]
    ]
    report(record_property, "merge_categories", wrong, len(bars))


def test_recorded_lengths(record_property: Any) -> None:
    options = standard_lengths.Options(faithful=True)
    bars = load_bars()
    wrong = []
    for bar in bars:
        step = bar["prune_grammar"]
        terms = standard_lengths.prune_grammar(parse_terms(step["grammar"]), COMMON, options, Drawn(step["directions"]))
        if tuple(terms) != parse_terms(step["out"]):
            wrong.append(bar["id"])
    report(record_property, "prune_grammar", wrong, len(bars))


def recorded_notes(recorded: list[dict[str, Any]]) -> tuple[Note, ...]:
    """Read the notes that the original made, each with the number of its term; a rest has a number, too."""
    numbers = [number for number, event in enumerate(recorded) if event["kind"] == "note"]
    return tuple(
        Note(pitch, onset, duration, spelling=name, origin=Origin(0, number))
        for number, (name, pitch, onset, duration) in zip(numbers, sounding(recorded), strict=True)
    )


def test_recorded_repeats(record_property: Any) -> None:
    options = repeated_notes.Options(faithful=True)
    bars = [bar for bar in load_bars() if "unparse" in bar]
    wrong = [
        bar["id"]
        for bar in bars
        if as_sounding(repeated_notes.prune_notes(recorded_notes(bar["unparse"]["notes"]), None, options))
        != sounding(bar["prune_notes"])
    ]
    report(record_property, "prune_notes", wrong, len(bars))


def test_recorded_clean_up(record_property: Any) -> None:
    lengths, onsets = zero_lengths.Options(faithful=True), same_onset.Options(faithful=True)
    bars = [bar for bar in load_bars() if "unparse" in bar]
    wrong = []
    for bar in bars:
        notes = zero_lengths.clean_up_notes(recorded_notes(bar["prune_notes"]), lengths)
        if as_sounding(same_onset.clean_up_notes(tuple(notes), onsets)) != sounding(bar["clean_up_notes"]):
            wrong.append(bar["id"])
    report(record_property, "clean_up_notes", wrong, len(bars))


# ---------------------------------------------------------------- merge_categories


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, "C,1.000 C,1.000,<M2,d-4> S,1.000,<m3,m-3> C,1.000,<m3,m-3>", id="all"),
        pytest.param(
            {"faithful": True}, "A,1.000 C,1.000,<M2,d-4> S,1.000,<m3,m-3> C,1.000,<m3,m-3>", id="all but the first"
        ),
        pytest.param({"merge": {}}, "A,1.000 X,1.000,<M2,d-4> S,1.000,<m3,m-3> C,1.000,<m3,m-3>", id="none"),
        pytest.param({"merge": {"X": "R"}}, "A,1.000 R,1.000 S,1.000,<m3,m-3> C,1.000,<m3,m-3>", id="silence"),
        pytest.param(
            {"merge": {"A": "S", "S": "C"}},
            "S,1.000 X,1.000,<M2,d-4> C,1.000,<m3,m-3> C,1.000,<m3,m-3>",
            id="no chains",
        ),
    ],
)
def test_merge_categories(options: dict[str, Any], expected: str) -> None:
    bar = stamped("A,1.000 X,1.000,<M2,d-4> S,1.000,<m3,m-3> C,1.000,<m3,m-3>")
    merged = merge_categories.prune_grammar(bar, merge_categories.Options(**options))
    assert text(merged) == expected
    assert [term.origin for term in merged] == [term.origin for term in bar]


# ---------------------------------------------------------------- standard_lengths


def standard(terms: str, meter: Meter = COMMON, **options: Any) -> str:
    return text(standard_lengths.prune_grammar(stamped(terms), meter, standard_lengths.Options(**options), Random(1)))


@pytest.mark.parametrize(
    ("bar", "expected"),
    [
        pytest.param("C,0.333 C,0.333 C,0.333 R,3.000", "C,0.333 C,0.333 C,0.333 R,3.000", id="triplets survive"),
        pytest.param("C,0.667 C,0.333 C,0.250 C,0.750", "C,0.667 C,0.333 C,0.250 C,0.750", id="each beat its grid"),
        pytest.param(
            "C,0.500 C,0.333 C,0.333 C,0.833", "C,0.500 C,0.250 C,0.250 C,1.000", id="no triplet off its grid"
        ),
        pytest.param("C,0.900 C,1.100 C,1.960 C,0.040", "C,1.000 C,1.000 C,2.000", id="a crumb is dropped"),
        pytest.param("C,0.240 C,0.240 C,0.240 C,0.240 C,0.040", "C,0.250 C,0.250 C,0.250 C,0.250", id="nothing drifts"),
        pytest.param("C,0.050 C,3.950", "C,4.000", id="a grace note goes"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_standard_lengths(bar: str, expected: str) -> None:
    assert standard(bar) == expected


def test_own_grid() -> None:
    assert standard("C,0.333 C,0.333 C,0.333", grid=["1/4"]) == "C,0.250 C,0.500 C,0.250"
    assert standard("C,0.400 C,0.600", grid=["1/2"]) == "C,0.500 C,0.500"
    assert standard("C,3.000 C,0.500", Meter(7, 8), grid=["1/3"]) == "C,3.000 C,0.500", "a bar ends where it ends"


@pytest.mark.parametrize(
    ("bar", "expected"),
    [
        pytest.param(
            "C,0.250 C,0.500 C,0.500 C,0.500 C,0.500 R,1.750",
            "C,0.250 C,0.500 C,0.750 C,0.500 C,0.500 R,1.500",
            id="eighths a sixteenth late come to the eighths",
        ),
        pytest.param(
            "C,0.750 C,0.500 C,0.250 C,0.250 C,0.250 C,2.000",
            "C,0.750 C,0.500 C,0.250 C,0.250 C,0.250 C,2.000",
            id="a run of sixteenths loses no note",
        ),
        pytest.param("C,0.667 C,0.583 C,0.750 R,2.000", "C,0.667 C,0.833 C,0.500 R,2.000", id="out of a triplet"),
        pytest.param(
            "C,0.500 C,0.833 C,0.333 C,0.333 R,2.000", "C,0.500 C,0.833 C,0.333 C,0.333 R,2.000", id="into it"
        ),
        pytest.param("C,0.500 C,1.250 C,0.250 R,2.000", "C,0.500 C,1.250 C,0.250 R,2.000", id="a pick-up is not lost"),
        pytest.param("C,0.667 C,1.333 R,2.000", "C,0.667 C,1.333 R,2.000", id="and on"),
    ],
)
def test_ties_and_triplets_of_a_fine_grid(bar: str, expected: str) -> None:
    assert standard(bar, grid=["1/8", "1/6"], tied_triplets=True) == expected


def test_sixteenth_triplets_stay_within_their_beat_unless_they_may_be_tied() -> None:
    assert standard("C,0.667 C,1.333 R,2.000", grid=["1/8", "1/6"]) == "C,0.625 C,1.375 R,2.000"


@pytest.mark.parametrize("grid", [[], ["0"], ["1/7"], ["x"], ["5"]])
def test_no_grid(grid: list[str]) -> None:
    with pytest.raises(ValidationError):
        standard_lengths.Options.model_validate({"grid": grid})


@settings(max_examples=80, deadline=None)
@given(cuts=st.sets(st.integers(1, 1919), max_size=14))
def test_a_full_bar_stays_full_and_readable(cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), COMMON.bar]
    bar = tuple(Term("C", end - begin) for begin, end in pairwise(edges))
    lengths = standard_lengths.prune_grammar(bar, COMMON, standard_lengths.Options(), Random(1))
    ends = [sum(term.duration for term in lengths[: number + 1]) for number in range(len(lengths))]
    assert ends[-1] == COMMON.bar
    assert all(term.duration > 0 for term in lengths)
    for beat in range(4):
        inside = [end for end in ends if beat * 480 < end < beat * 480 + 480]
        assert not any(end % 120 for end in inside) or not any(end % 160 for end in inside)


def test_faithful_lengths_lose_triplets_and_grow() -> None:
    options = standard_lengths.Options(faithful=True)
    for draws, expected in (([1, 1, 1], "C,0.750 S,0.500 R,0.250"), ([-1, -1, -1], "C,0.500 S,0.250 R,0.000")):
        terms = standard_lengths.prune_grammar(stamped("C,0.500 S,0.333 R,0.167"), COMMON, options, Drawn(draws))
        assert text(terms) == expected


# ---------------------------------------------------------------- repeated_notes


@pytest.mark.parametrize(
    ("before", "notes", "expected"),
    [
        pytest.param(None, [(60, 0, 4), (60, 4, 2), (62, 6, 2)], [(60, 0, 6), (62, 6, 2)], id="a repeat"),
        pytest.param(None, [(60, 0, 2), (60, 2, 2), (60, 4, 2)], [(60, 0, 6)], id="several"),
        pytest.param(None, [(60, 0, 2), (60, 4, 2)], [(60, 0, 2), (60, 4, 2)], id="with silence between"),
        pytest.param(None, [(60, 0, 4), (60, 2, 1)], [(60, 0, 4)], id="within the note"),
        pytest.param(None, [(60, 0, 4), (72, 4, 4)], [(60, 0, 4), (72, 4, 4)], id="an octave is no repeat"),
        pytest.param((60, -4, 4), [(60, 0, 4), (62, 4, 4)], [(62, 4, 4)], id="across the barline"),
        pytest.param((60, -4, 2), [(60, 0, 4)], [(60, 0, 4)], id="across the barline with silence"),
        pytest.param((60, -4, 4), [(60, 0, 4), (60, 4, 4), (60, 8, 4)], [(60, 4, 8)], id="a run across the barline"),
        pytest.param(None, [], [], id="nothing"),
    ],
)
def test_repeated_notes(before: tuple[int, int, int] | None, notes: Any, expected: Any) -> None:
    previous = in_16ths(before)[0] if before else None
    assert sixteenths(repeated_notes.prune_notes(in_16ths(*notes), previous, repeated_notes.Options())) == expected


@pytest.mark.parametrize(
    ("numbers", "remaining"),
    [
        pytest.param([0, 1], [0], id="a pair"),
        pytest.param([1, 2], [1, 2], id="across pairs"),
        pytest.param([0, 1, 2, 3], [0, 2], id="pairs are apart"),
        pytest.param([0, 3], [0, 3], id="rests between"),
        pytest.param([None, 1], [None, 1], id="a note of no term"),
    ],
)
def test_faithful_repeats(numbers: list[int | None], remaining: list[int | None]) -> None:
    notes = tuple(
        Note(60, 240 * index, 240, origin=None if number is None else Origin(0, number))
        for index, number in enumerate(numbers)
    )
    left = repeated_notes.prune_notes(notes, None, repeated_notes.Options(faithful=True))
    assert [note.origin.term if note.origin else None for note in left] == remaining


def test_faithful_repeats_are_of_names() -> None:
    notes = (Note(61, 0, 240, spelling="D-", origin=Origin(0, 0)), Note(61, 240, 240, origin=Origin(0, 1)))
    assert len(repeated_notes.prune_notes(notes, None, repeated_notes.Options(faithful=True))) == 2
    same = (replace(notes[0], spelling="C#"), notes[1])
    assert len(repeated_notes.prune_notes(same, None, repeated_notes.Options(faithful=True))) == 1


# ---------------------------------------------------------------- zero_lengths


@pytest.mark.parametrize(
    ("notes", "better", "faithful"),
    [
        pytest.param([(60, 0, 0), (62, 4, 2)], [(60, 0, 1), (62, 4, 2)], [(60, 0, 1), (62, 4, 2)], id="with room"),
        pytest.param([(60, 0, 0), (62, 0, 2)], [(62, 0, 2)], [(60, 0, 1), (62, 0, 2)], id="without room"),
        pytest.param([(60, 4, 0)], [(60, 4, 1)], [(60, 4, 1)], id="at the end"),
        pytest.param([(60, 0, 3)], [(60, 0, 3)], [(60, 0, 3)], id="none"),
        pytest.param([], [], [], id="nothing"),
    ],
)
def test_zero_lengths(notes: Any, better: Any, faithful: Any) -> None:
    assert sixteenths(zero_lengths.clean_up_notes(in_16ths(*notes), zero_lengths.Options())) == better
    assert sixteenths(zero_lengths.clean_up_notes(in_16ths(*notes), zero_lengths.Options(faithful=True))) == faithful


def test_a_little_room_is_filled() -> None:
    notes = (Note(60, 0, 0), Note(62, 80, 240))
    assert zero_lengths.clean_up_notes(notes, zero_lengths.Options())[0].duration == 80
    assert zero_lengths.clean_up_notes(notes, zero_lengths.Options(faithful=True))[0].duration == 120


# ---------------------------------------------------------------- same_onset


@pytest.mark.parametrize(
    ("notes", "better", "faithful"),
    [
        pytest.param([(60, 0, 2), (67, 0, 2), (64, 0, 2)], [(67, 0, 2)], [(60, 0, 2)], id="three"),
        pytest.param([(60, 0, 2), (60, 0, 4)], [(60, 0, 4)], [(60, 0, 2)], id="twice the same"),
        pytest.param([(60, 0, 4), (67, 2, 2)], [(60, 0, 4), (67, 2, 2)], [(60, 0, 4), (67, 2, 2)], id="one by one"),
        pytest.param([], [], [], id="nothing"),
    ],
)
def test_same_onset(notes: Any, better: Any, faithful: Any) -> None:
    assert sixteenths(same_onset.clean_up_notes(in_16ths(*notes), same_onset.Options())) == better
    assert sixteenths(same_onset.clean_up_notes(in_16ths(*notes), same_onset.Options(faithful=True))) == faithful


def test_faithful_same_onset_looks_at_one_bar_only() -> None:
    late, first = Note(60, 1920, 240, origin=Origin(0, 7)), Note(64, 1920, 240, origin=Origin(1, 0))
    assert same_onset.clean_up_notes((late, first), same_onset.Options(faithful=True)) == [late, first]
    assert same_onset.clean_up_notes((late, first), same_onset.Options()) == [first]


# ---------------------------------------------------------------- no_overlaps


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        pytest.param([(60, 0, 4), (62, 2, 4)], [(60, 0, 2), (62, 2, 4)], id="an overlap"),
        pytest.param([(60, 0, 16), (62, 2, 1), (64, 3, 1)], [(60, 0, 2), (62, 2, 1), (64, 3, 1)], id="a long note"),
        pytest.param([(60, 0, 2), (62, 4, 2)], [(60, 0, 2), (62, 4, 2)], id="a gap stays"),
        pytest.param([(60, 12, 8)], [(60, 12, 4)], id="the end of the solo"),
        pytest.param([(60, 12, 4), (62, 16, 4)], [(60, 12, 4)], id="after the end"),
        pytest.param([(60, 0, 2), (64, 0, 2)], [(64, 0, 2)], id="together"),
        pytest.param([(60, 0, 4), (62, 2, 0)], [(60, 0, 4)], id="what has no length cuts nothing"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_no_overlaps(notes: Any, expected: Any) -> None:
    assert sixteenths(no_overlaps.clean_up_notes(in_16ths(*notes), (Chord((48, 52, 55), 0, 1920),))) == expected


def test_without_chords_the_last_note_rings() -> None:
    assert sixteenths(no_overlaps.clean_up_notes(in_16ths((60, 0, 4), (62, 2, 99)), ())) == [
        (60, 0, 2),
        (62, 2, 99),
    ]
