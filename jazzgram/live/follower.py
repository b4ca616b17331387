"""The follower: a token model that is fed with what was played, and goes on from there."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np

from jazzgram.hooks.token_model import UNKNOWN, TokenModel
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.improvisation.line import Changes, Decoding, Line
from jazzgram.improvisation.sampler import Improviser
from jazzgram.music.labels import NO_LABELS
from jazzgram.music.term import Grammar, Term
from jazzgram.music.time import Meter


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
    """

    def __init__(
        self,
        model: TokenModel,
        vocabulary: Vocabulary,
        improviser: Improviser,
        changes: Changes,
        meter: Meter,
        decoding: Decoding,
    ) -> None:
        self._model = model
        self._vocabulary = vocabulary
        self._improviser = improviser
        self._bars = len(changes)
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

    def go_on(self, bars: int, rng: Random | None) -> Grammar:
        """Improvise bars that follow what was fed, without going on itself: the answer is fed when it is played.

        Parameters
        ----------
        bars : int
            At least 1; at most those that are left.
        rng : Random or None
            The sampler's random generator.
        """
        line = self._line.copy(rng)
        first = line.bar
        end = min(first + bars, self._bars)
        state, inputs = self._state, self._inputs
        while line.bar < end:
            state, _, inputs = self._improviser.advance(self._model, state, inputs, [line])
            if line.bar < end:
                token = int(inputs[0])
                line.append(self._vocabulary.terms[token], token)
        return tuple(line.terms(bar) for bar in range(first, end))
