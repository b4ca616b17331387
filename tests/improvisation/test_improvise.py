"""Improvising with models that need no training: bars sum, batches agree, dead ends become rests."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from untrained import Untrained

from jazzgram import Chord, JazzgramError, Meter, Note, Options, Position, StepError, Term, Vocabulary, hookimpl
from jazzgram.config.config import Part
from jazzgram.config.steps import Step
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.plugins import Plugin
from jazzgram.improvisation.line import Decoding
from jazzgram.improvisation.realize import realize
from jazzgram.improvisation.sampler import Improviser

METER = Meter(4, 4)
CHANGES = ((Chord((62, 65, 69, 72), 0, 1920, "Dm7"),), (Chord((55, 59, 62, 65), 0, 1920, "G7"),)) * 2


class Uniform(Untrained):
    """A model without memory; it notes what it was fed."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.size = len(vocabulary)
        self.fed: list[Any] = []
        self.asked: list[tuple[int, int, str]] = []

    def start(self, batch: int) -> int:
        return batch

    def step(self, state: int, inputs: Any, positions: Any) -> tuple[int, Any]:
        self.fed.append(inputs)
        self.asked.append((positions[0].bar, positions[0].onset, positions[0].chord.symbol))
        return state, np.full((state, self.size), 1 / self.size)


@hookimpl
def draw(probabilities: Any, rngs: Sequence[Random]) -> list[int]:
    return [rng.choices(range(len(row)), row)[0] for row, rng in zip(probabilities, rngs, strict=True)]


@hookimpl
def fits(probabilities: Any, positions: Sequence[Position], vocabulary: Vocabulary) -> Any:
    room = np.array([[position.remaining] for position in positions])
    return np.where(vocabulary.durations[None, :] <= room, probabilities, 0.0)


def improviser(vocabulary: Vocabulary, **hooks: Any) -> Improviser:
    steps, calls = [], PluginCalls()
    for number, (hook, implementation) in enumerate(hooks.items(), 1):
        module = ModuleType(hook)
        setattr(module, hook, implementation)
        plugin = Plugin(hook, module, "test")
        calls.add(plugin)
        steps.append(Step(hook, plugin, Options(), number))
    return Improviser(steps, calls, vocabulary)


def vocabulary(*terms: str) -> Vocabulary:
    return Vocabulary.of((tuple(map(Term.parse, terms)),))


WORDS = vocabulary("C,0.500", "S,0.333", "C,1.000", "R,0.750", "A,0.250")


def test_every_bar_sums_to_its_meter() -> None:
    for seed in range(20):
        (grammar,) = improviser(WORDS, shape_distribution=fits, sample=draw).improvise(
            Uniform(WORDS), CHANGES, METER, [seed], Decoding()
        )
        assert [sum(term.duration for term in bar) for bar in grammar] == [1920] * 4


def test_where_no_term_fits_the_bar_ends_with_a_rest() -> None:
    words = vocabulary("C,0.750")
    (grammar,) = improviser(words, shape_distribution=fits, sample=draw).improvise(
        Uniform(words), CHANGES[:1], METER, [1], Decoding()
    )
    assert " ".join(map(str, grammar[0])) == "C,0.750 C,0.750 C,0.750 C,0.750 C,0.750 R,0.250"


def test_the_model_is_told_where_each_term_stands_and_asked_again_where_the_bar_is_left() -> None:
    words = vocabulary("C,1.500")
    model = Uniform(words)
    improviser(words, shape_distribution=fits, sample=draw).improvise(model, CHANGES[:2], METER, [1], Decoding())
    first = [(0, 0, "Dm7"), (0, 720, "Dm7"), (0, 1440, "Dm7")]  # three times, then a rest: the bar's last quarter
    second = [(1, 0, "G7"), (1, 720, "G7"), (1, 1440, "G7")]
    assert model.asked == first + second


def test_where_nothing_ever_fits_the_solo_is_silent() -> None:
    words = vocabulary("C,5.000")
    (grammar,) = improviser(words, shape_distribution=fits, sample=draw).improvise(
        Uniform(words), CHANGES, METER, [1], Decoding()
    )
    assert [" ".join(map(str, bar)) for bar in grammar] == ["R,4.000"] * 4


def test_a_solo_does_not_depend_on_its_company() -> None:
    make = improviser(WORDS, shape_distribution=fits, sample=draw)
    together = make.improvise(Uniform(WORDS), CHANGES, METER, [1, 2, 3], Decoding())
    apart = [make.improvise(Uniform(WORDS), CHANGES, METER, [seed], Decoding())[0] for seed in (1, 2, 3)]
    assert together == apart
    assert len(set(together)) == 3


class Gathering(Uniform):
    """One whose states can be gathered; its state is the number of rows."""

    def gather(self, rows: Sequence[tuple[int, int]]) -> int:
        assert all(row < batch for batch, row in rows)
        return len(rows)


def test_a_solo_that_is_done_is_no_longer_stepped() -> None:
    make, model = improviser(WORDS, shape_distribution=fits, sample=draw), Gathering(WORDS)
    together = make.improvise(model, CHANGES, METER, [1, 2, 3], Decoding())
    assert together == make.improvise(Uniform(WORDS), CHANGES, METER, [1, 2, 3], Decoding())
    rows = [len(inputs) for inputs in model.fed[1:]]
    assert rows == sorted(rows, reverse=True) and rows[0] == 3 > rows[-1]


