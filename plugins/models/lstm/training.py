"""How the lstm model is trained: what it hears in which order, and how it is watched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jazzgram import TokenData, TokenTune, Vocabulary, Weights
from jazzgram.models import (
    NOTHING,
    PlaceColumns,
    ahead,
    condition_size,
    conditions,
    cut_tunes,
    draw_starts,
    in_buckets,
    lessons,
    stretch_lessons,
    stretch_rows,
)

from .network import Batch, Network

if TYPE_CHECKING:
    from .options import Options


class Training:
    """A network that goes through its lessons epoch by epoch; see `jazzgram.models.Learner`."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        shapes: dict[str, tuple[int, ...]],
        options: Options,
        data: TokenData,
        seed: int,
    ) -> None:
        self._options = options
        self._train = _Lessons(data.train, data.tokens, options)
        self._starts: NDArray[np.int64] | None = None
        if options.examples is not None:
            rng = Random(f"{seed}/lstm/windows")
            self._starts = draw_starts(len(data.tokens), options.window, options.examples, rng)
        self._watched: list[Batch] = []
        if data.validation:
            tokens = np.concatenate([tune.tokens for tune in data.validation])
            self._watched = list(_Lessons(data.validation, tokens, options).whole(None))
        self._seed = seed
        self._network = Network(shapes, options, condition_size(options.listen), parts_of(vocabulary), seed)
        self._coming: Iterator[Batch | None] = iter(())
        self._next = 0

    def epoch(self, number: int) -> tuple[float, float]:
        """Go once through the windows; give loss and accuracy as they were met."""
        if number != self._next:
            self._coming = ahead(self._epochs(number))
        self._next = number + 1
        losses = right = asked = weight = 0.0
        for batch in iter(self._coming.__next__, None):
            loss, found = self._network.learn(batch)
            losses += loss * batch.divisor
            weight += batch.divisor
            right += found
            asked += int((batch.named != NOTHING).sum())
        return losses / weight, right / asked

    def _epochs(self, first: int) -> Iterator[Batch | None]:
        """Give the batches of an epoch and all that follow, with None after each epoch."""
        for number in range(first, self._options.epochs + 1):
            if self._starts is None:
                yield from self._train.whole(Random(f"{self._seed}/lstm/cuts/{number}"))
            else:
                order = list(range(len(self._starts)))
                Random(f"{self._seed}/lstm/order/{number}").shuffle(order)
                yield from self._train.drawn(self._starts[order])
            yield None

    def validate(self) -> float | None:
        """Give the loss on the validation tunes, in the unit of the training loss."""
        if not self._watched:
            return None
        nats = sum(self._network.look(batch)[0] * batch.divisor for batch in self._watched)
        a_term = nats / max(sum(batch.divisor for batch in self._watched), 1.0)
        return a_term if self._starts is None else a_term * (self._options.window - 1)

    def state(self) -> Weights:
        """Give parameters and optimizer."""
        return self._network.state()

    def restore(self, state: Weights) -> None:
        """Go back to where `state` was taken."""
        self._network.restore(state)

    def weights(self) -> Weights:
        """Give the parameters."""
        return self._network.weights()


class _Lessons:
    """The tunes of one part of the corpus, end to end."""

    def __init__(self, tunes: Sequence[TokenTune], tokens: NDArray[np.int64], options: Options) -> None:
        self._tokens = tokens
        self._lengths = [len(tune) for tune in tunes]
        self._options = options
        self._places = PlaceColumns.of_tunes(tunes) if options.listen else None

    def drawn(self, starts: NDArray[np.int64]) -> Iterator[Batch]:
        """Give windows in the order given; the loss is a sum over the steps, averaged over the windows."""
        size, window = self._options.batch or len(starts), self._options.window
        for first in range(0, len(starts), size):
            batch = starts[first : first + size]
            heard, named = lessons(self._tokens, batch, window)
            yield Batch(heard, named, self._beside(batch[:, None] + np.arange(1, window)), float(len(batch)))

    def whole(self, rng: Random | None) -> Iterator[Batch]:
        """Give every term once; the loss is an average over the terms."""
        stretches = cut_tunes(self._lengths, self._options.window, rng)
        lengths = stretches[:, 1] - stretches[:, 0]
        for members in in_buckets(lengths, self._options.window, self._options.batch, rng):
            batch = stretches[members]
            heard, named = stretch_lessons(self._tokens, batch)
            asked = int((named != NOTHING).sum())
            yield Batch(heard, named, self._beside(stretch_rows(batch)), float(max(asked, 1)))

    def _beside(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Give what is heard about the terms of some rows; after the end of a stretch it does not matter."""
        if self._places is None:
            return np.zeros((*rows.shape, 0), np.float32)
        return conditions(self._options.listen, self._places.take(rows))


def parts_of(vocabulary: Vocabulary) -> NDArray[np.int64]:
    """Number the kinds, durations and ranges of terms, all apart; shape ``(terms, 3)``.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> parts_of(Vocabulary(parse_terms("C,1.000 S,1.000,<P4,d-4> C,0.500")))
    array([[0, 2, 4],
           [1, 2, 5],
           [0, 3, 4]])
    """
    terms = vocabulary.terms
    columns = [[(name, getattr(term, name)) for term in terms] for name in ("kind", "duration", "interval_range")]
    numbers = {part: number for number, part in enumerate(dict.fromkeys(part for column in columns for part in column))}
    return np.array([[numbers[part] for part in parts] for parts in zip(*columns, strict=True)], np.int64)


def fingerprint(data: TokenData, options: Options) -> str:
    """Hash what is learned from: the terms, what is watched, and the places where they are listened to."""
    digest = hashlib.sha256(np.ascontiguousarray(data.tokens, "<i8").data)  # no copy: it may be huge
    for tunes in (data.train, data.validation):
        digest.update(np.array([len(tune) for tune in tunes], "<i8").data)
    for tune in data.validation:
        digest.update(np.ascontiguousarray(tune.tokens, "<i8").data)
    if options.listen:
        for tune in (*data.train, *data.validation):
            for column in (tune.bar, tune.onset, tune.remaining, tune.until, tune.chord, tune.next_chord):
                digest.update(np.ascontiguousarray(column, "<i4").data)
    return digest.hexdigest()
