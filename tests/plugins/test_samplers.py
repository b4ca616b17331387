"""The samplers: what each does to a few terms, and what all of them promise."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from jazzgram_plugins.samplers import argmax, bar_aware, categorical, first_term, no_repeat_ngram, phrase_end
from pydantic import ValidationError
from untrained import Untrained

from jazzgram import Chord, Meter, Position, StepError, Term, Vocabulary, parse_terms
from jazzgram.config.steps import Step
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.plugins import Plugin
from jazzgram.improvisation.line import Decoding
from jazzgram.improvisation.sampler import Improviser

NARROWING = ("top_k", "nucleus", "min_p", "typical", "repetition_penalty", "no_repeat_ngram", "category_bias")
SHAPERS = ("temperature", "first_term", "register", "repeated_pitch", "bar_aware", "phrase_end", *NARROWING)
WORDS = Vocabulary(parse_terms("A,0.500,<P1,d-5> C,0.500 C,1.000,<M2,d-4> R,0.500 X,0.250,<P1,d-5>"), (1, 1, 3))


def at(onset: int = 480, bar: int = 0, length: int = 1920) -> Position:
    return Position(bar, onset, length - onset, None, None)


def call(name: str, options: dict[str, Any], **arguments: Any) -> Any:
    """Call a shaper through pluggy, its options checked."""
    calls, step = PluginCalls(), plugin(name)
    calls.add(step)
    caller = calls.caller("shape_distribution", step)
    return caller(options=step.options.model_validate(options), step=f"1:{name}", **arguments)


def shape(
    name: str,
    row: Sequence[float],
    options: dict[str, Any] | None = None,
    history: Sequence[int] = (0,),
    position: Position | None = None,
    vocabulary: Vocabulary = WORDS,
) -> list[float]:
    """Return one shaped row, rounded to three decimals."""
    rows, positions = np.array([row], dtype=float), [position or at()]
    shaped = call(
        name, options or {}, probabilities=rows, histories=[history], positions=positions, vocabulary=vocabulary
    )
    return [round(float(number), 3) for number in shaped[0]]


def plugin(name: str) -> Plugin:
    return Plugin(name, import_module(f"jazzgram_plugins.samplers.{name}"), "test")


@pytest.mark.parametrize(
    ("name", "options", "row", "expected"),
    [
        ("temperature", {"temperature": 0.5}, [0.5, 0.3, 0.2], [0.658, 0.237, 0.105]),
        ("temperature", {"temperature": 1}, [0.5, 0.3, 0.2], [0.5, 0.3, 0.2]),
        ("temperature", {"temperature": 2}, [0.64, 0.36, 0], [0.571, 0.429, 0]),
        ("temperature", {"temperature": 0.05}, [1e-200, 1e-200, 0], [0.5, 0.5, 0]),
        ("temperature", {"temperature": 5}, [1 - 1e-300, 1e-300, 0], [1, 0, 0]),
        ("top_k", {"k": 2}, [0.2, 0.5, 0.3], [0, 0.5, 0.3]),
        ("top_k", {"k": 20}, [0.008, 0.012] * 50, [0, 0.012] * 20 + [0, 0] * 30),
        ("top_k", {}, [0.2, 0.5, 0.3], [0.2, 0.5, 0.3]),
        ("nucleus", {"mass": 0.8}, [0.5, 0.3, 0.2], [0.5, 0.3, 0]),
        ("nucleus", {"mass": 0.81}, [0.5, 0.3, 0.2], [0.5, 0.3, 0.2]),
        ("nucleus", {"mass": 0.24}, [0.008, 0.012] * 50, [0, 0.012] * 20 + [0, 0] * 30),
        ("min_p", {"share": 0.5}, [0.6, 0.3, 0.1], [0.6, 0.3, 0]),
        ("min_p", {"share": 1}, [0.4, 0.4, 0.2], [0.4, 0.4, 0]),
        ("min_p", {"share": 0}, [0.6, 0.3, 0.1], [0.6, 0.3, 0.1]),
        # H = 0.90 nats; the surprises are 0.51, 1.20 and 2.30: the second is nearest, then the first.
        ("typical", {"mass": 0.2}, [0.6, 0.3, 0.1], [0, 0.3, 0]),
        ("typical", {"mass": 0.9}, [0.6, 0.3, 0.1], [0.6, 0.3, 0]),
        # H = 1.23 nats, and 0.69 and 2.08 are the surprises: half of all is dropped as too obvious.
        ("typical", {"mass": 0.1}, [0.0, 0.36, 0.16, 0.16, 0.32], [0, 0, 0, 0, 0.32]),
    ],
)
def test_distributions(name: str, options: dict[str, Any], row: list[float], expected: list[float]) -> None:
    assert shape(name, row, options) == expected


def test_the_whole_mass_keeps_even_what_rounding_would_lose() -> None:
    tiny = np.array([[1.0, 1e-20, 1e-300, 0.0]])
    for name in ("nucleus", "typical"):
        module = import_module(f"jazzgram_plugins.samplers.{name}")
        assert (module.shape_distribution(tiny, module.Options(mass=1)) == tiny).all()


@pytest.mark.parametrize(
    ("options", "history", "expected"),
    [
        # Five terms: 0.45 is 2.25 times the probability at random, 0.05 a quarter of it.
        ({"penalty": 2}, [0], [0.3, 0.05, 0.2, 0.2, 0.1]),  # 2.25 ** (1/2) / 5
        ({"penalty": 2}, [1], [0.45, 0.013, 0.2, 0.2, 0.1]),  # 0.25 ** 2 / 5
        ({"penalty": 2}, [2, 3], [0.45, 0.05, 0.2, 0.2, 0.1]),  # as likely as at random: no score to lower
        ({"penalty": 2}, [0, 0, 0], [0.3, 0.05, 0.2, 0.2, 0.1]),  # once is as bad as three times
        ({"penalty": 2, "window": 2}, [0, 2, 3], [0.45, 0.05, 0.2, 0.2, 0.1]),  # forgotten
        ({"penalty": 1}, [0, 1], [0.45, 0.05, 0.2, 0.2, 0.1]),
    ],
)
def test_repetition_costs(options: dict[str, Any], history: list[int], expected: list[float]) -> None:
    assert shape("repetition_penalty", [0.45, 0.05, 0.2, 0.2, 0.1], options, history) == expected


@pytest.mark.parametrize(
    ("length", "window", "history", "forbidden"),
    [
        (1, 64, [0, 2], {0, 2}),
        (1, 1, [0, 2], {2}),
        (2, 64, [0, 1, 2, 0], {1}),
        (2, 64, [0, 1, 0, 2, 0], {1, 2}),
        (2, 64, [1, 1], {1}),
        (2, 3, [0, 1, 2, 0], set()),  # the window no longer holds the first 0 1
        (3, 64, [0, 1, 2, 3, 0, 1], {2}),
        (3, 64, [0, 1], set()),
        (1, 64, [], set()),
    ],
)
def test_figures_do_not_come_again(length: int, window: int, history: list[int], forbidden: set[int]) -> None:
    shaped = shape("no_repeat_ngram", [0.2] * 5, {"length": length, "window": window}, history)
    assert {token for token, number in enumerate(shaped) if number == 0} == forbidden
    assert set(shaped) - {0.0} == {0.2}


@pytest.mark.parametrize(
    ("range_", "history", "forbidden"),
    [
        (12, [], set()),  # nothing was played: every pitch may begin
        (12, [0], {2}),  # from D up to E is a ninth
        (14, [0], set()),
        (12, [1], set()),  # A is a fifth from both
        (12, [1, 3, 2], {0}),  # a rest is no pitch; from A to E, a D below would be too wide
        (7, [1], set()),
        (6, [1], {0, 2}),
    ],
)
def test_a_solo_stays_in_its_register(range_: int, history: list[int], forbidden: set[int]) -> None:
    words = Vocabulary(parse_terms("62,1.000 69,1.000 76,1.000 R,1.000 C,1.000"))
    shaped = shape("register", [0.2] * 5, {"range": range_}, history, vocabulary=words)
    assert {token for token, number in enumerate(shaped) if number == 0} == forbidden


@pytest.mark.parametrize(
    ("history", "forbidden"),
    [
        ([], set()),
        ([0, 0], set()),  # D twice: a third may come
        ([0, 0, 0], {0, 1}),  # in no length a fourth
        ([0, 1, 0], {0, 1}),  # another length is the same pitch
        ([0, 3, 0, 0, 3], {0, 1}),  # a rest does not begin anew
        ([0, 0, 0, 2], set()),  # after A it may come again
        ([0, 2, 0, 0], set()),
        ([3, 3, 3, 3], set()),  # a rest is no pitch
        ([4, 4, 4], set()),  # nor is a kind
    ],
)
def test_a_pitch_comes_no_more_than_so_many_times_in_a_row(history: list[int], forbidden: set[int]) -> None:
    words = Vocabulary(parse_terms("62,1.000 62,0.500 69,1.000 R,1.000 C,1.000"))
    shaped = shape("repeated_pitch", [0.2] * 5, {"most": 3}, history, vocabulary=words)
    assert {token for token, number in enumerate(shaped) if number == 0} == forbidden


def test_a_line_without_repeated_figures() -> None:
    rng, line = Random(1), [0]
    options = no_repeat_ngram.Options(length=2, window=1000)
    while (row := no_repeat_ngram.shape_distribution(np.full((1, 4), 0.25), [line], options)).any():
        line += categorical.sample(row / row.sum(), [rng]).tolist()
    figures = list(pairwise(line))
    assert len(figures) == len(set(figures)) >= 4


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({"A": 1.5, "X": 0.5}, [0.3, 0.2, 0.2, 0.2, 0.1]),
        ({"C": 0}, [0.2, 0, 0, 0.2, 0.2]),
        ({"X": 2, "Q": 3}, [0.2, 0.2, 0.2, 0.2, 0.4]),
        ({}, [0.2] * 5),
    ],
)
def test_more_or_less_outside(weights: dict[str, float], expected: list[float]) -> None:
    assert shape("category_bias", [0.2] * 5, {"weights": weights}) == expected


@pytest.mark.parametrize(
    ("terms", "remaining", "leave", "allowed"),
    [
        ("C,0.500 C,0.750 C,2.000", 480, "fillable", "C,0.500"),
        ("C,0.500 C,0.750 C,2.000", 480, "anything", "C,0.500 C,0.750"),
        ("C,0.500 C,0.750 C,2.000", 960, "fillable", "C,0.500 C,0.750 C,2.000"),  # 0.750 leaves 0.500 + 0.750
        ("C,0.333 C,0.250", 480, "fillable", "C,0.333 C,0.250"),
        ("C,0.333 C,0.250", 160, "fillable", "C,0.333"),  # after 0.250, 40 ticks would be left
        ("C,0.333 C,0.250", 200, "fillable", "C,0.333 C,0.250"),  # a hole is certain: whatever fits
        ("C,0.333 C,0.250", 100, "fillable", ""),
        ("C,0.000 C,0.250", 480, "fillable", "C,0.250"),
        ("C,1.000", 0, "fillable", ""),
        ("C,1.000", -480, "fillable", ""),
    ],
)
def test_what_fits_in_the_bar(terms: str, remaining: int, leave: str, allowed: str) -> None:
    words = Vocabulary(parse_terms(terms))
    row = [1 / len(words)] * len(words)
    shaped = shape("bar_aware", row, {"leave": leave}, position=at(1920 - remaining), vocabulary=words)
    assert " ".join(str(term) for term, number in zip(words.terms, shaped, strict=True) if number) == allowed


def test_where_what_would_fill_the_bar_is_forbidden_already_anything_that_fits_is_played() -> None:
    words = Vocabulary(parse_terms("C,0.500 C,0.750"))
    assert shape("bar_aware", [0, 1], position=at(1440), vocabulary=words) == [0, 1]


def brute_force(durations: list[int], length: int) -> bool:
    return length == 0 or any(brute_force(durations, length - d) for d in durations if d <= length)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 20), min_size=1, max_size=4), st.integers(1, 24))
def test_lengths_that_terms_can_fill(units: list[int], size: int) -> None:
    found = bar_aware.fillable(Vocabulary(tuple(Term("C", duration) for duration in units)), size)
    assert found.tolist() == [brute_force(units, length) for length in range(size)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([0, 40, 60, 80, 120, 160, 240, 320, 360, 480, 720, 960]), min_size=1, unique=True),
    st.sampled_from([Meter(4, 4), Meter(3, 4), Meter(7, 8), Meter(5, 4)]),
    st.integers(0, 2**32),
)
def test_a_bar_that_can_be_filled_is_filled_by_terms_alone(durations: list[int], meter: Meter, seed: int) -> None:
    words = Vocabulary(tuple(Term("C", duration) for duration in sorted(durations)))
    can = bar_aware.fillable(words, meter.bar + 1)[meter.bar]
    rng, remaining, options = Random(seed), meter.bar, bar_aware.Options()
    uniform = np.full((1, len(words)), 1 / len(words))
    while remaining:
        row = bar_aware.shape_distribution(uniform, [at(0, length=remaining)], words, options)
        if not row.any():
            break
        remaining -= words.terms[int(categorical.sample(row / row.sum(), [rng])[0])].duration
    assert remaining >= 0
    assert (remaining == 0) == can


@pytest.mark.parametrize(
    ("options", "history", "position", "expected"),
    [
        ({}, [], at(0), [0, 1, 0, 0, 0]),
        ({}, [1], at(0, bar=1), [0.2] * 5),
        ({"every_bar": True}, [1], at(0, bar=1), [0, 1, 0, 0, 0]),
        ({"every_bar": True}, [1], at(240), [0.2] * 5),
    ],
)
def test_the_first_term(options: dict[str, Any], history: list[int], position: Position, expected: list[float]) -> None:
    assert shape("first_term", [0.2] * 5, options, history, position) == expected


OPENINGS = (0, 0, 1, 2)
"""Half of the bars begin with C,0.500, a quarter with S,1.000, a quarter with a rest."""


@pytest.mark.parametrize(
    ("tries", "openings", "row", "expected"),
    [
        # C,0.500 alone has a probability of 0.25 among those allowed: given up after 2 tries in 0.75² of all cases.
        (2, (1,), [0.25, 0, 0.25, 0.5], [0.438, 0.562, 0, 0]),
        (1, (1,), [0.25, 0, 0.25, 0.5], [0.25, 0.75, 0, 0]),
        (1000, (1,), [0.25, 0, 0.25, 0.5], [1, 0, 0, 0]),
        # Both are allowed: 3 to 1 as before.
        (1000, OPENINGS, [0.3, 0.1, 0.3, 0.3], [0.75, 0.25, 0, 0]),
        # None is possible: the bars' first terms without the rests.
        (1000, OPENINGS, [0, 0, 0.5, 0.5], [0.667, 0.333, 0, 0]),
        # The corpus begins with nothing that is allowed, or with nothing at all.
        (1000, (2, 2, 3), [0, 0, 0.5, 0.5], [0, 0, 0.667, 0.333]),
        (1000, (), [0, 0, 0.5, 0.5], [0, 0, 0, 0]),
        (1, (), [0.5, 0, 0.25, 0.25], [0.5, 0, 0, 0]),
        # No term fits: that stays so.
        (1000, OPENINGS, [0, 0, 0, 0], [0, 0, 0, 0]),
    ],
)
def test_the_first_term_is_what_deepjazz_would_have_drawn(
    tries: int, openings: tuple[int, ...], row: list[float], expected: list[float]
) -> None:
    words = Vocabulary(parse_terms("C,0.500 S,1.000 R,0.500 C,0.500,<P1,d-5>"), openings)
    assert shape("first_term", row, {"tries": tries}, [], at(0), words) == expected


def test_the_first_term_against_the_procedure_itself() -> None:
    words = Vocabulary(parse_terms("C,0.500 S,1.000 R,0.500 C,0.500,<P1,d-5>"), OPENINGS)
    row, tries, rng = [0.1, 0.15, 0.3, 0.45], 3, Random(7)
    found = [0] * 4
    for _ in range(20_000):
        draws = (rng.choices(range(4), row)[0] for _ in range(tries))
        token = next((token for token in draws if token < 2), None)
        while token is None:
            opening = rng.choice(OPENINGS)
            token = opening if opening < 2 else None
        found[token] += 1
    shaped = first_term.shape_distribution(np.array([row]), [[]], [at(0)], words, first_term.Options(tries=tries))
    assert np.array(found) / 20_000 == pytest.approx(shaped[0], abs=0.015)


@pytest.mark.parametrize(
    ("every", "strength", "history", "expected"),
    [
        (1, 0.5, [1, 1], [0.1, 0.1, 0.1, 0.6, 0.1]),  # a quarter was played: half of the probability goes to rests
        (1, 0.5, [1], [0.2] * 5),
        (1, 0.5, [1, 3, 1], [0.2] * 5),  # counted from the rest
        (1, 0.5, [1, 1, 3], [0.2] * 5),
        (1, 1, [3, 2], [0, 0, 0, 1, 0]),
        (1, 0, [1, 1], [0.2] * 5),
        (1, 1, [], [0.2] * 5),
    ],
)
def test_a_phrase_ends(every: float, strength: float, history: list[int], expected: list[float]) -> None:
    assert shape("phrase_end", [0.2] * 5, {"every": every, "strength": strength}, history) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([0.4, 0.2, 0.3, 0.1, 0], [0, 0, 0.75, 0.25, 0]),  # shared as before
        ([0.8, 0.2, 0, 0, 0], [0.8, 0.2, 0, 0, 0]),  # what is forbidden stays so; no length, no breath
    ],
)
def test_several_rests(row: list[float], expected: list[float]) -> None:
    words = Vocabulary(parse_terms("C,1.000 R,0.000 R,0.250 R,0.500 R,1.000"))
    assert shape("phrase_end", row, {"every": 1, "strength": 1}, [0], vocabulary=words) == expected


def test_without_rests_in_the_vocabulary_phrases_go_on() -> None:
    words = Vocabulary(parse_terms("C,1.000 S,1.000"))
    assert shape("phrase_end", [0.5, 0.5], {"every": 1, "strength": 1}, [0] * 9, vocabulary=words) == [0.5, 0.5]


def test_forced_rests_keep_phrases_short() -> None:
    line: list[int] = []
    options, rng = phrase_end.Options(every=2, strength=1), Random(3)
    for _ in range(200):
        row = phrase_end.shape_distribution(np.full((1, 5), 0.2), [line], WORDS, options)
        line += categorical.sample(row, [rng]).tolist()
    run = longest = 0
    for token in line:
        run = 0 if token == 3 else run + WORDS.terms[token].duration
        longest = max(longest, run)
    assert 960 <= longest < 960 + 480  # the term that crosses the two beats, at most a quarter long, is the last


# What all of them promise

WEIGHTS = arrays(
    np.float64, (3, 5), elements=st.sampled_from([0.0, 1e-320, 1e-300, 1e-17, 1e-9, 0.001, 0.1, 0.2, 0.5, 1.0])
)
HISTORIES = st.lists(st.lists(st.integers(0, 4), max_size=12), min_size=3, max_size=3)


def normal(rows: Any) -> Any:
    total = rows.sum(axis=1, keepdims=True)
    return np.divide(rows, total, out=np.zeros_like(rows), where=total > 0)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", SHAPERS)
@settings(max_examples=40, deadline=None)
@given(weights=WEIGHTS, histories=HISTORIES, onset=st.sampled_from([0, 480, 1680]))
def test_every_shape_is_a_distribution(name: str, weights: Any, histories: list[list[int]], onset: int) -> None:
    def shaped(rows: slice) -> Any:
        positions = [at(onset)] * len(histories[rows])
        return call(
            name, {}, probabilities=before[rows], histories=histories[rows], positions=positions, vocabulary=WORDS
        )

    before, given_histories = normal(weights), [list(history) for history in histories]
    before.flags.writeable = False  # writing to it raises
    after = shaped(slice(None))
    assert not np.shares_memory(after, before) and after.shape == before.shape and after.dtype == np.float64
    assert np.isfinite(after).all() and (after >= 0).all()
    assert not after[before.sum(axis=1) == 0].any()  # where no term fits, none does afterwards
    assert histories == given_histories
    for row in range(3):  # a solo does not depend on its company
        assert (shaped(slice(row, row + 1))[0] == after[row]).all()
    if name in {"bar_aware", "top_k", "nucleus", "min_p", "typical", "no_repeat_ngram"}:
        assert ((after == before) | (after == 0)).all()  # these only leave out
    if name in {"temperature", "top_k", "nucleus", "min_p"}:
        order = np.lexsort((after, before), axis=1)  # of terms as likely as each other any may be left out
        assert (np.diff(np.take_along_axis(after, order, axis=1), axis=1) >= 0).all()  # the likelier stays so
    if name in {"temperature", "top_k", "nucleus", "min_p", "typical"}:
        assert (after.any(axis=1) == before.any(axis=1)).all()  # something is always left


@pytest.mark.parametrize("name", SHAPERS)
def test_an_empty_batch(name: str) -> None:
    empty = np.zeros((0, 5))
    assert call(name, {}, probabilities=empty, histories=[], positions=[], vocabulary=WORDS).shape == (0, 5)


@pytest.mark.parametrize(
    ("name", "field", "values"),
    [
        ("temperature", "temperature", (0, 0.04, 5.1)),
        ("top_k", "k", (0, 2.5)),
        ("nucleus", "mass", (0, 1.1)),
        ("nucleus", "p", (0.9,)),
        ("min_p", "share", (-0.1, 1.1)),
        ("repetition_penalty", "penalty", (0.9,)),
        ("no_repeat_ngram", "length", (0,)),
        ("repeated_pitch", "most", (0, 2.5)),
        ("category_bias", "weights", ({"A": -1}, ["A"])),
        ("bar_aware", "leave", ("nothing",)),
        ("first_term", "tries", (0,)),
        ("phrase_end", "strength", (-0.1, 2)),
    ],
)
def test_options_out_of_bounds(name: str, field: str, values: Sequence[Any]) -> None:
    message = "Input should|Value error" if field in plugin(name).options.model_fields else "Extra inputs"
    for value in values:
        with pytest.raises(ValidationError, match=message):
            plugin(name).options.model_validate({field: value})


# Drawing


class Fixed(Random):
    """A random generator that always returns the same number."""

    def __init__(self, number: float) -> None:
        super().__init__(0)
        self.number = number

    def random(self) -> float:
        return self.number


LAST = 1 - 2**-53
"""The greatest number that `random()` returns."""


@pytest.mark.parametrize(
    ("row", "number", "token"),
    [
        ([0.5, 0.3, 0.2], 0.0, 0),
        ([0.5, 0.3, 0.2], 0.49, 0),
        ([0.5, 0.3, 0.2], 0.5, 1),
        ([0.5, 0.3, 0.2], 0.79, 1),
        ([0.5, 0.3, 0.2], 0.81, 2),
        ([0.5, 0.3, 0.2], LAST, 2),
        ([0.0, 0.0, 1.0, 0.0], 0.0, 2),
        ([0.0, 0.0, 1.0, 0.0], LAST, 2),
        ([0.1] * 10 + [0.0], LAST, 9),  # ten tenths sum to less than 1
        ([0.0, 1 / 3, 0.0, 1 / 3, 1 / 3, 0.0], LAST, 4),
        ([0.999999 - 1e-7, 0.0], LAST, 0),
    ],
)
def test_a_number_between_0_and_1_picks_its_term(row: list[float], number: float, token: int) -> None:
    assert categorical.sample(np.array([row]), [Fixed(number)]).tolist() == [token]


@settings(max_examples=100, deadline=None)
@given(WEIGHTS, st.sampled_from([0.0, 5e-324, 0.1, 0.25, 0.5, 0.75, 0.9, 1 - 2**-52, LAST]))
def test_what_is_impossible_is_never_drawn(weights: Any, number: float) -> None:
    rows = normal(weights[weights.any(axis=1)])
    drawn = categorical.sample(rows, [Fixed(number)] * len(rows))
    assert (rows[np.arange(len(rows)), drawn] > 0).all()


def test_terms_come_as_often_as_they_should() -> None:
    row = np.array([0.5, 0.0, 0.3, 0.15, 0.05])
    rngs = [Random(seed) for seed in range(50)]
    drawn = np.concatenate([categorical.sample(np.tile(row, (50, 1)), rngs) for _ in range(400)])
    counts, expected = np.bincount(drawn, minlength=5), row * len(drawn)
    assert counts[1] == 0
    possible = row > 0
    # Pearson's statistic with 3 degrees of freedom: above 16.3 in one of 1,000 cases, were the draws right.
    assert ((counts - expected)[possible] ** 2 / expected[possible]).sum() < 16.3


def test_each_solo_draws_from_its_own_rng_once() -> None:
    rows, rngs = np.full((3, 4), 0.25), [Random(1), Random(2), Random(3)]
    together = categorical.sample(rows, rngs).tolist()
    assert together == [categorical.sample(rows[:1], [Random(seed)])[0] for seed in (1, 2, 3)]
    spent = [Random(seed) for seed in (1, 2, 3)]
    assert [rng.random() for rng in spent] and [r.getstate() for r in rngs] == [r.getstate() for r in spent]


def test_argmax_takes_the_first_of_the_likeliest() -> None:
    rows = np.array([[0.2, 0.5, 0.3], [0.4, 0.2, 0.4], [1 / 3, 1 / 3, 1 / 3]])
    assert argmax.sample(rows).tolist() == [1, 0, 0]


# All together, in the engine


class Forgetful(Untrained):
    """A model with the same distribution at every position: a few likely terms, many unlikely ones."""

    def __init__(self, size: int) -> None:
        self.row = normal(0.5 ** np.arange(1, size + 1)[None])

    def start(self, batch: int) -> int:
        return batch

    def step(self, state: int, inputs: Any, positions: Any) -> tuple[int, Any]:
        return state, np.repeat(self.row, state, axis=0)


CHANGES = ((Chord((62, 65, 69, 72), 0, 1920, "Dm7"),),) * 4


def improvise(vocabulary: Vocabulary, samplers: Sequence[tuple[str, dict[str, Any]]], solos: int = 20) -> Any:
    calls, steps = PluginCalls(), []
    for number, (name, options) in enumerate(samplers, 1):
        step = plugin(name)
        calls.add(step)
        steps.append(Step(step.hooks[0], step, step.options.model_validate(options), number))
    improviser = Improviser(steps, calls, vocabulary)
    return improviser.improvise(Forgetful(len(vocabulary)), CHANGES, Meter(), range(solos), Decoding())


def test_every_bar_is_filled_by_terms_of_the_vocabulary() -> None:
    words = Vocabulary(parse_terms("C,0.750,<P1,d-5> S,0.333,<P1,d-5> C,0.667 R,0.250 A,0.250"), (2,))
    chain = [("temperature", {"temperature": 0.8}), ("first_term", {}), ("bar_aware", {}), ("nucleus", {"mass": 0.9})]
    solos = improvise(words, [*chain, ("categorical", {})])
    for bars in solos:
        assert [sum(term.duration for term in bar) for bar in bars] == [1920] * 4
        assert {term for bar in bars for term in bar} <= set(words.terms)
        assert str(bars[0][0]) in {"C,0.667", "A,0.250"}
    assert len(set(solos)) == 20


def test_all_shapers_in_one_chain() -> None:
    solos = improvise(WORDS, [*((name, {}) for name in SHAPERS), ("categorical", {})], solos=5)
    assert [[sum(term.duration for term in bar) for bar in bars] for bars in solos] == [[1920] * 4] * 5


def test_a_mistake_in_the_weights_names_the_step() -> None:
    with pytest.raises(StepError, match=r"1:category_bias.* weights \(b3, 5\).*expected some of A, C, R, X"):
        improvise(WORDS, [("category_bias", {"weights": {"b3": 2, "5": 0}}), ("argmax", {})])
