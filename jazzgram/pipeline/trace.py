"""The trace of a run: input and output of every step of the chain."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from jazzgram.hooks.options import Options
from jazzgram.hooks.progress import Reporter
from jazzgram.music.note import Note
from jazzgram.music.term import Term
from jazzgram.music.tune import Track
from jazzgram.resources.attached import attached


@dataclass(frozen=True, slots=True)
class StepCall:
    """One call of one step.

    Parameters
    ----------
    step : str
        The step's label, ``3:low_notes``.
    hook : str
        The hook that was called.
    bar : int or None
        The bar it was called for, from 0; None for the whole solo.
    options : dict
        The step's options, as JSON has them.
    before, after : tuple of Term or Note
        The step's input and output. Onsets from the start of the bar, or of the solo where `bar` is None.
    seconds : float
        Its time.
    """

    step: str
    hook: str
    bar: int | None
    options: dict[str, Any]
    before: tuple[Term | Note, ...]
    after: tuple[Term | Note, ...]
    seconds: float


@dataclass
class Tally:
    """The calls of one sampler step or accompanist, added up: a sampler has one for every term of every solo."""

    hook: str
    options: dict[str, Any]
    calls: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class BarScores:
    """What one critic made of the candidates of one bar.

    Parameters
    ----------
    step : str
        The critic's label, ``1:density``.
    bar : int
        From 0.
    options : dict
        The critic's options, as JSON has them.
    weights : tuple of float
        Its log weight for each candidate.
    chosen : int
        The index of the candidate that is in the solo.
    seconds : float
        Its time.
    """

    step: str
    bar: int
    options: dict[str, Any]
    weights: tuple[float, ...]
    chosen: int
    seconds: float


@dataclass
class Trace:
    """The record of one improvisation: the observer that chain and sampler are given.

    Attributes
    ----------
    calls : list of StepCall
        The calls of the chain's steps and of the tokenizer, in order.
    samplers : dict of str to Tally
        The calls of the sampler steps, by label.
    bar_scores : list of BarScores
        What the critics made of each bar, in order.
    accompanists : dict of str to Tally
        The accompanists, by label; what they played is the solo's accompaniment.
    reporter : Reporter or None
        Its `called` follows each call.
    """

    calls: list[StepCall] = field(default_factory=list)
    samplers: dict[str, Tally] = field(default_factory=dict)
    bar_scores: list[BarScores] = field(default_factory=list)
    accompanists: dict[str, Tally] = field(default_factory=dict)
    reporter: Reporter | None = field(default=None, repr=False, compare=False)
    _dumped: dict[str, dict[str, Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __repr__(self) -> str:
        steps = {call.step for call in self.calls} | self.samplers.keys()
        return f"Trace({len(self.calls)} calls of {len(steps)} steps)"

    def step(
        self,
        label: str,
        hook: str,
        options: Options,
        bar: int | None,
        before: tuple[Any, ...],
        after: tuple[Any, ...],
        seconds: float,
    ) -> None:
        """Record a call; see `jazzgram.improvisation.observer.Observer`."""
        self.calls.append(StepCall(label, hook, bar, self._values(label, options), before, after, seconds))
        if self.reporter is not None:
            self.reporter.called()

    def sampler(self, label: str, hook: str, options: Options, seconds: float) -> None:
        """Count a call; see `jazzgram.improvisation.observer.Observer`."""
        if (tally := self.samplers.get(label)) is None:
            tally = self.samplers[label] = Tally(hook, self._values(label, options))
        tally.calls += 1
        tally.seconds += seconds
        if self.reporter is not None:
            self.reporter.called()

    def accompanist(self, label: str, options: Options, tracks: tuple[Track, ...], seconds: float) -> None:
        """Record a call; see `jazzgram.improvisation.observer.Observer`."""
        self.accompanists[label] = Tally("accompany", self._values(label, options), 1, seconds)
        if self.reporter is not None:
            self.reporter.called()

    def critic(
        self, label: str, options: Options, bar: int, weights: tuple[float, ...], chosen: int, seconds: float
    ) -> None:
        """Record the scores of a bar; see `jazzgram.improvisation.observer.Observer`."""
        self.bar_scores.append(BarScores(label, bar, self._values(label, options), weights, chosen, seconds))

    def without_times(self) -> Trace:
        """Return the same trace with all times 0, as equal runs have it."""
        return Trace(
            [replace(call, seconds=0.0) for call in self.calls],
            {step: replace(tally, seconds=0.0) for step, tally in self.samplers.items()},
            [replace(scored, seconds=0.0) for scored in self.bar_scores],
            {step: replace(tally, seconds=0.0) for step, tally in self.accompanists.items()},
        )

    def _values(self, label: str, options: Options) -> dict[str, Any]:
        """Return a step's options as JSON has them; they are frozen, so this is done once."""
        if label not in self._dumped:
            self._dumped[label] = options.model_dump(mode="json")
        return self._dumped[label]

    def _repr_html_(self) -> str:
        """Return the display of a notebook: what every step did."""
        html: str = attached("Trace._repr_html_")(self)
        return html


def seconds_by_step(trace: Trace) -> dict[str, float]:
    """Return the time of all calls of each step of the chain, and of the tokenizer, by label."""
    seconds: dict[str, float] = {}
    for call in trace.calls:
        seconds[call.step] = seconds.get(call.step, 0.0) + call.seconds
    return seconds
