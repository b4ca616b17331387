"""Critics steer: what they weigh, and what becomes of the candidates."""

from __future__ import annotations

from math import inf, log
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from jazzgram_plugins.samplers import bar_aware, categorical
from jazzgram_plugins.tokenizers import events
from untrained import Untrained

from jazzgram import Chord, Meter, Options, StepError, Term, Vocabulary, hookimpl, parse_terms
from jazzgram.config.config import Part
from jazzgram.config.steps import Step
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.plugins import Plugin
from jazzgram.improvisation.critics import Critics
from jazzgram.improvisation.line import Decoding, Locked
from jazzgram.improvisation.particles import Particles
from jazzgram.improvisation.sampler import Improviser
from jazzgram.improvisation.search import Search
from jazzgram.music.term import Grammar

WORDS = Vocabulary.of((parse_terms("60,0.500 60,1.000 67,0.500 67,1.000 R,0.500"),))
CHANGES = ((Chord((60, 64, 67), 0, 1920, "C"),),) * 6
DOWN = Term.parse("60,1.000")


class Wandering(Untrained):
    """It prefers the term that it was fed: its state matters, a number for each row."""

    def start(self, batch: int) -> Any:
        return np.zeros(batch)

    def step(self, state: Any, inputs: Any, positions: Any) -> Any:
        state = state + 1
        rows = np.ones((len(state), len(WORDS))) + state[:, None] % 3
        if inputs is not None:
            rows[np.arange(len(rows))[inputs >= 0], inputs[inputs >= 0]] += 3
        return state, rows / rows.sum(axis=1, keepdims=True)

    def gather(self, rows: Any) -> Any:
        return np.array([state[row] for state, row in rows])


def plugin(module: ModuleType) -> Plugin:
    return Plugin(module.__name__.rpartition(".")[2], module, "test")


def critic(score: Any, **more: Any) -> Plugin:
    module = ModuleType("critic")
    module.score_bar = hookimpl(score)  # type: ignore[attr-defined]
    for name, value in more.items():
        setattr(module, name, value)
    return Plugin("critic", module, "test")


class Observed:
    def __init__(self) -> None:
        self.calls: list[tuple[str, int, tuple[float, ...], int]] = []

    def critic(self, label: str, options: Any, bar: int, weights: Any, chosen: int, seconds: float) -> None:
        self.calls.append((label, bar, weights, chosen))

    def sampler(self, *_: Any) -> None: ...


def play(
    *critics: Plugin, search: Search | None = None, seeds: tuple[int, ...] = (1,), locked: Locked | None = None
) -> tuple[list[Grammar], Observed]:
    """Improvise with critics; without one, by the plain improviser."""
    observed = Observed()
    plugins = [plugin(bar_aware), plugin(categorical), plugin(events), *critics]
    calls = PluginCalls(*plugins)
    steps = [Step("shape_distribution", plugins[0], bar_aware.Options(), 1), Step("sample", plugins[1], Options(), 2)]
    improviser = Improviser(steps, calls, WORDS)
    arguments = (Wandering(), CHANGES, Meter(), seeds, Decoding(), locked or {})
    if not critics:
        return improviser.improvise(*arguments), observed
    judges = Critics([Step("score_bar", each, Options(), n) for n, each in enumerate(critics, 1)], calls, lambda: None)  # type: ignore[arg-type, return-value]
    tokenizer = Part(plugins[2], events.Options())
    particles = Particles(improviser, judges, search or Search(), WORDS, tokenizer, calls, observed)  # type: ignore[arg-type]
    return particles.improvise(*arguments), observed


def test_one_particle_is_a_solo_without_critics() -> None:
    no_opinion = critic(lambda: 0.0)
    assert play(no_opinion, search=Search(1), seeds=(1, 2, 3))[0] == play(seeds=(1, 2, 3))[0]


def test_critics_without_an_opinion_change_nothing() -> None:
    assert play(critic(lambda: 0.0), search=Search(8, phrase=2), seeds=(4, 5))[0] == play(seeds=(4, 5))[0]


def test_a_solo_does_not_depend_on_its_company() -> None:
    busy = critic(lambda notes: float(len(notes)))
    together = play(busy, seeds=(1, 2))[0]
    assert together == [play(busy, seeds=(seed,))[0][0] for seed in (1, 2)]