def test_terms_know_their_bar_and_place() -> None:
    (grammar,) = improviser(WORDS, shape_distribution=fits, sample=draw).improvise(
        Uniform(WORDS), CHANGES, METER, [1], Decoding()
    )
    for bar, terms in enumerate(grammar):
        assert [term.origin for term in terms] == [(bar, number) for number in range(len(terms))]


def test_a_fixed_number_of_terms_a_bar_with_the_courses_prefix() -> None:
    feeding = Decoding(terms=50, prefix=Term.parse("C,0.250"), restart=True)
    (grammar,) = improviser(WORDS, sample=draw).improvise(Uniform(WORDS), CHANGES, METER, [1], feeding)
    assert [len(bar) for bar in grammar] == [51] * 4
    assert {str(bar[0]) for bar in grammar} == {"C,0.250"}
    assert grammar[3][50].origin == (3, 50)


def test_what_a_step_is_given_cannot_be_written_to() -> None:
    @hookimpl
    def doubling(probabilities: Any) -> Any:
        probabilities *= 2
        return probabilities

    with pytest.raises(StepError, match=r"step 1:shape_distribution .*read-only; arrays are read-only: change a copy"):
        improviser(WORDS, shape_distribution=doubling, sample=draw).improvise(
            Uniform(WORDS), CHANGES, METER, [1], Decoding()
        )


@pytest.mark.parametrize(("feedback", "shape"), [("one_hot", (1,)), ("soft", (1, 5))])
def test_what_the_model_hears(feedback: str, shape: tuple[int, ...]) -> None:
    model = Uniform(WORDS)
    improviser(WORDS, sample=draw).improvise(model, CHANGES, METER, [1], Decoding(feedback=feedback))
    assert model.fed[0] is None
    assert model.fed[1].shape == shape


def test_a_given_start_is_heard_first() -> None:
    model = Uniform(WORDS)
    start = Term.parse("C,0.500")
    improviser(WORDS, sample=draw).improvise(model, CHANGES, METER, [1], Decoding(start=start))
    assert model.fed[0].tolist() == [WORDS.ids[start]]
    with pytest.raises(JazzgramError, match=r"improvise.start: C,4.000 is not among"):
        improviser(WORDS, sample=draw).improvise(model, CHANGES, METER, [1], Decoding(start=Term.parse("C,4.000")))


def test_places_say_where_the_term_would_stand() -> None:
    seen: list[Position] = []

    @hookimpl
    def shape_distribution(probabilities: Any, positions: Sequence[Position]) -> Any:
        seen.extend(positions)
        return probabilities

    words = vocabulary("C,2.000")
    improviser(words, shape_distribution=shape_distribution, sample=draw).improvise(
        Uniform(words), CHANGES[:2], METER, [1], Decoding()
    )
    assert [(p.bar, p.onset, p.remaining) for p in seen] == [(0, 0, 1920), (0, 960, 960), (1, 0, 1920), (1, 960, 960)]
    assert [p.chord and p.chord.symbol for p in seen] == ["Dm7", "Dm7", "G7", "G7"]
    assert [p.next_chord and p.next_chord.symbol for p in seen] == ["G7", "G7", None, None]


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (None, "step 1:shape_distribution .* returned None"),
        (np.ones((1, 2)), r"returned shape \(1, 2\); expected \(1, 5\)"),
        (np.full((1, 5), np.nan), "returned NaN"),
        (np.array([[1.0, -1.0, 0.5, 0.5, 0.5]]), "negative or infinite"),
    ],
)
def test_a_sampler_that_returns_no_distribution_is_named(result: Any, message: str) -> None:
    @hookimpl
    def shape_distribution() -> Any:
        return result

    with pytest.raises(StepError, match=message):
        improviser(WORDS, shape_distribution=shape_distribution, sample=draw).improvise(
            Uniform(WORDS), CHANGES, METER, [1], Decoding()
        )


@pytest.mark.parametrize("result", [[5], [-1], [0, 1], ["C"]])
def test_a_sampler_that_returns_no_token_is_named(result: Any) -> None:
    @hookimpl
    def sample() -> Any:
        return result

    with pytest.raises(StepError, match="expected 1 token ids from 0 to 4"):
        improviser(WORDS, sample=sample).improvise(Uniform(WORDS), CHANGES, METER, [1], Decoding())


def test_terms_without_length_do_not_go_on_for_ever() -> None:
    words = vocabulary("C,0.000")
    with pytest.raises(JazzgramError, match="bar 1 is not full after 1000 terms"):
        improviser(words, sample=draw).improvise(Uniform(words), CHANGES, METER, [1], Decoding())


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (None, "unparse_grammar returned None for bar 1; return a list"),
        ([Note(60, 480, 120), Note(62, 0, 120)], "unparse_grammar returned for bar 1 notes out of time order"),
        ([Note(128, 0, 120)], "unparse_grammar returned for bar 1 a note whose pitch is no MIDI number"),
        ([Note(60, 0.5, 120)], "unparse_grammar returned for bar 1 a note whose times are no ticks"),  # type: ignore[arg-type]
    ],
)
def test_a_tokenizer_that_makes_no_notes_is_named(made: list[Note] | None, message: str) -> None:
    module = ModuleType("silent")
    module.unparse_grammar = hookimpl(lambda terms: made)  # type: ignore[attr-defined]
    module.unparse_grammar.__name__ = "unparse_grammar"
    tokenizer, calls = Part(Plugin("silent", module, "test"), Options()), PluginCalls()
    calls.add(tokenizer.plugin)
    with pytest.raises(StepError, match=message):
        realize(((Term.parse("C,1.000"),),), CHANGES[:1], METER, tokenizer, calls, seed=1)
