"""The Markov chain: Kneser-Ney by hand, against a plain implementation, and what it refuses."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.models.markov import Options, build_model

from jazzgram import Dataset, JazzgramError, Term, TokenModel, Vocabulary

NOWHERE = Path("unused")


def trained(corpus: list[int], terms: int = 4, **options: float) -> TokenModel:
    words = Vocabulary(tuple(Term.parse(f"C,{number}.000") for number in range(1, terms + 1)))
    model: TokenModel = build_model(words, Options(**options))
    model.fit(Dataset.of(corpus), 1, NOWHERE, lambda epoch: None)
    return model


def after(model: TokenModel, *history: int) -> list[float]:
    state, probabilities = model.step(model.start(1), None, ())
    for term in history:
        state, probabilities = model.step(state, np.array([term]), ())
    return [float(number) for number in probabilities[0]]


def kneser_ney(corpus: list[int], history: tuple[int, ...], terms: int, order: int, discount: float) -> list[float]:
    """Mix as the books have it, with dictionaries."""
    longest = min(order + 1, len(corpus))
    history = history[len(history) - min(len(history), longest - 1) :]
    mixed = [1 / terms] * terms
    for length in range(len(history) + 1):
        counts: Counter[int] = Counter()
        before: dict[int, set[int]] = defaultdict(set)
        run = history[len(history) - length :]
        for end in range(length, len(corpus)):
            if tuple(corpus[end - length : end]) == run:
                counts[corpus[end]] += 1
                before[corpus[end]].add(corpus[end - length - 1] if end > length else -1)
        if length + 1 < longest:
            counts = Counter({term: len(different) for term, different in before.items()})
        total = counts.total()
        if not total:
            break
        left = discount * len(counts) / total
        mixed = [max(counts[term] - discount, 0) / total + left * lower for term, lower in enumerate(mixed)]
    return mixed


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=40),
    st.lists(st.integers(0, 3), max_size=6),
    st.integers(1, 4),
    st.sampled_from([0.25, 0.5, 0.75]),
)
def test_the_trie_counts_as_dictionaries_do(corpus: list[int], history: list[int], order: int, discount: float) -> None:
    found = after(trained(corpus, order=order, discount=discount), *history)
    assert found == pytest.approx(kneser_ney(corpus, tuple(history), 4, order, discount))
    assert sum(found) == pytest.approx(1)


def test_an_unseen_term_has_a_probability_and_a_lick_is_remembered() -> None:
    model = trained([0, 1, 2, 0, 1, 2, 0, 1, 2, 3], order=2)
    assert min(after(model, 0, 1)) > 0
    assert int(np.argmax(after(model, 0, 1))) == 2
    assert after(model, 3, 0, 1) == after(model, 2, 0, 1)  # the context is two terms


def test_a_batch_is_as_good_as_one_at_a_time_and_of_a_distribution_the_likeliest_is_the_input() -> None:
    model = trained([0, 1, 2, 3, 0, 2, 1, 3])
    state, first = model.step(model.start(3), None, ())
    assert (first[0] == first[1]).all()
    state, second = model.step(state, np.array([0, 1, 3]), ())
    assert [row.tolist() for row in second] == [after(model, term) for term in (0, 1, 3)]
    soft = np.array([[0.1, 0.7, 0.1, 0.1]])
    assert model.step(model.start(1), soft, ())[1][0].tolist() == after(model, 1)


def test_counts_are_kept_and_taken_back() -> None:
    model = trained([0, 1, 2, 0, 2, 1, 1])
    other = build_model(Vocabulary(tuple(Term.parse(f"C,{n}.000") for n in range(1, 5))), Options())
    other.load(model.weights())
    assert after(other, 1, 2) == after(model, 1, 2)


def test_a_model_that_knows_nothing_says_so() -> None:
    untrained = build_model(Vocabulary((Term.parse("C,1.000"),)), Options())
    for use in (untrained.weights, lambda: untrained.start(1)):
        with pytest.raises(JazzgramError, match="train it, or load"):
            use()
    with pytest.raises(JazzgramError, match="a corpus without terms is nothing to learn from"):
        untrained.fit(Dataset.of([]), 1, NOWHERE, print)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"keys_9": np.zeros(1, np.int64)}, "has keys_n and counts_n for n from 1 to 5"),
        ({"counts_1": np.zeros(1, np.int64)}, "keys_1 and counts_1 are no sorted n-grams"),
        ({"keys_1": np.array([2, 1, 0, 3])}, "keys_1 and counts_1 are no sorted n-grams"),
        ({"keys_1": np.array([0, 1, 2, 7])}, "keys_1 name terms that a vocabulary of 4 lacks"),
        ({"keys_2": np.array([0.5])}, "keys_2 and counts_2 are no sorted n-grams"),
    ],
)
def test_weights_that_do_not_fit(change: dict[str, np.ndarray], message: str) -> None:
    model = trained([0, 1, 2, 3, 0, 1, 2, 3])
    with pytest.raises(JazzgramError, match=message):
        model.load(model.weights() | change)
