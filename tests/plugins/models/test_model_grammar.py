"""The grammar model: rules and clusters by hand, its promises as a token model, and what it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.models import grammar, markov
from jazzgram_plugins.models.grammar.clusters import features, k_means, nearest
from jazzgram_plugins.models.grammar.rules import Rules

from jazzgram import UNKNOWN, Dataset, Epoch, JazzgramError, Position, TokenTune, Vocabulary, parse_terms
from jazzgram.models.grammars import format_grammar, from_windows, parse_grammar, to_bars
from jazzgram.testing import problems

NOWHERE = Path("unused")
C, S, LONG = 0, 1, 2
WORDS = Vocabulary(parse_terms("C,1.000 S,1.000,<P4,m-2> R,4.000"))
BAR = 1920


def tune(*bars: Sequence[int], words: Vocabulary = WORDS) -> TokenTune:
    """Make a tune in 4/4 of bars of token ids."""
    tokens = np.array([token for bar in bars for token in bar], np.int64)
    numbers = np.repeat(np.arange(len(bars), dtype=np.int32), [len(bar) for bar in bars])
    onsets = np.concatenate([np.cumsum([0, *(words.durations[token] for token in bar[:-1])]) for bar in bars])
    onset = onsets.astype(np.int32)
    nothing = np.zeros(len(tokens), np.int32)
    return TokenTune(tokens, numbers, onset, BAR - onset, nothing, nothing - 1, nothing - 1, (), len(bars))


def trained(*tunes: TokenTune, seed: int = 1, words: Vocabulary = WORDS, **options: int) -> grammar.BarGrammar:
    model = grammar.BarGrammar(words, grammar.Options(**options))
    model.fit(Dataset(tunes), seed, NOWHERE, lambda epoch: None)
    return model


def after(model: grammar.BarGrammar | markov.Markov, context: TokenTune, following: Position) -> list[float]:
    """Play a tune to a model, and ask what comes next."""
    positions = [*map(context.position, range(len(context))), following]
    state, probabilities = model.step(model.start(1), None, positions[:1])
    for token, position in zip(context.tokens, positions[1:], strict=True):
        state, probabilities = model.step(state, np.array([token]), [position])
    return list(probabilities[0])


def test_a_bar_goes_on_as_the_rules_that_begin_like_it() -> None:
    """Of three bars that begin C C C, one ends with C and two with S.

    The chain: C was followed by C 8 times of 10 and by S twice, less 1/3 each (one pair occurred once, one twice);
    the 2/3 of 10 left over go by 3 and 1 of 4 neighbours, less 1/2 each, and evenly: 3/4 and 1/4. So S has
    5/3/10 + 2/3/10/4 = 11/60. At the fourth beat, and there after C, S came twice of three times. Each takes half of
    what it is left, the chain an eighth: 2/3 x 7/8 + 11/60 / 8 = 97/160.
    """
    model = trained(tune([C, C, C, C], [C, C, C, S], [C, C, C, S]), clusters=1, terms=1, words=TWO)
    probabilities = after(model, tune([C, C, C]), Position(0, 1440, 480, None, None))
    assert probabilities == pytest.approx([63 / 160, 97 / 160], abs=1e-7)


TWO = Vocabulary(WORDS.terms[:2])


def test_a_bar_begins_as_those_of_the_clusters_that_follow() -> None:
    """Busy bars and silent ones take turns: after a busy one, silence three times of three.

    Less 1/2: 5/6; the 1/6 left over goes by 2 and 1 of 3 neighbours, less 1/3 each, and evenly: 2/3 and 1/3. So silence
    has 5/6 + 1/18 = 8/9 among the rules. At the first beat came C four times of seven, and after S silence always.
    """
    busy, silent = [C, C, C, S], [LONG]
    music = tune(busy, silent, busy, silent, busy, silent, busy)
    model = trained(music, clusters=2, order=1, terms=1)
    position = Position(1, 0, BAR, None, None)
    chain = markov.Markov(3, markov.Options(order=1))
    chain.fit(Dataset([music]), 1, NOWHERE, lambda epoch: None)
    place_alone = (np.array([4 / 7, 0, 3 / 7]) + after(chain, tune(busy), position)) / 2
    expected = (np.array([1 / 9, 0, 8 / 9]) + (np.array([0, 0, 1]) + place_alone) / 2) / 2
    assert after(model, tune(busy), position) == pytest.approx(expected, abs=1e-7)


def test_where_no_rule_and_no_place_is_known_the_chain_decides() -> None:
    music = tune([C, C, C, C], [C, C, C, S])
    model = trained(music, terms=1, words=TWO)
    chain = markov.Markov(2, markov.Options(order=1))
    chain.fit(Dataset([music]), 1, NOWHERE, lambda epoch: None)
    position = Position(0, 1000, 920, None, None)
    assert after(model, tune([S, C]), position) == pytest.approx(after(chain, tune([S, C]), position))


def test_what_does_not_fit_the_bar_is_left_little() -> None:
    """No term of twelve was too long for its bar: half a term of thirteen is left for one."""
    model = trained(tune([C, C, C, S], [LONG], [C, S, C, S], [LONG], [C, S]), words=WORDS)
    probabilities = after(
        model, tune([S, S]), Position(0, 1000, 920, None, None)
    )  # no bar begins so, nothing ever came here
    assert probabilities[LONG] == pytest.approx(0.5 / 13, abs=1e-6)
    assert sum(probabilities) == pytest.approx(1)


def test_how_far_rules_are_trusted_is_learned_from_other_tunes() -> None:
    """Where every tune has the same bars, rules are right; where no two have one bar alike, the chain is."""
    rng = Random(1)
    same = [tune([C, C, S, C], [S, S, C, S]) for _ in range(20)]
    mixed = [tune(*([rng.choice((C, S)) for _ in range(4)] for _ in range(4))) for _ in range(20)]
    words = Vocabulary(WORDS.terms[:2])
    position = Position(0, 1440, 480, None, None)
    sure = after(trained(*same, words=words), tune([C, C, S]), position)[C]
    unsure = after(trained(*mixed, words=words), tune([C, C, S]), position)[C]
    assert sure > 0.9
    assert 0.2 < unsure < 0.8


CORPUS = [
    tune([C, S, C, S], [LONG], [C, C, S]),
    tune([S, S, S, S], [C, S, C, S]),
    tune([LONG], [LONG], [C, S, S, C]),
]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from([C, S, LONG, UNKNOWN]), min_size=1, max_size=6), min_size=1, max_size=4))
def test_probabilities_after_any_history(bars: list[list[int]]) -> None:
    context = tune(*bars)
    last = Position(len(bars), 0, BAR, None, None)
    probabilities = np.array(after(MODEL, context, last))
    assert probabilities.sum() == pytest.approx(1)
    assert (probabilities > 0).all()


MODEL = trained(*CORPUS)


def test_solos_side_by_side_are_independent() -> None:
    positions = [Position(0, 480, 1440, None, None), Position(1, 0, BAR, None, None)]
    state, _ = MODEL.step(MODEL.start(2), None, [Position(0, 0, BAR, None, None)] * 2)
    _, both = MODEL.step(state, np.array([C, LONG]), positions)
    _, again = MODEL.step(state, np.array([C, LONG]), positions)
    assert np.array_equal(both, again), "a step changed the state it was given"
    for row, (token, position) in enumerate(zip((C, LONG), positions, strict=True)):
        alone, _ = MODEL.step(MODEL.start(1), None, [Position(0, 0, BAR, None, None)])
        assert np.array_equal(MODEL.step(alone, np.array([token]), [position])[1][0], both[row])
    soft = np.eye(3)[[C, LONG]]
    assert np.array_equal(MODEL.step(state, soft, positions)[1], both)


def test_stored_and_loaded_it_is_the_same() -> None:
    loaded = grammar.BarGrammar(WORDS, grammar.Options())
    loaded.load(MODEL.weights())
    for bars in ([[C, S]], [[LONG], [C]], [[S, S, S, S], [UNKNOWN, C]]):
        context = tune(*bars)
        position = Position(len(bars) - 1, 960, 960, None, None)
        assert after(loaded, context, position) == after(MODEL, context, position)
    assert all(array.dtype in (np.float32, np.int32, np.int64) for array in MODEL.weights().values())


def test_the_same_seed_gives_the_same_model() -> None:
    first, second = trained(*CORPUS, seed=5).weights(), trained(*CORPUS, seed=5).weights()
    assert first and first.keys() == second.keys()
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_one_epoch_is_reported() -> None:
    epochs: list[Epoch] = []
    grammar.BarGrammar(WORDS, grammar.Options()).fit(Dataset(CORPUS), 1, NOWHERE, epochs.append)
    assert [(epoch.number, epoch.of) for epoch in epochs] == [(1, 1)]
    assert 0 < epochs[0].loss < 5
    assert 0 <= epochs[0].accuracy <= 1


def test_rules_of_two_bars() -> None:
    model = trained(tune([C, C, C, C], [S, S, S, S], [C, C, C, C], [S, S, S, S]), bars=2)
    assert [tokens for _, tokens, _ in model.windows()] == [(C, C, C, C, S, S, S, S)]
    assert after(model, tune([C, C, C, C]), Position(1, 0, BAR, None, None))[S] > 0.5


def test_it_is_written_and_played_as_a_grammar() -> None:
    bars = tuple(map(parse_terms, ("C,1.000 S,3.000,<P4,m-2>", "C,2.000 C,2.000,<P1,d-5>", "R,4.000")))
    words = Vocabulary.of(bars)
    model = trained(tune(*(list(words.encode(bar)) for bar in (*bars, *bars)), words=words), words=words)
    windows = [(cluster, [words.terms[token] for token in tokens], count) for cluster, tokens, count in model.windows()]
    written, left_out = from_windows(windows, model.following)
    assert left_out == 0
    played = to_bars(parse_grammar(format_grammar(written)), 30, BAR, Random(1))
    shapes = {tuple((term.category, term.duration) for term in bar) for bar in played}
    assert shapes == {tuple((term.category, term.duration) for term in bar) for bar in bars}


@pytest.mark.parametrize(
    ("bar", "seven"),
    [
        ("R,4.000", (0, 0, 4, 0, 0, 0, 0)),
        ("C,4.000", (1, 0, 0, 0, 1, 0, 1)),
        ("R,0.500 S,0.500 C,1.000,<P5,A1> A,2.000,<P4,m-2>", (3, 0.5, 0.5, 4, 0, 0, 1.25 / 3.5)),  # up 4, up 2
        ("C,2.000 C,1.000,<P1,d-5> X,1.000,<m-3,M-6>", (3, 0, 0, 6, 1, 0, 0.75)),  # down 3, down 6
        ("5,1.000,<o4> 6,1.000,<+> 5,1.000,<-> b2,1.000,<-1>", (4, 0, 0, 8, 1, 1, 0.625)),  # up 2; down 2, down 14
    ],
)
def test_what_a_bar_is_like(bar: str, seven: tuple[float, ...]) -> None:
    assert features(parse_terms(bar)) == pytest.approx(seven)


@pytest.mark.parametrize("seed", range(5))
def test_clusters_are_where_the_points_are(seed: int) -> None:
    points = np.array([[0.0], [0.2], [10.0], [10.4]])
    centres = k_means(points, 2, seed)
    assert sorted(centres[:, 0].tolist()) == pytest.approx([0.1, 10.2])
    assert len(set(nearest(points, centres)[:2])) == 1
    assert len(k_means(np.ones((5, 7)), 3, seed)) == 1


@given(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=4).map(tuple), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_rules_in_order_are_found_by_their_beginning(windows: list[tuple[int, ...]]) -> None:
    rules = Rules.of(windows, dict.fromkeys(windows, 0), 1)
    for start in {window[:length] for window in windows for length in range(4)}:
        span = rules.all
        for depth, term in enumerate(start):
            span = rules.narrow(span, depth, term)
        longer = [
            window[len(start)] for window in windows if window[: len(start)] == start and len(window) > len(start)
        ]
        found, bars, different = rules.following(span, len(start), None, 3)
        assert (bars, different) == (len(longer), len(set(longer)))
        if longer:
            assert found is not None
            assert found.tolist() == pytest.approx([longer.count(term) / len(longer) for term in range(3)])


def test_what_it_refuses() -> None:
    fresh = grammar.BarGrammar(WORDS, grammar.Options())
    with pytest.raises(JazzgramError, match="no weights yet"):
        fresh.weights()
    with pytest.raises(JazzgramError, match="no weights yet"):
        fresh.start(1)
    with pytest.raises(JazzgramError, match="nothing to learn"):
        fresh.fit(Dataset([Dataset.of([]).train[0]]), 1, NOWHERE, lambda epoch: None)
    whole = MODEL.weights()
    for name, wrong in {
        "centres": np.zeros((3, 6), np.float32),
        "shares": np.full((3, 400), np.nan, np.float32),
        "onset/rule_terms": whole["onset/rule_terms"] + 3,
        "rule_terms": whole["rule_terms"] + 3,
        "rule_lengths": whole["rule_lengths"][1:],
        "rule_clusters": whole["rule_clusters"] + 99,
        "terms/keys_1": np.array([9], np.int64),
    }.items():
        with pytest.raises(JazzgramError):
            fresh.load(whole | {name: wrong})
    with pytest.raises(JazzgramError, match="overlong are missing"):
        fresh.load({name: array for name, array in whole.items() if name != "overlong"})


def test_it_keeps_the_contract() -> None:
    module: ModuleType = grammar
    assert problems(module) == []
