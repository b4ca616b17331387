"""The follower: a token model that is fed with what was played, and goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, overload

import numpy as np

from jazzgram.hooks.token_model import UNKNOWN, TokenModel
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.improvisation.chain import BarNotes
from jazzgram.improvisation.line import Changes, Decoding, Line, Locked
from jazzgram.improvisation.sampler import Improviser
from jazzgram.music.labels import NO_LABELS
from jazzgram.music.term import Grammar, Term
from jazzgram.music.time import Meter

_TOKENS = 512
"""Token ids that samplers look back on, some 32 bars: what is older decides neither register nor repetition."""
Choose = Callable[[Line, Any, Any, int, BarNotes], Grammar]
"""Continues from a line, the model's state and its next input to before a bar; knows the notes of the bars so far."""


class Continuation(Sequence[tuple[Term, ...]]):
    """The terms of each bar of a continuation: the first bar is drawn when it is looked at, the others after it.

    So the first bar of an answer is ready while the others have the time that it sounds.

    Parameters
    ----------
    first : callable
        Draws the first bar.
    rest : callable
        Draws the others.
    bars : int
        How many there are.
    """

    def __init__(self, first: Callable[[], Grammar], rest: Callable[[], Grammar], bars: int) -> None:
        self._parts = [first, rest]
        self._drawn: Grammar = ()
        self._bars = bars

    def __len__(self) -> int:
        return self._bars

    @overload
    def __getitem__(self, index: int) -> tuple[Term, ...]: ...
    @overload
    def __getitem__(self, index: slice) -> Grammar: ...
    def __getitem__(self, index: int | slice) -> tuple[Term, ...] | Grammar:
        needed = range(self._bars)[index]
        if isinstance(needed, range):
            return tuple(self[bar] for bar in needed)
        while len(self._drawn) <= needed:
            self._drawn += self._parts.pop(0)()
        return self._drawn[needed]

    def __iter__(self) -> Iterator[tuple[Term, ...]]:
        return (self[bar] for bar in range(self._bars))


class Follower:
    """Feed a model term by term, and let it continue.

    Parameters
    ----------
    model : TokenModel
        Trained.
    vocabulary : Vocabulary
        The terms of the model's tokens.
    improviser : Improviser
        Has the samplers.
    changes : tuple of tuple of Chord
        The chords of each bar of the session.
    meter : Meter
        The meter of every bar.
    decoding : Decoding
        How terms are decoded.
    locked : mapping of int to tuple of Term
        Bars that a continuation has as they are given.
    choose : callable or None
        Draws the bars after a continuation's first, where critics choose among candidates.
    """

    def __init__(
        self,
        model: TokenModel,
        vocabulary: Vocabulary,
        improviser: Improviser,
        changes: Changes,
        meter: Meter,
        decoding: Decoding,
        locked: Locked,
        choose: Choose | None = None,
    ) -> None:
        self._model = model
        self._vocabulary = vocabulary
        self._improviser = improviser
        self._bars = len(changes)
        self._locked = locked
        self._choose = choose
        labels = decoding.personas[0] if decoding.personas else NO_LABELS
        self._line = Line(changes, (0, len(changes)), meter, decoding, None, labels=labels)
        self._state = model.start(1)
        self._inputs: Any = improviser.first_inputs(decoding, 1)

    @property
    def bar(self) -> int:
        """The bar of the next term."""
        return self._line.bar

    def feed(self, terms: Sequence[Term]) -> None:
        """Feed terms that were played; a bar is over when they fill it."""
        for term in terms:
            if self._line.done:
                return
            self._state, _ = self._model.step(self._state, self._inputs, [self._line.position])
            token = self._vocabulary.ids.get(term, UNKNOWN)
            self._line.append(term, token)
            self._inputs = np.array([token])

    def go_on(self, bars: int, rng: Random | None, played: BarNotes = ()) -> Continuation:
        """Improvise bars that follow what was fed, without going on itself: the answer is fed when it is played.

        Parameters
        ----------
        bars : int
            At least 1; at most those that are left.
        rng : Random or None
            The sampler's random generator.
        played : tuple of tuple of Note
            The notes of each bar so far, for what chooses.
        """
        self._line.forget(self._line.bar, _TOKENS)
        line = self._line.copy(rng, self._locked)
        first, end = line.bar, min(line.bar + bars, self._bars)
        state, inputs = self._state, self._inputs

        def draw(until: int) -> Grammar:
            nonlocal state, inputs
            begun = line.bar
            while line.bar < until:
                before = state, inputs
                state, _, inputs = self._improviser.advance(self._model, state, inputs, [line])
                if line.bar < until:
                    token = int(inputs[0])
                    line.append(line.given or self._vocabulary.terms[token], token)
                else:  # the bar ended with a rest: the next term is predicted from the same input
                    state, inputs = before
            return tuple(line.terms(bar) for bar in range(begun, until))

        def rest() -> Grammar:
            return draw(end) if self._choose is None else self._choose(line, state, inputs, end, played)

        return Continuation(lambda: draw(first + 1), rest, end - first)