@pytest.mark.parametrize("phrase", [1, 2, 4])
def test_what_a_critic_prefers_is_played_more(phrase: int) -> None:
    def sounding(grammars: list[Grammar]) -> int:
        return sum(term.category != "R" for grammar in grammars for bar in grammar for term in bar)

    seeds = tuple(range(10))
    busy, calm = critic(lambda notes: 2.0 * len(notes)), critic(lambda notes: -2.0 * len(notes))
    search = Search(16, phrase=phrase)
    played = [sounding(play(*each, search=search, seeds=seeds)[0]) for each in ((calm,), (), (busy,))]
    assert played[0] < played[1] * 0.9 < played[1] * 1.1 < played[2]


def test_every_bar_sums_to_its_meter() -> None:
    for grammar in play(critic(lambda notes: float(len(notes))), seeds=(1, 2, 3))[0]:
        assert [sum(term.duration for term in bar) for bar in grammar] == [1920] * 6


def test_a_critic_sees_the_bar_and_all_before_it() -> None:
    seen: list[Any] = []

    def score(terms: Any, notes: Any, chords: Any, history: Any, position: Any, log_likelihoods: Any) -> float:
        seen.append((position.bar, position.bars, len(history), len(terms), len(log_likelihoods), chords[0].symbol))
        assert sum(term.category != "R" for term in terms) == len(notes)
        assert all(likelihood <= 0 for likelihood in log_likelihoods)
        return 0.0

    play(critic(score), search=Search(2))
    assert {(bar, bars, before, symbol) for bar, bars, before, *_, symbol in seen} == {
        (bar, 6, bar, "C") for bar in range(6)
    }
    assert all(terms == likelihoods for *_, terms, likelihoods, _ in seen)


def test_a_given_bar_is_in_every_candidate_and_the_model_goes_on_from_it() -> None:
    locked = {0: (DOWN,) * 4, 3: (), 4: (DOWN, *parse_terms("72,3.000"))}  # 72 is not in the vocabulary
    seen: dict[int, set[Any]] = {}

    def score(terms: Any, position: Any, given: bool, log_likelihoods: Any) -> float:
        assert given == (position.bar in locked)
        if given:
            assert terms == locked[position.bar]
            seen.setdefault(position.bar, set()).add(log_likelihoods)
        return 0.0

    for critics in ((), (critic(score),)):
        (grammar,), _ = play(*critics, locked=locked)
        assert {bar: grammar[bar] for bar in locked} == locked
        assert all(sum(term.duration for term in grammar[bar]) == 1920 for bar in (1, 2, 5))
    (first,) = seen[0]
    assert first[:2] == pytest.approx((log(1 / 5), log(1 / 3)))
    assert all(np.isnan(likelihoods[1]) and likelihoods[0] < 0 for likelihoods in seen[4])


def test_bars_that_come_choose_what_leads_to_them() -> None:
    """With a given bar's likelihood as weight: the model repeats itself, so the bar before it ends as it begins."""

    def future(given: bool, log_likelihoods: Any) -> float:
        return 4 * log_likelihoods[0] if given else 0.0

    locked = {2: (DOWN,) * 4}
    seeds = tuple(range(40))
    plain, steered = (
        [grammar[1][-1] for grammar in play(*each, search=Search(16), seeds=seeds, locked=locked)[0]]
        for each in ((), (critic(future),))
    )
    assert plain.count(DOWN) < 0.6 * steered.count(DOWN)


def test_what_was_judged_is_reported() -> None:
    _, observed = play(critic(lambda notes: float(len(notes))), search=Search(4))
    assert [(label, bar, len(weights)) for label, bar, weights, _ in observed.calls] == [
        ("1:critic", bar, 4) for bar in range(6)
    ]
    assert all(0 <= chosen < 4 for *_, chosen in observed.calls)


def test_where_all_are_forbidden_the_music_goes_on() -> None:
    (grammar,), _ = play(critic(lambda: -inf))
    assert len(grammar) == 6


@pytest.mark.parametrize("bad", [float("nan"), inf, "much", None])
def test_a_weight_that_is_none_is_refused(bad: Any) -> None:
    with pytest.raises(StepError, match=r"step 1:critic .*bar 1"):
        play(critic(lambda: bad))
