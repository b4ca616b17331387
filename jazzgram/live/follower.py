"""The follower: a token model that is fed with what was played, and goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np

from jazzgram.hooks.token_model import UNKNOWN, TokenModel
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.improvisation.chain import BarNotes
from jazzgram.improvisation.line import Changes, Decoding, Line, Locked
from jazzgram.improvisation.sampler import Improviser
from jazzgram.music.instruments import COMPASSES
from jazzgram.music.labels import NO_LABELS
from jazzgram.music.term import Term
from jazzgram.music.time import Meter
from jazzgram.resources.lazy_sequence import LazySequence

_TOKENS = 512
"""Token ids that samplers look back on, some 32 bars: what is older decides neither register nor repetition."""
Range = tuple[int, int]
"""The lowest and the highest pitch, MIDI numbers."""
Progress = tuple[Line, Any, Any]
"""A line, the model's state, and its next input."""
_OCTAVE = 12
Choose = Callable[[Line, Any, Any, int, BarNotes], Progress]
"""Continues from the start of a bar to before another one; knows the notes of the bars before the continuation."""


class Continuation(LazySequence[tuple[Term, ...]]):
    """The terms of each bar of a continuation; bars are drawn when they are looked at.

    So the beginning of an answer is ready while the rest has the time that the beginning sounds.

    Parameters
    ----------
    advance : callable
        Draws and appends the next term.
    choose : callable or None
        Draws the bars after the first, where critics choose among candidates.
    begin : Progress
        At the start of its first bar.
    bars : int
        How many there are.
    played : tuple of tuple of Note
        The notes of the bars before it.
    """

    def __init__(
        self,
        advance: Callable[[Progress], Progress],
        choose: Choose | None,
        begin: Progress,
        bars: int,
        played: BarNotes,
    ) -> None:
        self._advance, self._choose = advance, choose
        self._progress = begin
        self._first, self._bars = begin[0].bar, bars
        self._played = played

    def __len__(self) -> int:
        return self._bars

    def _item(self, number: int) -> tuple[Term, ...]:
        self._draw(self._first + number + 1)
        return self._progress[0].terms(self._first + number)

    def beginning(self, ticks: int) -> tuple[Term, ...]:
        """Return the terms of the first bar that begin before a tick of it."""
        while (line := self._progress[0]).bar == self._first and line.position.onset < ticks:
            self._progress = self._advance(self._progress)
        return line.terms(self._first)

    def _draw(self, end: int) -> None:
        """Draw the bars before another one: the first one plain, of the others the best of candidates."""
        plain = end if self._choose is None else self._first + 1
        while self._progress[0].bar < min(plain, end):
            self._progress = self._advance(self._progress)
        if self._choose is not None and self._progress[0].bar < end:
            self._progress = self._choose(*self._progress, end, self._played)


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
        pitches = vocabulary.pitches[vocabulary.pitches >= 0]
        lowest, highest = COMPASSES.get(labels.instrument, (0, 127))
        self._compass = max(lowest, int(pitches.min(initial=127))), min(highest, int(pitches.max(initial=0)))
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

    def go_on(self, bars: int, rng: Random | None, played: BarNotes = (), within: Range | None = None) -> Continuation:
        """Improvise bars that follow what was fed, without going on itself: the answer is fed when it is played.

        Parameters
        ----------
        bars : int
            At least 1; at most those that are left.
        rng : Random or None
            The sampler's random generator.
        played : tuple of tuple of Note
            The notes of each bar so far, for what chooses.
        within : tuple of (int, int) or None
            The lowest and the highest pitch; None for any.
        """
        self._line.forget(self._line.bar, _TOKENS)
        line = self._line.copy(rng, self._locked)
        line.within = None if within is None else _playable(within, *self._compass)
        begin = line, self._state, self._inputs
        return Continuation(self._advanced, self._choose, begin, min(bars, self._bars - self._line.bar), played)

    def _advanced(self, progress: Progress) -> Progress:
        """Draw a term and append it; a bar that no term fits ends with a rest."""
        line, before, inputs = progress
        bar = line.bar
        state, _, drawn = self._improviser.advance(self._model, before, inputs, [line])
        if line.bar > bar:  # it ended with a rest: the next term is predicted from the same input
            return line, before, inputs
        token = int(drawn[0])
        line.append(line.given or self._vocabulary.terms[token], token)
        return line, state, drawn


def _playable(within: Range, lowest: int, highest: int) -> Range:
    """Return a range, moved by octaves where less than one of it can be played."""
    low, high = within
    while min(high, highest) - max(low, lowest) < _OCTAVE <= high - low and highest - lowest >= 2 * _OCTAVE:
        move = -_OCTAVE if high > highest else _OCTAVE
        low, high = low + move, high + move
    return low, high
