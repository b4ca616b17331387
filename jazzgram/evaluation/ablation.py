"""Ablation: each sampler, critic and step of a chain taken out in turn, and what that does to each number.

Every shortened chain plays the same terms with the same seeds, and every other step draws the same random numbers as
before; without a sampler or a critic other terms are sampled, with the same seeds. The **gain** of a step for a value
is how much nearer to real solos the choruses are with it: ``|z without it| - |z with it|``, in standard deviations of
real solos; its gain in all is the difference of the distances. Intervals are percentile bootstrap intervals of 95 %
over tunes, both chains in the same draw, so that what the two share cancels out (Efron & Tibshirani, *An Introduction
to the Bootstrap*, 1993, ch. 13).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from jazzgram.config.config import Config
from jazzgram.config.steps import CRITIC_HOOKS, SAMPLER_HOOKS, Step, check_promises
from jazzgram.errors import JazzgramError
from jazzgram.evaluation.benchmark import Benchmark
from jazzgram.evaluation.reference import Statistic
from jazzgram.evaluation.scores import Scores, comparable, counted, means, percentile_interval, z_scores
from jazzgram.hooks.progress import Reporter
from jazzgram.music.arrays import Flags, Floats
from jazzgram.pipeline.pipeline import Pipeline

Gain = tuple[float, float, float]
"""A gain with its interval."""


@dataclass(frozen=True)
class Taken:
    """A configuration without one of its steps.

    Parameters
    ----------
    step : str
        The name of the step that is taken out.
    scores : Scores or None
        The scores of the rest; None where it cannot play.
    reason : str
        Why it cannot; empty where it can.
    """

    step: str
    scores: Scores | None
    reason: str = ""


@dataclass(frozen=True)
class Effect:
    """The effect of a step.

    Parameters
    ----------
    step : str
        Its name, as in `Taken`.
    total : tuple of float, or None
        How much nearer to real solos it brings the choruses over all, with its interval; None where it is not known.
    gains : dict of str to tuple of float
        The same for each number.
    reason : str
        Why it is not known.
    """

    step: str
    total: Gain | None
    gains: dict[str, Gain] = field(default_factory=dict)
    reason: str = ""


def shortened(config: Config, step: Step) -> Config:
    """Return a configuration without a step of its samplers, its critics or its chain.

    Raises
    ------
    JazzgramError
        Where a later step needs what this one provides.
    """
    if step.hook in SAMPLER_HOOKS:
        return replace(config, samplers=tuple(other for other in config.samplers if other is not step))
    if step.hook in CRITIC_HOOKS:
        return replace(config, critics=tuple(other for other in config.critics if other is not step))
    chain = tuple(other for other in config.chain if other is not step)
    problems = [problem for _, problem in check_promises(config.tokenizer.plugin, chain)]
    if problems:
        raise JazzgramError(f"{step.label} cannot be taken out: {'; '.join(problems)}")
    return replace(config, chain=chain)


def ablate(pipeline: Pipeline, benchmark: Benchmark) -> Iterator[Taken]:
    """Score every chorus without each step in turn: samplers, critics, chain; the sampler that draws stays.

    Parameters
    ----------
    pipeline : Pipeline
        It has at least one step that can be taken out. Its reporter receives the progress.
    benchmark : Benchmark
        Choruses and metrics.

    Yields
    ------
    Taken
        In the order of the configuration, as each is done; each is cached.
    """
    shapers = [step for step in pipeline.config.samplers if step.hook == "shape_distribution"]
    steps = (*shapers, *pipeline.config.critics, *pipeline.config.chain)
    if not steps:
        raise JazzgramError(f"{pipeline.config.path}: samplers, critics and chain have no step that could be taken out")
    kinds = dict.fromkeys(SAMPLER_HOOKS, "sampler ") | dict.fromkeys(CRITIC_HOOKS, "critic ")
    for number, step in enumerate(steps, 1):
        name = kinds.get(step.hook, "") + step.label
        try:
            other = pipeline.given(shortened(pipeline.config, step), reporter=Reporter())
            taken = Taken(name, benchmark.score(other, f"without {name}"))
        except JazzgramError as error:
            taken = Taken(name, None, str(error))
        pipeline.reporter.progress(number, len(steps), "steps")
        yield taken


def effects(whole: Scores, taken: Sequence[Taken], real: Mapping[str, Statistic]) -> list[Effect]:
    """Compare a chain with itself without each step.

    Parameters
    ----------
    whole : Scores
        Of the whole chain.
    taken : sequence of Taken
        From `ablate`.
    real : mapping of str to Statistic
        The reference.

    Returns
    -------
    list of Effect
        In the order of `taken`. Choruses that failed on one side are left out on both.
    """
    return [
        Effect(item.step, None, reason=item.reason)
        if item.scores is None
        else _effect(item.step, whole, item.scores, real)
        for item in taken
    ]


def _effect(step: str, whole: Scores, without: Scores, real: Mapping[str, Statistic]) -> Effect:
    present = _played(whole) & _played(without)
    first, second = (_only(scores, present) for scores in (whole, without))
    shared = [name for name in comparable(first, real).metrics if name in comparable(second, real).metrics]
    if not shared:
        return Effect(step, None, reason="nothing can be compared with the reference")
    first, second = first.of(shared), second.of(shared)
    gains = _far(means(second.values), shared, real) - _far(means(first.values), shared, real)
    draws = _far(second.resampled, shared, real) - _far(first.resampled, shared, real)
    columns = [shared.index(name) for name in counted(first, real).metrics]
    total = (float(gains[columns].mean()), *percentile_interval(means(draws[:, columns].T))) if columns else None
    return Effect(
        step, total, {name: (float(gains[n]), *percentile_interval(draws[:, n])) for n, name in enumerate(shared)}
    )


def _played(scores: Scores) -> Flags:
    played: Flags = np.isfinite(scores.values).sum(axis=1) > 0
    return played


def _only(scores: Scores, rows: Flags) -> Scores:
    values = np.where(rows[:, None], scores.values, np.nan)
    return replace(scores, values=values)


def _far(found: Floats, metrics: Sequence[str], real: Mapping[str, Statistic]) -> Floats:
    return np.abs(z_scores(found, metrics, real))
