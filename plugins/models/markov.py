"""Count which term follows which run of terms; trains in a second.

A variable-order Markov chain: the distribution after the last `order` terms, mixed with those after ever shorter runs
down to the uniform distribution, by interpolated Kneser-Ney smoothing. For an unseen run the shorter one decides. A
shorter run counts not how often a term followed it but after how many different terms the whole occurred, so that a
lick that is repeated a hundred times in one tune does not take over.
Every n-gram is a row of a trie, so that the model is two short arrays for each length.
Source: Kneser & Ney, *Improved backing-off for m-gram language modeling* (ICASSP 1995); interpolated form and the
estimate of the discount after Chen & Goodman, *An empirical study of smoothing techniques for language modeling*
(Computer Speech & Language 13, 1999), sections 2.7 and 3. On chains for improvising: Pachet, *The Continuator* (2003).
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

import jazzgram
from jazzgram import (
    UNKNOWN,
    Dataset,
    Epoch,
    JazzgramError,
    Position,
    Probabilities,
    TokenModel,
    Vocabulary,
    Weights,
    hookimpl,
)
from jazzgram.music import Ints

MODEL_VERSION = 1
"""Raised where other weights are trained, or mean something else; the shipped model is found by it."""

_AT_ONCE = 1 << 20
"""Positions of the corpus that are numbered at once, so that memory follows the n-grams more than the corpus."""

State = tuple[tuple[int, ...], ...]
"""For each solo the trie rows of its last runs, from that of no terms to the longest that the corpus has."""


class Options(jazzgram.Options):
    """The order of the chain, and its smoothing."""

    order: int = Field(4, ge=1, le=12, description="Length of the context, in terms, at most.")
    discount: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="Taken from every count and left to unseen terms; null estimates it from the counts.",
    )


@hookimpl
def build_model(vocabulary: Vocabulary, options: Options) -> TokenModel:
    """Build an untrained chain.

    Examples
    --------
    Of three terms, the second followed the first twice and the third once. Counted are 2 and 1 of 3, less 0.5 each;
    the third that is left over goes by 2, 1 and 1 of 4 different neighbours, less 0.5 each, and the rest uniformly:

    >>> from jazzgram import parse_terms
    >>> model = build_model(Vocabulary.of((parse_terms("C,1.000 S,1.000 X,1.000"),)), Options(order=1, discount=0.5))
    >>> model.fit(Dataset.of([0, 1, 0, 1, 0, 2]), 1, Path("unused"), print)
    >>> state, _ = model.step(model.start(1), None, ())
    >>> model.step(state, np.array([0]), ())[1].round(3).tolist()
    [[0.167, 0.583, 0.25]]
    """
    return Markov(len(vocabulary), options)


class Markov:
    """N-gram counts in a trie; see `TokenModel` for its methods.

    The trie's row of an n-gram is its index among those of its length, sorted by their ``key``: the row of the
    n-gram without its last term, times the size of the vocabulary, plus that term.
    """

    def __init__(self, terms: int, options: Options) -> None:
        self._terms = terms
        self._options = options
        self._keys: list[Ints] = []
        self._counts: list[Ints] = []

    def fit(self, data: Dataset, seed: int, checkpoint: Path, report: Callable[[Epoch], None]) -> None:
        """Count n-grams; nothing is random, and nothing takes long enough for checkpoints or reports."""
        tokens = data.tokens
        if not len(tokens):
            raise JazzgramError("a corpus without terms is nothing to learn from; check the corpus section")
        deepest = min(self._options.order + 1, len(tokens))
        rows = np.zeros(len(tokens) + 1, np.int32)  # of the empty n-gram, at every position
        keys: list[Ints] = []
        counts: list[Ints] = []
        for length in range(1, deepest + 1):  # of the rows only those of two lengths are in memory
            found, longer = _numbered(rows[: len(tokens) - length + 1], tokens[length - 1 :], self._terms)
            if keys:
                counts.append(_different_before(longer, rows, len(found), len(keys[-1])))
            keys.append(found)
            rows = longer
        self._set(keys, [*counts, _counted(rows, len(keys[-1]))])

    def weights(self) -> Weights:
        """Return ``keys_n`` and ``counts_n`` of the n-grams of each length n, int64, shape ``(n-grams,)``."""
        if not self._keys:
            raise JazzgramError("the model has no weights yet: train it, or load a trained one")
        keys = {f"keys_{length}": keys for length, keys in enumerate(self._keys, 1)}
        return keys | {f"counts_{length}": counts for length, counts in enumerate(self._counts, 1)}

    def load(self, weights: Weights) -> None:
        """Load counts as `weights` returns them."""
        lengths = range(1, len(weights) // 2 + 1)
        names = {f"{what}_{length}" for what in ("keys", "counts") for length in lengths}
        if set(weights) != names or not 0 < len(lengths) <= self._options.order + 1:
            raise JazzgramError(
                f"the weights are {sorted(weights)}; a markov model of order {self._options.order} has keys_n and"
                f" counts_n for n from 1 to {self._options.order + 1}"
            )
        rows = 1
        for length in lengths:
            keys, counts = weights[f"keys_{length}"], weights[f"counts_{length}"]
            whole = keys.dtype == counts.dtype == np.int64 and keys.ndim == 1 and keys.shape == counts.shape
            if not whole or not len(keys) or (np.diff(keys) <= 0).any() or (counts < 0).any():
                raise JazzgramError(f"the weights keys_{length} and counts_{length} are no sorted n-grams with counts")
            if keys[0] < 0 or keys[-1] >= rows * self._terms:
                raise JazzgramError(f"the weights keys_{length} name terms that a vocabulary of {self._terms} lacks")
            rows = len(keys)
        self._set([weights[f"keys_{n}"] for n in lengths], [weights[f"counts_{n}"] for n in lengths])

    def _set(self, keys: list[Ints], counts: list[Ints]) -> None:
        self._keys, self._counts = keys, counts
        self.__dict__.pop("_levels", None)

    @cached_property
    def _levels(self) -> list[_Level]:
        """The probabilities, computed when the first one is needed: training does not."""
        rows = 1
        levels = []
        for level, counted in zip(self._keys, self._counts, strict=True):
            discount = self._options.discount or _discount(counted)
            levels.append(_Level.of(level, counted, rows, self._terms, discount))
            rows = len(level)
        return levels

    def start(self, batch: int) -> State:
        """Return the state before the first term."""
        self.weights()
        return ((0,),) * batch

    def step(
        self, state: State, inputs: NDArray[Any] | None, positions: Sequence[Position]
    ) -> tuple[State, Probabilities]:
        """Advance by one term; of a distribution the likeliest term is the input."""
        if inputs is not None:
            terms = inputs if inputs.ndim == 1 else inputs.argmax(axis=1)
            state = tuple(self._extended(runs, term) for runs, term in zip(state, terms.tolist(), strict=True))
        return state, np.array([self._distribution(runs) for runs in state])

    def gather(self, rows: Sequence[tuple[State, int]]) -> State:
        """Build a state from rows of other states."""
        return tuple(state[row] for state, row in rows)

    def after(self, terms: Sequence[int]) -> NDArray[np.float64]:
        """Return the distribution after a run of terms, shape ``(vocabulary,)``."""
        runs: tuple[int, ...] = (0,)
        for term in terms:
            runs = self._extended(runs, term)
        return self._distribution(runs)

    def _extended(self, runs: tuple[int, ...], term: int) -> tuple[int, ...]:
        """Append a term to every run; runs that the corpus does not have are dropped."""
        extended = [0]
        if term != UNKNOWN:
            for row, level in zip(runs, self._levels[:-1], strict=False):
                child = level.child(row, term)
                if child is None:
                    break
                extended.append(child)
        return tuple(extended)

    def _distribution(self, runs: tuple[int, ...]) -> NDArray[np.float64]:
        """Mix the distributions after ever longer runs, the longest last."""
        mixed = np.full(self._terms, 1 / self._terms)
        for row, level in zip(runs, self._levels, strict=False):
            following = slice(level.first[row], level.first[row + 1])
            mixed *= level.left[row]
            mixed[level.terms[following]] += level.shares[following]
        return mixed


@dataclass(frozen=True)
class _Level:
    """The continuations of the n-grams of one length.

    Parameters
    ----------
    first : array of int
        For each n-gram the row of the first one that is longer by a term; behind the last one their number.
    terms : ndarray of int64
        The last terms of the longer ones, in ascending order for each n-gram.
    shares : ndarray of float64
        Their probabilities, the discount taken off.
    left : array of float
        For each n-gram the probability left to shorter ones.
    """

    first: array[int]
    terms: Ints
    shares: NDArray[np.float64]
    left: array[float]

    @classmethod
    def of(cls, keys: Ints, counts: Ints, rows: int, terms: int, discount: float) -> _Level:
        shorter = keys // terms
        totals = np.bincount(shorter, counts, minlength=rows)[shorter]
        shares = np.maximum(counts - discount, 0.0) / np.maximum(totals, 1)
        left = 1.0 - np.bincount(shorter, shares, minlength=rows)
        first = np.searchsorted(shorter, np.arange(rows + 1))
        # Numbers of Python's own arrays are read one by one as fast as those of lists, and take a fifth of the memory.
        return cls(array("q", first.tobytes()), keys % terms, shares, array("d", left.tobytes()))

    def child(self, row: int, term: int) -> int | None:
        """Return the row of the n-gram that is longer by a term; None where the corpus does not have it."""
        begin, end = self.first[row], self.first[row + 1]
        found = begin + int(self.terms[begin:end].searchsorted(term))
        return found if found < end and self.terms[found] == term else None


def _numbered(rows: NDArray[np.int32], tokens: Ints, terms: int) -> tuple[Ints, NDArray[np.int32]]:
    """Return the sorted keys of n-grams and the row of the one at each position, given those without their last term.

    As ``np.unique`` with ``return_inverse``, a stretch of the corpus at a time.
    """

    def stretches() -> Iterator[tuple[int, Ints]]:
        for begin in range(0, len(rows), _AT_ONCE):
            end = begin + _AT_ONCE
            yield begin, rows[begin:end].astype(np.int64) * terms + tokens[begin : min(end, len(rows))]

    keys = np.empty(0, np.int64)
    waiting: list[Ints] = []
    for begin, found in stretches():
        waiting.append(_distinct(found))
        # Sorted in when they are as many as those that are sorted: each key is sorted a few times only.
        if sum(map(len, waiting)) >= len(keys) or begin + _AT_ONCE >= len(rows):
            keys = _distinct(np.concatenate([keys, *waiting]))
            waiting.clear()
    longer = np.empty(len(rows), np.int32)
    for begin, found in stretches():
        longer[begin : begin + _AT_ONCE] = np.searchsorted(keys, found)
    return keys, longer


def _distinct(keys: Ints) -> Ints:
    """Return the distinct keys, sorted; of a million, ``np.unique`` hashes each and takes ten times as long."""
    keys = np.sort(keys)
    return keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys


def _counted(rows: NDArray[np.int32], size: int) -> Ints:
    """Count the positions of each n-gram."""
    counts = np.zeros(size, np.int64)
    for begin in range(0, len(rows), _AT_ONCE):
        counts += np.bincount(rows[begin : begin + _AT_ONCE], minlength=size)
    return counts


def _different_before(longer: NDArray[np.int32], shorter: NDArray[np.int32], count: int, size: int) -> Ints:
    """Count for each of `size` n-grams the different terms before it; the corpus's beginning counts as one.

    Every one of the `count` n-grams that are longer by a term has one at its end; any position of it shows which.
    """
    position = np.empty(count, np.int32)
    position[longer] = np.arange(len(longer), dtype=np.int32)
    before = np.bincount(shorter[position + 1], minlength=size)
    before[shorter[0]] += 1
    return before


def _discount(counts: Ints) -> float:
    """Estimate the discount from the numbers of n-grams counted once (n1) and twice (n2): n1 / (n1 + 2 n2)."""
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    return once / (once + 2 * twice) if once and twice else 0.5
