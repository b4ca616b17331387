"""The scores of many choruses, and their distance to those of real solos.

A value is compared with the same value of real solos in excerpts as long as the choruses: ``z`` is the mean over the
choruses less the mean over the real excerpts, in standard deviations of the latter. The **distance** is the mean of
``|z|`` over the values of harmony, pitch, rhythm and form; 0 would be indistinguishable in these means. The bins of
histograms are shown, but not part of it: there are so many that they would outweigh everything else, and they only
repeat other values. Nor is what the changes alone decide. Intervals are percentile bootstrap intervals of 95 %
(Efron & Tibshirani, *An Introduction to the Bootstrap*, 1993, ch. 13) with tunes drawn, not
choruses: two choruses over one tune are not independent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from jazzgram.evaluation.plan import Plan
from jazzgram.evaluation.reference import Statistic
from jazzgram.music.arrays import Floats

ROUNDS = 1000
"""Resamples of a bootstrap."""

UNCOUNTED = ("histograms.", "copying.", "form.chord_irregularity")
"""Prefixes of the metrics that are no part of the distance."""


@dataclass(frozen=True)
class Scores:
    """The values of a set of choruses.

    Parameters
    ----------
    name : str
        The pipeline or baseline.
    metrics : tuple of str
        The columns of `values`.
    values : ndarray of float, shape (choruses, metrics)
        In the order of the plan; nan where a value is not defined, or the chorus failed.
    tunes : tuple of str
        The tune of each chorus.
    failures : tuple of str
        The errors of the steps that failed.
    """

    name: str
    metrics: tuple[str, ...]
    values: Floats
    tunes: tuple[str, ...]
    failures: tuple[str, ...] = ()

    @cached_property
    def resampled(self) -> Floats:
        """The means of `ROUNDS` bootstrap samples, shape (rounds, metrics); the same draws for the same tunes."""
        return resampled_means(self.values, self.tunes)

    def of(self, metrics: Sequence[str]) -> Scores:
        """Return the values of these metrics alone, in this order."""
        columns = [self.metrics.index(name) for name in metrics]
        return Scores(self.name, tuple(metrics), self.values[:, columns], self.tunes, self.failures)


@dataclass(frozen=True, slots=True)
class Row:
    """One value against real solos.

    Parameters
    ----------
    metric : str
        Its name.
    value : float
        The mean over the choruses.
    real, sd : float
        Mean and standard deviation over real excerpts.
    z, low, high : float
        ``(value - real) / sd`` and its interval.
    """

    metric: str
    value: float
    real: float
    sd: float
    z: float
    low: float
    high: float


def means(values: Floats) -> Floats:
    """Return the mean of every column over the rows where it is defined; nan where it is defined in none."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    found: Floats = np.divide(total, count, out=np.full(values.shape[1], np.nan), where=count > 0)
    return found


def resampled_means(values: Floats, groups: Sequence[str], rounds: int = ROUNDS, seed: int = 0) -> Floats:
    """Return the means of the columns of bootstrap samples: groups of rows, drawn with replacement.

    Parameters
    ----------
    values : ndarray of float, shape (rows, columns)
        With nan where a value is not defined.
    groups : sequence of str
        The group of each row.
    rounds : int
        How often.
    seed : int
        Seeds the draws; the same groups with the same seed are drawn in the same way, whatever the values, so that two
        sets of choruses of one plan are compared pair by pair.

    Returns
    -------
    ndarray of float, shape (rounds, columns)
        nan where no row that was drawn has a value.
    """
    names = {name: number for number, name in enumerate(dict.fromkeys(groups))}
    drawn = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=rounds)
    weights = drawn[:, [names[group] for group in groups]].astype(np.float64)
    known = np.isfinite(values)
    total = weights @ np.where(known, values, 0.0)
    count = weights @ known.astype(np.float64)
    drawn_means: Floats = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return drawn_means


def percentile_interval(draws: Floats) -> tuple[float, float]:
    """Return the 2.5th and the 97.5th percentile of the values that are defined; nan where none is."""
    known = draws[np.isfinite(draws)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)


def z_scores(found: Floats, metrics: Sequence[str], real: Mapping[str, Statistic]) -> Floats:
    """Return ``(mean - real mean) / real sd`` along the last axis."""
    centre = np.array([real[name].mean for name in metrics])
    spread = np.array([real[name].sd for name in metrics])
    scores: Floats = (found - centre) / spread
    return scores


def comparable(scores: Scores, real: Mapping[str, Statistic]) -> Scores:
    """Return the scores without the metrics that the reference lacks, never vary in it, or are not defined."""
    defined = np.isfinite(scores.values).sum(axis=0) > 0
    return scores.of(
        [
            name
            for name, known in zip(scores.metrics, defined.tolist(), strict=True)
            if known and name in real and real[name].sd > 0 and np.isfinite(real[name].mean)
        ]
    )


def table(scores: Scores, real: Mapping[str, Statistic]) -> list[Row]:
    """Return every value against that of real solos, in the order of the metrics."""
    selected = comparable(scores, real)
    found = means(selected.values)
    z = z_scores(found, selected.metrics, real)
    draws = z_scores(selected.resampled, selected.metrics, real)
    return [
        Row(name, float(found[n]), real[name].mean, real[name].sd, float(z[n]), *percentile_interval(draws[:, n]))
        for n, name in enumerate(selected.metrics)
    ]


def counted(scores: Scores, real: Mapping[str, Statistic]) -> Scores:
    """Return the scores of the metrics in the distance."""
    selected = comparable(scores, real)
    return selected.of([name for name in selected.metrics if not name.startswith(UNCOUNTED)])


def distance(
    scores: Scores, real: Mapping[str, Statistic], metrics: Sequence[str] | None = None
) -> tuple[float, float, float]:
    """Return the mean of ``|z|`` and its interval.

    Parameters
    ----------
    scores : Scores
        Of the choruses.
    real : mapping of str to Statistic
        The reference.
    metrics : sequence of str or None
        The metrics in the mean, as far as they can be compared; None: those of `counted`.

    Returns
    -------
    distance, low, high : float
        nan where nothing can be compared.
    """
    selected = counted(scores, real) if metrics is None else comparable(scores, real)
    selected = selected if metrics is None else selected.of([name for name in metrics if name in selected.metrics])
    if not selected.metrics:
        return float("nan"), float("nan"), float("nan")
    z = np.abs(z_scores(means(selected.values), selected.metrics, real))
    draws = np.abs(z_scores(selected.resampled, selected.metrics, real))
    return float(z.mean()), *percentile_interval(means(draws.T))


def scored(
    name: str, plan: Plan, measured: Iterable[Mapping[str, float] | None], failures: Sequence[str] = ()
) -> Scores:
    """Return the scores of the choruses of a plan; None stands for one that failed. Each is used and let go."""
    metrics: dict[str, int] = {}
    values = np.full((len(plan.choruses), 0), np.nan)
    for number, row in enumerate(measured):
        for key in row or ():
            metrics.setdefault(key, len(metrics))
        if len(metrics) > values.shape[1]:
            values = np.pad(values, ((0, 0), (0, len(metrics) - values.shape[1])), constant_values=np.nan)
        for key, value in (row or {}).items():
            values[number, metrics[key]] = value
    return Scores(name, tuple(metrics), values, tuple(chorus.tune.title for chorus in plan.choruses), tuple(failures))
