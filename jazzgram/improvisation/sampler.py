"""The improviser: samples terms from a trained model's distributions, bar by bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from random import Random
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.config.sections import ImproviseSection
from jazzgram.config.steps import Step
from jazzgram.errors import JazzgramError, StepError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.token_model import Position, Probabilities, TokenModel
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.improvisation.chain import call_step
from jazzgram.improvisation.observer import Observer
from jazzgram.music.chord import Chord, chord_at
from jazzgram.music.labels import Labels
from jazzgram.music.note import Origin
from jazzgram.music.term import Grammar, Term
from jazzgram.music.time import Meter

_MOST_TERMS = 1_000
"""More terms in a bar than any soloist plays: the samplers choose terms without length."""

Ids = NDArray[np.int64]
Changes = tuple[tuple[Chord, ...], ...]
"""The chords of each bar, onsets from the start of their bar."""


@dataclass(frozen=True)
class Decoding:
    """How a model's terms are decoded.

    Parameters
    ----------
    feedback : str
        The autoregressive input. ``one_hot``: the chosen term. ``soft``: the model's own whole distribution.
    start : Term or None
        The input before the first term; None for zeros.
    terms : int or None
        A fixed number of terms a bar; None to play until the bar is full.
    prefix : Term or None
        A term put before each bar's own; no input of the model.
    restart : bool
        Whether the model's state is reset at each barline.
    tempo : float
        Quarter notes per minute.
    personas : tuple of Labels
        Whom each solo is like; empty for none.
    """

    feedback: str = "one_hot"
    start: Term | None = None
    terms: int | None = None
    prefix: Term | None = None
    restart: bool = False
    tempo: float = 120.0
    personas: tuple[Labels, ...] = ()

    @classmethod
    def of(cls, section: ImproviseSection, tempo: float, personas: Sequence[Labels] = ()) -> Decoding:
        """Return the decoding options of a configuration, at a tempo, with the persona of each solo."""
        return cls(
            section.feedback,
            None if section.start is None else Term.parse(section.start),
            section.terms,
            None if section.prefix is None else Term.parse(section.prefix),
            section.restart,
            tempo,
            tuple(personas),
        )


class Improviser:
    """Improvise any number of solos at once over the same changes.

    Parameters
    ----------
    steps : sequence of Step
        ``shape_distribution`` steps and one ``sample`` step, in the order of the file.
    calls : PluginCalls
        Has every plugin of the steps.
    vocabulary : Vocabulary
        The terms of the model's tokens.
    observer : Observer or None
        Receives each call.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        calls: PluginCalls,
        vocabulary: Vocabulary,
        observer: Observer | None = None,
    ) -> None:
        self._vocabulary = vocabulary
        callers = [(step, _observed(step, calls.caller(step.hook, step.plugin), observer)) for step in steps]
        self._shapers = [(step, call) for step, call in callers if step.hook == "shape_distribution"]
        self._sample, self._draw = next((step, call) for step, call in callers if step.hook == "sample")

    def improvise(
        self, model: TokenModel, changes: Changes, meter: Meter, seeds: Sequence[int], decoding: Decoding
    ) -> list[Grammar]:
        """Improvise one grammar for each seed.

        Parameters
        ----------
        model : TokenModel
            Trained on the same vocabulary.
        changes : tuple of tuple of Chord
            The chords of each bar to be filled.
        meter : Meter
            The meter of every bar.
        seeds : sequence of int
            One for each solo; solos with the same seed are the same, whatever else is in the batch.
        decoding : Decoding
            How its terms are decoded.

        Returns
        -------
        list of Grammar
            For each seed the terms of each bar. Where no term fits what is left of a bar, it ends with a rest.
        """
        # With a state that is reset at each barline the bars do not depend on each other: each is a solo of its own.
        spans = [(bar, bar + 1) for bar in range(len(changes))] if decoding.restart else [(0, len(changes))]
        solos = [
            _SoloInProgress(changes, span, meter, decoding, self._sample.rng(seed, span[0]), labels)
            for seed, labels in zip(seeds, decoding.personas or [Labels()] * len(seeds), strict=True)
            for span in spans
        ]
        if decoding.start is not None and decoding.start not in self._vocabulary.ids:
            raise JazzgramError(
                f"improvise.start: {decoding.start} is not among the corpus's {len(self._vocabulary)} terms"
            )
        state = model.start(len(solos))
        inputs = None if decoding.start is None else np.full(len(solos), self._vocabulary.ids[decoding.start])
        while not all(solo.done for solo in solos):
            state, raw, ids = self._advance(model, state, inputs, solos)
            inputs = raw if decoding.feedback == "soft" else ids
            for solo, token in zip(solos, ids, strict=True):
                if not solo.done:
                    solo.append(self._vocabulary.terms[token], int(token))
        parts = [solo.grammar() for solo in solos]
        return [
            tuple(bar for part in parts[first : first + len(spans)] for bar in part)
            for first in range(0, len(parts), len(spans))
        ]

    def _advance(
        self, model: TokenModel, before: Any, inputs: Any, solos: list[_SoloInProgress]
    ) -> tuple[Any, Probabilities, Ids]:
        """Predict, shape and draw; where no term fits the rest of a bar, continue in the next bar."""
        ids = np.zeros(len(solos), dtype=np.int64)
        waiting = [number for number, solo in enumerate(solos) if not solo.done]
        state, raw = before, np.empty(0)
        while waiting:
            state, raw = model.step(before, inputs, [solo.position for solo in solos])
            shaped = self._shape([solos[number] for number in waiting], raw[waiting])
            fits = (np.add.reduce(shaped, axis=1) > 0).tolist()
            playing = [number for number, fit in zip(waiting, fits, strict=True) if fit]
            if playing:
                drawn = call_step(
                    self._sample,
                    self._draw,
                    None,
                    probabilities=shaped if len(playing) == len(waiting) else shaped[fits],
                    histories=[solos[number].history for number in playing],
                    rngs=[solos[number].rng for number in playing],
                )
                ids[playing] = self._check_ids(drawn, len(playing))
            stuck = [solos[number] for number, fit in zip(waiting, fits, strict=True) if not fit]
            for solo in stuck:
                solo.rest()
            waiting = [number for number in waiting if number not in playing and not solos[number].done]
        return state, raw, ids

    def _shape(self, solos: list[_SoloInProgress], probabilities: Probabilities) -> Probabilities:
        histories = [solo.history for solo in solos]
        positions = [solo.position for solo in solos]
        for step, call in self._shapers:
            probabilities.setflags(write=False)
            result = call_step(
                step,
                call,
                None,
                probabilities=probabilities,
                histories=histories,
                positions=positions,
                vocabulary=self._vocabulary,
            )
            shaped = np.asarray(result, dtype=np.float64)
            if shaped.shape != probabilities.shape:
                raise StepError(
                    f"step {step.label} ({step.hook}) returned shape {shaped.shape}; expected {probabilities.shape}"
                )
            # A NaN anywhere makes the sum of all NaN, and an infinity makes it infinite or NaN.
            total = np.add.reduce(shaped, axis=1)
            if not (isfinite(sum(total.tolist())) and np.minimum.reduce(shaped, axis=None, initial=0.0) >= 0):
                found = "NaN" if np.isnan(shaped).any() else "negative or infinite numbers"
                raise StepError(f"step {step.label} ({step.hook}) returned {found}; return probabilities, 0 or more")
            total += total == 0
            probabilities = shaped / total[:, None]
        return probabilities

    def _check_ids(self, drawn: Any, count: int) -> Ids:
        ids = np.asarray(drawn)
        if ids.shape != (count,) or ids.dtype.kind not in "iu" or ids.min() < 0 or ids.max() >= len(self._vocabulary):
            raise StepError(
                f"step {self._sample.label} returned {drawn!r};"
                f" expected {count} token ids from 0 to {len(self._vocabulary) - 1}"
            )
        return ids.astype(np.int64)


