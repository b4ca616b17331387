"""The rules of a grammar, sorted, so that rules with a common beginning are neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from jazzgram import JazzgramError, Weights
from jazzgram.music import Floats, Ints

Span = tuple[int, int]


@dataclass(frozen=True)
class Rules:
    """Windows of terms, sorted; all that begin with the same terms are a span ``[first, end)`` of them.

    Parameters
    ----------
    terms : ndarray of int, shape (terms of all rules,)
        The token ids of each rule after those of the rule before.
    starts : ndarray of int, shape (rules + 1,)
        Where each rule begins in `terms`, and the end.
    clusters, counts : ndarray of int, shape (rules,)
        The cluster of each rule, and its number of occurrences.
    sizes : ndarray of int, shape (clusters,)
        Number of bars of each cluster.
    """

    terms: Ints
    starts: Ints
    clusters: Ints
    counts: Ints
    sizes: Ints

    NAMES: ClassVar = ("rule_terms", "rule_lengths", "rule_clusters", "rule_counts")

    @classmethod
    def of(cls, windows: Iterable[tuple[int, ...]], clusters: Mapping[tuple[int, ...], int], number: int) -> Rules:
        """Count windows; `clusters` has the cluster of each, below `number`."""
        counted = sorted(Counter(windows).items())
        lengths = [len(window) for window, _ in counted]
        members = np.array([clusters[window] for window, _ in counted], np.int64)
        counts = np.array([count for _, count in counted], np.int64)
        terms = np.array([term for window, _ in counted for term in window], np.int64)
        return cls(terms, np.cumsum([0, *lengths]), members, counts, _sizes(members, counts, number))

    def weights(self) -> Weights:
        """Return the arrays of `NAMES`, int32."""
        arrays = (self.terms, np.diff(self.starts), self.clusters, self.counts)
        return {name: array.astype(np.int32) for name, array in zip(self.NAMES, arrays, strict=True)}

    @classmethod
    def load(cls, weights: Weights, terms: int, clusters: int) -> Rules:
        """Load what `weights` returns; raise JazzgramError where it names terms or clusters that do not exist."""
        tokens, lengths, members, counts = (weights[name].astype(np.int64) for name in cls.NAMES)
        whole = lengths.ndim == 1 and lengths.shape == members.shape == counts.shape and lengths.sum() == len(tokens)
        if not whole or not len(lengths) or min(lengths.min(), counts.min()) < 1:
            raise JazzgramError("the weights rule_... are no rules with lengths, clusters and counts")
        if tokens.min() < 0 or tokens.max() >= terms or members.min() < 0 or members.max() >= clusters:
            raise JazzgramError(f"the weights rule_... name other terms than {terms}, or clusters than {clusters}")
        return cls(tokens, np.cumsum([0, *lengths]), members, counts, _sizes(members, counts, clusters))

    def __len__(self) -> int:
        return len(self.counts)

    def __iter__(self) -> Iterator[tuple[int, tuple[int, ...], int]]:
        for number, (first, end) in enumerate(zip(self.starts, self.starts[1:], strict=False)):
            yield int(self.clusters[number]), tuple(self.terms[first:end].tolist()), int(self.counts[number])

    @property
    def all(self) -> Span:
        """The span of every rule."""
        return 0, len(self)

    @cached_property
    def _firsts(self) -> Ints:
        """Every rule's first term: no rule is empty."""
        return self.terms[self.starts[:-1]]

    def _column(self, span: Span, depth: int) -> tuple[int, Ints]:
        """Return the first rule of a span that is longer than `depth`, and the terms at this depth from it on."""
        first, end = span
        if depth == 0:
            return first, self._firsts[first:end]
        while first < end and self.starts[first] + depth >= self.starts[first + 1]:
            first += 1  # at most one rule: the common beginning of the others sorts before them
        return first, self.terms[self.starts[first:end] + depth]

    def narrow(self, span: Span, depth: int, term: int) -> Span:
        """Return the span of the rules in a span whose term at `depth` is `term`; it may be empty."""
        first, column = self._column(span, depth)
        low, high = np.searchsorted(column, (term, term + 1))
        return first + int(low), first + int(high)

    def tilt(self, expected: Floats) -> Floats:
        """Return the weight of a bar of each cluster, where the clusters' probabilities are `expected`.

        1 each where clusters are as frequent as in the corpus: P(cluster) x bars / bars of the cluster.
        """
        tilt = expected[: len(self.sizes)] * (self.sizes.sum() / np.maximum(self.sizes, 1))
        return np.asarray(tilt)

    def following(self, span: Span, depth: int, tilt: Floats | None, vocabulary: int) -> tuple[Floats | None, int, int]:
        """Compute the distribution of the next term among the rules of a span.

        Returns
        -------
        probabilities, bars, different
            None where no rule is longer than `depth`; the number of bars that are, and of different terms there.
        """
        first, column = self._column(span, depth)
        if not len(column):
            return None, 0, 0
        counts = self.counts[first : span[1]]
        weights = counts if tilt is None else counts * tilt[self.clusters[first : span[1]]]
        found = np.bincount(column, weights, vocabulary)
        total = found.sum()
        if total <= 0:
            return None, 0, 0
        different = 1 + int(np.count_nonzero(np.diff(column)))
        return found / total, int(counts.sum()), different


def _sizes(clusters: Ints, counts: Ints, number: int) -> Ints:
    return np.bincount(clusters, counts, number).astype(np.int64)
