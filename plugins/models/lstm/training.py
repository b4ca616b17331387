"""How the lstm model is trained: its batches in order, and its validation."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jazzgram import Dataset, TokenTune, Vocabulary, Weights
from jazzgram.models import (
    NO_TARGET,
    PositionColumns,
    chunk_pairs,
    chunk_rows,
    condition_size,
    conditions,
    cut_tunes,
    draw_starts,
    in_buckets,
    prefetched,
    window_pairs,
)

from .network import Batch, KerasLstm

if TYPE_CHECKING:
    from .options import Options


class LstmTraining:
    """A network that is trained on its datasets epoch by epoch; see `jazzgram.models.Learner`."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        shapes: dict[str, tuple[int, ...]],
        options: Options,
        data: Dataset,
        seed: int,
    ) -> None:
        self._options = options
        self._train = _Dataset(data.train, data.tokens, options)
        self._starts: NDArray[np.int64] | None = None
        if options.examples is not None:
            rng = Random(f"{seed}/lstm/windows")
            self._starts = draw_starts(len(data.tokens), options.window, options.examples, rng)
        self._validation: list[Batch] = []
        if data.validation:
            tokens = np.concatenate([tune.tokens for tune in data.validation])
            self._validation = list(_Dataset(data.validation, tokens, options).whole(None))
        self._seed = seed
        self._network = KerasLstm(shapes, options, condition_size(options.condition), factors_of(vocabulary), seed)
        self._batches: Iterator[Batch | None] = iter(())
        self._next = 0

    def epoch(self, number: int) -> tuple[float, float]:
        """Train once on all windows; return the loss and accuracy of the updates."""
        if number != self._next:
            self._batches = prefetched(self._epochs(number))
        self._next = number + 1
        losses = correct = targets = weight = 0.0
        for batch in iter(self._batches.__next__, None):
            loss, found = self._network.learn(batch)
            losses += loss * batch.divisor
            weight += batch.divisor
            correct += found
            targets += int((batch.targets != NO_TARGET).sum())
        return losses / weight, correct / targets

    def _epochs(self, first: int) -> Iterator[Batch | None]:
        """Yield the batches of an epoch and all that follow, with None after each epoch."""
        for number in range(first, self._options.epochs + 1):
            if self._starts is None:
                yield from self._train.whole(Random(f"{self._seed}/lstm/cuts/{number}"))
            else:
                order = list(range(len(self._starts)))
                Random(f"{self._seed}/lstm/order/{number}").shuffle(order)
                yield from self._train.drawn(self._starts[order])
            yield None

    def validate(self) -> float | None:
        """Return the loss on the validation tunes, in the unit of the training loss."""
        if not self._validation:
            return None
        nats = sum(self._network.evaluate(batch)[0] * batch.divisor for batch in self._validation)
        a_term = nats / max(sum(batch.divisor for batch in self._validation), 1.0)
        return a_term if self._starts is None else a_term * (self._options.window - 1)

    def state(self) -> Weights:
        """Return parameters and optimizer."""
        return self._network.state()

    def restore(self, state: Weights) -> None:
        """Restore what `state` returned."""
        self._network.restore(state)

    def weights(self) -> Weights:
        """Return the parameters."""
        return self._network.weights()


class _Dataset:
    """The tunes of one part of the corpus, end to end."""

    def __init__(self, tunes: Sequence[TokenTune], tokens: NDArray[np.int64], options: Options) -> None:
        self._tokens = tokens
        self._lengths = [len(tune) for tune in tunes]
        self._options = options
        self._positions = PositionColumns.of_tunes(tunes) if options.condition else None

    def drawn(self, starts: NDArray[np.int64]) -> Iterator[Batch]:
        """Yield windows in the given order; the loss is a sum over the steps, averaged over the windows."""
        size, window = self._options.batch or len(starts), self._options.window
        for first in range(0, len(starts), size):
            batch = starts[first : first + size]
            inputs, targets = window_pairs(self._tokens, batch, window)
            yield Batch(inputs, targets, self._conditions(batch[:, None] + np.arange(1, window)), float(len(batch)))

    def whole(self, rng: Random | None) -> Iterator[Batch]:
        """Yield every term once as a target; the loss is an average over the terms."""
        chunks = cut_tunes(self._lengths, self._options.window, rng)
        lengths = chunks[:, 1] - chunks[:, 0]
        for members in in_buckets(lengths, self._options.window, self._options.batch, rng):
            batch = chunks[members]
            inputs, targets = chunk_pairs(self._tokens, batch)
            count = int((targets != NO_TARGET).sum())
            yield Batch(inputs, targets, self._conditions(chunk_rows(batch)), float(max(count, 1)))

    def _conditions(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Return the conditions of the terms of some rows; after the end of a chunk they do not matter."""
        if self._positions is None:
            return np.zeros((*rows.shape, 0), np.float32)
        return conditions(self._options.condition, self._positions.take(rows))


def factors_of(vocabulary: Vocabulary) -> NDArray[np.int64]:
    """Return the indices of each term's category, duration and range among all three; shape ``(terms, 3)``.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> factors_of(Vocabulary(parse_terms("C,1.000 S,1.000,<P4,d-4> C,0.500")))
    array([[0, 2, 4],
           [1, 2, 5],
           [0, 3, 4]])
    """
    terms = vocabulary.terms
    columns = [[(name, getattr(term, name)) for term in terms] for name in ("category", "duration", "interval_range")]
    distinct = dict.fromkeys(factor for column in columns for factor in column)
    index = {factor: number for number, factor in enumerate(distinct)}
    return np.array([[index[factor] for factor in factors] for factors in zip(*columns, strict=True)], np.int64)


def fingerprint(data: Dataset, options: Options) -> str:
    """Hash the training data: the terms, those of the validation tunes, and the positions that are conditioned on."""
    digest = hashlib.sha256(np.ascontiguousarray(data.tokens, "<i8").data)  # no copy: it may be huge
    for tunes in (data.train, data.validation):
        digest.update(np.array([len(tune) for tune in tunes], "<i8").data)
    for tune in data.validation:
        digest.update(np.ascontiguousarray(tune.tokens, "<i8").data)
    if options.condition:
        for tune in (*data.train, *data.validation):
            for column in (tune.bar, tune.onset, tune.remaining, tune.until, tune.chord, tune.next_chord):
                digest.update(np.ascontiguousarray(column, "<i4").data)
    return digest.hexdigest()
