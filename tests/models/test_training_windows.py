"""Whole tunes are cut into chunks in which every term is a target once, and never over the end of a tune."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jazzgram import Epoch, JazzgramError
from jazzgram.models import EarlyStopping, chunk_pairs, cut_tunes, history_csv, in_buckets, needs_validation


def test_a_tune_shorter_than_the_window_is_a_chunk_of_its_own() -> None:
    assert cut_tunes([3, 1, 0, 8], 8, None).tolist() == [[0, 3, 1], [3, 4, 1], [4, 12, 1]]


def test_the_first_cut_is_drawn_and_the_others_follow_a_window_apart() -> None:
    seen = set()
    for seed in range(60):
        begins = cut_tunes([10], 4, Random(seed))[:, 0].tolist()
        assert begins[0] == 0 and begins[1:] == list(range(begins[1], 10, 4))
        seen.add(begins[1])
    assert seen == {1, 2, 3, 4}


@settings(max_examples=60, deadline=None)
@given(
    lengths=st.lists(st.integers(0, 30), min_size=1, max_size=8),
    window=st.integers(1, 12),
    batch=st.none() | st.integers(1, 5),
    seed=st.none() | st.integers(0, 99),
)
def test_every_term_is_a_target_once_after_the_one_before_it(
    lengths: list[int], window: int, batch: int | None, seed: int | None
) -> None:
    tokens = np.arange(sum(lengths))  # each term is its own row, so that an input names its row
    firsts = set(np.cumsum([0, *lengths])[:-1].tolist())
    rng = None if seed is None else Random(seed)
    chunks = cut_tunes(lengths, window, rng)
    sizes = chunks[:, 1] - chunks[:, 0]
    found = []
    for members in in_buckets(sizes, window, batch, rng):
        assert sizes[members].max() < 2 * sizes[members].min() + 1
        inputs, targets = chunk_pairs(tokens, chunks[members])
        assert inputs.shape == targets.shape and inputs.shape[1] == sizes[members].max() <= window
        assert batch is None or inputs.size <= batch * window
        for before, term in zip(inputs.ravel().tolist(), targets.ravel().tolist(), strict=True):
            if term >= 0:
                found.append(term)
                assert before == (-1 if term in firsts else term - 1)
    assert sorted(found) == tokens.tolist()


def test_an_unknown_term_is_no_input_and_no_target() -> None:
    inputs, targets = chunk_pairs(np.array([4, -1, 5]), cut_tunes([3], 8, None))
    assert inputs.tolist() == [[-1, 4, -1]]
    assert targets.tolist() == [[4, -1, 5]]


# --- early stopping --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("losses", "patience", "stops_after", "best"),
    [
        ([5, 4, 3, 2], 1, None, 4),
        ([5, 4, 4, 3], 1, 3, 2),  # as good is not better
        ([5, 6, 4, 6, 5, 3], 2, 5, 3),
        ([5, float("nan"), float("nan")], 2, 3, 1),
        ([5, 6, 7, 8], None, None, None),
    ],
)
def test_training_stops_when_nothing_gets_better(
    losses: list[float], patience: int | None, stops_after: int | None, best: int | None
) -> None:
    stopping, stopped = EarlyStopping(patience), None
    for number, loss in enumerate(losses, 1):
        stopping.update(loss, {"epoch": np.array(number)})
        if stopping.stops:
            stopped = number
            break
    assert stopped == stops_after
    assert stopping.best == ({} if best is None else {"epoch": best})


def test_the_best_parameters_survive_in_a_checkpoint() -> None:
    stopping = EarlyStopping(3)
    stopping.update(1.0, {"kernel": np.array([7.0])})
    state = {"kernel": np.array([8.0])} | stopping.state()
    resumed = EarlyStopping(3)
    resumed.restore(state)
    assert state == {"kernel": np.array([8.0])} and resumed.best == {"kernel": np.array([7.0])}


def test_patience_without_validation_tunes_is_refused() -> None:
    needs_validation(None, 0)
    needs_validation(3, 1)
    with pytest.raises(JazzgramError, match=r"patience is 3, but the corpus has no validation tunes; set corpus.split"):
        needs_validation(3, 0)


# --- curves ----------------------------------------------------------------------------------------------------------


def test_a_history_without_epochs_has_only_a_head() -> None:
    assert history_csv([]) == "epoch,loss,accuracy,validation\n"
    assert history_csv([Epoch(3, 9, 0.1, 1 / 3)]).splitlines()[1] == "3,0.1,0.3333333333333333,"