def _observed(step: Step, call: Callable[..., Any], observer: Observer | None) -> Callable[..., Any]:
    """Return a caller that reports each call to the observer."""
    if observer is None:
        return call

    def observed(**arguments: Any) -> Any:
        begun = perf_counter()
        result = call(**arguments)
        observer.sampler(step.label, step.hook, step.options, perf_counter() - begun)
        return result

    return observed


class _SoloInProgress:
    """One solo in progress: its bars from the first to before the last, the terms so far, its random generator."""

    def __init__(
        self,
        changes: Changes,
        span: tuple[int, int],
        meter: Meter,
        decoding: Decoding,
        rng: Random | None,
        labels: Labels,
    ) -> None:
        self.rng = rng
        self.history: list[int] = []
        self.bar = self._first = span[0]
        self._end = span[1]
        self._changes = changes
        self._length = meter.bar
        self._decoding = decoding
        self._labels = labels
        self._bars: list[list[Term]] = [[]]
        self._onset = 0
        self._position: Position | None = None

    @property
    def done(self) -> bool:
        return self.bar == self._end

    @property
    def position(self) -> Position:
        """The position of the next term; of a solo that is done, that of its last one."""
        if self._position is None:
            chords = self._changes[self.bar]
            chord = chord_at(chords, self._onset)
            later = [other for other in chords if other.onset > self._onset]
            following = self._changes[self.bar + 1] if self.bar + 1 < len(self._changes) else ()
            after = (later or following or (None,))[0]
            remaining = self._length - self._onset
            until = 0 if after is None else later[0].onset - self._onset if later else remaining
            self._position = Position(
                self.bar,
                self._onset,
                remaining,
                chord,
                after,
                len(self._changes),
                until,
                self._decoding.tempo,
                self._labels,
            )
        return self._position

    def append(self, term: Term, token: int) -> None:
        self.history.append(token)
        self._add(term)
        terms = self._bars[-1]
        fixed = self._decoding.terms
        full = self._onset >= self._length if fixed is None else len(terms) == fixed
        if full:
            self._next_bar()
            return
        self._position = None
        if len(terms) >= max(_MOST_TERMS, fixed or 0):
            raise JazzgramError(
                f"bar {self.bar + 1} is not full after {len(terms)} terms: the samplers choose terms without length"
            )

    def rest(self) -> None:
        """End the bar with a rest."""
        self._add(Term("R", self._length - self._onset))
        self._next_bar()

    def _add(self, term: Term) -> None:
        self._bars[-1].append(term)
        self._onset += term.duration

    def _next_bar(self) -> None:
        self.bar += 1
        self._onset = 0
        if not self.done:
            self._bars.append([])
            self._position = None

    def grammar(self) -> Grammar:
        prefix = () if self._decoding.prefix is None else (self._decoding.prefix,)
        return tuple(
            tuple(replace(term, origin=Origin(bar, number)) for number, term in enumerate((*prefix, *terms)))
            for bar, terms in enumerate(self._bars, self._first)
        )
