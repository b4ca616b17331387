"""The improviser: samples terms from a trained model's distributions, bar by bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import isfinite
from random import Random
from time import perf_counter
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.config.steps import Step
from jazzgram.errors import JazzgramError, StepError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.token_model import UNKNOWN, Probabilities, TokenModel
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.improvisation.chain import call_step
from jazzgram.improvisation.given import Guide
from jazzgram.improvisation.line import Changes, Decoding, Line, Locked
from jazzgram.improvisation.observer import Observer
from jazzgram.music.labels import NO_LABELS, Labels
from jazzgram.music.term import Grammar
from jazzgram.music.time import Meter
from jazzgram.resources.frozen import dataclass

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Take:
    """One solo that is to be improvised.

    Parameters
    ----------
    changes : tuple of tuple of Chord
        The chords of each bar to be filled.
    decoding : Decoding
        How its terms are decoded.
    seed : int
        Seeds its random generator.
    labels : Labels
        Whom it is like.
    """

    changes: Changes
    decoding: Decoding
    seed: int
    labels: Labels = NO_LABELS


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
    guide : Guide or None
        Binds the terms to a given melody.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        calls: PluginCalls,
        vocabulary: Vocabulary,
        observer: Observer | None = None,
        guide: Guide | None = None,
    ) -> None:
        self._vocabulary = vocabulary
        self._guide = guide
        callers = [(step, _observed(step, calls.caller(step.hook, step.plugin), observer)) for step in steps]
        self._shapers = [(step, call) for step, call in callers if step.hook == "shape_distribution"]
        self._sample, self._draw = next((step, call) for step, call in callers if step.hook == "sample")

    def improvise(
        self,
        model: TokenModel,
        changes: Changes,
        meter: Meter,
        seeds: Sequence[int],
        decoding: Decoding,
        locked: Locked = MappingProxyType({}),
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
        locked : mapping of int to tuple of Term
            The bars that are given; the model is conditioned on them.

        Returns
        -------
        list of Grammar
            For each seed the terms of each bar. Where no term fits what is left of a bar, it ends with a rest.
        """
        takes = [
            Take(changes, decoding, seed, labels)
            for seed, labels in zip(seeds, decoding.personas or [NO_LABELS] * len(seeds), strict=True)
        ]
        return self.improvise_takes(model, takes, meter, locked)

    def improvise_takes(
        self, model: TokenModel, takes: Sequence[Take], meter: Meter, locked: Locked = MappingProxyType({})
    ) -> list[Grammar]:
        """Improvise takes in one batch, each over its own changes.

        Parameters
        ----------
        model, meter, locked
            As in `improvise`.
        takes : sequence of Take
            At least one; all with the same decoding but for the tempo.

        Returns
        -------
        list of Grammar
            For each take what it is alone, to the last bit.
        """
        decoding = takes[0].decoding
        solos: list[Line] = []
        ends = []
        for take in takes:
            bars = len(take.changes)
            # With a state that is reset at each barline the bars are independent: each is a solo of its own.
            for span in [(bar, bar + 1) for bar in range(bars)] if decoding.restart else [(0, bars)]:
                rng = self.rng(take.seed, span[0])
                solos.append(Line(take.changes, span, meter, take.decoding, rng, locked, take.labels))
            ends.append(len(solos))
        active = solos
        state = model.start(len(active))
        inputs: NDArray[Any] | None = self.first_inputs(decoding, len(active))
        while not all(solo.done for solo in active):
            state, raw, ids = self.advance(model, state, inputs, active)
            inputs = raw if decoding.feedback == "soft" else ids
            for solo, token in zip(active, ids.tolist(), strict=True):
                if not solo.done:
                    solo.append(solo.given or self._vocabulary.terms[token], token)
            rest = [row for row, solo in enumerate(active) if not solo.done]
            if 0 < len(rest) < len(active) and hasattr(model, "gather"):  # those that are done are not stepped
                state, inputs = model.gather([(state, row) for row in rest]), inputs[rest]
                active = [active[row] for row in rest]
        parts = [solo.grammar() for solo in solos]
        return [tuple(bar for part in parts[begin:end] for bar in part) for begin, end in pairwise([0, *ends])]

    def rng(self, seed: int, bar: int) -> Random | None:
        """Seed the random generator of a solo that begins at a bar; None where the sampler names none."""
        return self._sample.rng(seed, bar)

    def first_inputs(self, decoding: Decoding, rows: int) -> Ids | None:
        """Return the input before the first term of each row."""
        if decoding.start is None:
            return None
        if decoding.start not in self._vocabulary.ids:
            raise JazzgramError(
                f"improvise.start: {decoding.start} is not among the corpus's {len(self._vocabulary)} terms"
            )
        return np.full(rows, self._vocabulary.ids[decoding.start])

    def advance(
        self, model: TokenModel, before: Any, inputs: Any, solos: Sequence[Line]
    ) -> tuple[Any, Probabilities, Ids]:
        """Predict, shape and draw the next term of each solo.

        Where no term fits the rest of a bar, it ends with a rest, and the term is the first of the next bar.

        Parameters
        ----------
        model : TokenModel
            Trained.
        before : object
            The model's state, a row for each solo.
        inputs : ndarray or None
            What the model is fed.
        solos : sequence of Line
            Those that are done are passed over. They are changed only where a bar ends with a rest.

        Returns
        -------
        state, probabilities, ids
            The model's state and distributions, and the id of each row's next term, `UNKNOWN` for a given term that
            is not in the vocabulary; of a row without a next term the id means nothing.
        """
        ids = np.zeros(len(solos), dtype=np.int64)
        waiting = [number for number, solo in enumerate(solos) if not solo.done]
        state, raw = before, np.empty(0)
        while waiting:
            state, raw = model.step(before, inputs, [solo.position for solo in solos])
            if given := {number: term for number in waiting if (term := solos[number].given) is not None}:
                ids[list(given)] = [self._vocabulary.ids.get(term, UNKNOWN) for term in given.values()]
                waiting = [number for number in waiting if number not in given]
                if not waiting:
                    break
            # A view suffices for all rows: it becomes read-only.
            shaped = self._shape([solos[row] for row in waiting], raw[waiting] if len(waiting) < len(raw) else raw[:])
            fits = (np.add.reduce(shaped, axis=1) > 0).tolist()
            playing = waiting if all(fits) else [number for number, fit in zip(waiting, fits, strict=True) if fit]
            if playing:
                drawn = call_step(
                    self._sample,
                    self._draw,
                    None,
                    probabilities=shaped if playing is waiting else shaped[fits],
                    histories=[solos[number].history for number in playing],
                    rngs=[solos[number].rng for number in playing],
                )
                ids[playing] = self._check_ids(drawn, len(playing))
            if playing is waiting:
                break
            stuck = [number for number, fit in zip(waiting, fits, strict=True) if not fit]
            for number in stuck:
                solos[number].rest()
            waiting = [number for number in stuck if not solos[number].done]
        return state, raw, ids

    def _shape(self, solos: Sequence[Line], probabilities: Probabilities) -> Probabilities:
        histories = [solo.history for solo in solos]
        positions = [solo.position for solo in solos]
        if any(solo.within for solo in solos):
            probabilities = self._bounded(solos, probabilities)
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
            total = np.add.reduce(shaped, axis=1, keepdims=True)
            totals = total.ravel().tolist()
            if not (isfinite(sum(totals)) and np.minimum.reduce(shaped, axis=None) >= 0):
                found = "NaN" if np.isnan(shaped).any() else "negative or infinite numbers"
                raise StepError(f"step {step.label} ({step.hook}) returned {found}; return probabilities, 0 or more")
            if 0.0 in totals:
                total += total == 0
            probabilities = shaped / total
        return probabilities if self._guide is None else self._guide.bind(probabilities, positions)

    def _bounded(self, solos: Sequence[Line], probabilities: Probabilities) -> Probabilities:
        """Set pitches outside the range of each solo to 0; those inside take over their mass, so that no rest does.

        A row stays as it is where no pitch would be left.
        """
        bounded, pitches = probabilities.copy(), self._vocabulary.pitches
        for row, solo in zip(bounded, solos, strict=True):
            if solo.within is not None:
                low, high = solo.within
                outside = (pitches >= 0) & ((pitches < low) | (pitches > high))
                inside = (pitches >= low) & (pitches <= high)
                if (mass := row[inside].sum()) > 0:
                    row[inside] *= 1 + row[outside].sum() / mass
                    row[outside] = 0.0
        return bounded

    def _check_ids(self, drawn: Any, count: int) -> Ids:
        ids = np.asarray(drawn)
        size = len(self._vocabulary)
        if ids.shape != (count,) or ids.dtype.kind not in "iu" or not all(0 <= each < size for each in ids.tolist()):
            raise StepError(
                f"step {self._sample.label} returned {drawn!r}; expected {count} token ids from 0 to {size - 1}"
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
