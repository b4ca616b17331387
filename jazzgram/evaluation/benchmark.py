"""A benchmark: the same choruses, metrics and corpus for every model, chain and baseline that is compared.

Costly results are cached by everything that determines them, so that the same evaluation returns at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import isfinite, nan
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np

from jazzgram.config.config import Part
from jazzgram.config.sections import Execution
from jazzgram.evaluation.choruses import Played, itself, parts_key, play_choruses, sampling_key
from jazzgram.evaluation.metrics import Measuring, load_metrics, measure_solos
from jazzgram.evaluation.plan import Plan, make_plan
from jazzgram.evaluation.scores import Scores, scored
from jazzgram.hooks.progress import Reporter
from jazzgram.music.arrays import Floats
from jazzgram.music.solo import Solo
from jazzgram.music.tune import Corpus
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.resources.atomic import write_whole
from jazzgram.resources.cache import cache_root, content_key, read_entry
from jazzgram.resources.results import code_key

T = TypeVar("T")


@dataclass(frozen=True)
class Benchmark:
    """The setup that all compared models, chains and baselines share.

    Parameters
    ----------
    plan : Plan
        The choruses.
    corpus : Corpus
        The training tunes, to find copied runs and to build baselines.
    digest : str
        A hash of `corpus`.
    metrics : tuple of Part
        The metrics.
    execution : Execution
        Where the choruses are played and measured.
    use_cache : bool
        Whether cached results are used.
    reporter : Reporter
        Is warned of damaged entries of the cache.
    """

    plan: Plan
    corpus: Corpus
    digest: str
    metrics: tuple[Part, ...] = field(default_factory=load_metrics)
    execution: Execution = field(default_factory=Execution)
    use_cache: bool = True
    reporter: Reporter = field(default_factory=Reporter)

    @classmethod
    def of(cls, pipeline: Pipeline, count: int, bars: int, part: str = "validation") -> Benchmark:
        """Set up a benchmark on a pipeline's corpus, with its seed; see `make_plan`."""
        plan = make_plan(pipeline, count, bars, pipeline.config.sections.seed, part)
        return cls(
            plan,
            pipeline.training_corpus,
            pipeline.tokens.digest,
            execution=pipeline.config.sections.execution,
            use_cache=pipeline.use_cache,
            reporter=pipeline.reporter,
        )

    @cached_property
    def _measuring(self) -> Measuring:
        return Measuring(self.metrics, self.corpus)

    def key(self, pipeline: Pipeline) -> str:
        """Hash everything that determines the scores of a pipeline's choruses."""
        steps = [[step.plugin.name, step.occurrence] for step in pipeline.config.chain]
        return self._key(
            samples=sampling_key(pipeline),
            tokenizer=parts_key([pipeline.config.tokenizer]),
            chain=[steps, parts_key(pipeline.config.chain)],
        )

    def improvise(self, pipeline: Pipeline) -> Played[Solo]:
        """Improvise the choruses with a pipeline."""
        return play_choruses(pipeline, self.plan, itself, self.execution)

    def score(self, pipeline: Pipeline, name: str) -> Scores:
        """Improvise the choruses with a pipeline and measure them, or read the scores from the cache."""
        cached = self._cached(self._path(self.key(pipeline)), name)
        return self.study(pipeline, name, _nothing)[0] if cached is None else cached

    def study(self, pipeline: Pipeline, name: str, study: Callable[[Solo], T]) -> tuple[Scores, list[T]]:
        """Improvise the choruses, measure them, and make something else of each solo where it was played.

        Parameters
        ----------
        pipeline : Pipeline
            Plays.
        name : str
            That of the scores.
        study : callable
            As for `jazzgram.evaluation.choruses.play_choruses`.

        Returns
        -------
        scores, studied
            The second in the order of the plan, without choruses on which a step failed.
        """
        work = _MeasureAndStudy(self._measuring, study)
        played = play_choruses(pipeline, self.plan, work, self.execution)
        measured = (None if result is None else dict(zip(*result[0], strict=True)) for result in played.results)
        scores = self._stored(scored(name, self.plan, measured, played.failures), self._path(self.key(pipeline)))
        return scores, [result[1] for result in played.results if result is not None]

    def score_baseline(self, name: str, solos: Sequence[Solo]) -> Scores:
        """Measure solos that the plan and `name` determine, or read the scores from the cache."""
        path = self._path(self._key(baseline=name))
        if (cached := self._cached(path, name)) is not None:
            return cached
        return self._stored(
            scored(name, self.plan, measure_solos(solos, self.corpus, self.metrics, self.execution)), path
        )

    def _key(self, **parts: Any) -> str:
        metrics = parts_key(self.metrics)
        return content_key(
            engine=code_key("evaluations"), plan=self.plan.digest, corpus=self.digest, metrics=metrics, **parts
        )

    def _path(self, key: str) -> Path:
        return cache_root() / "evaluations" / f"{key}.json"

    def _cached(self, path: Path, name: str) -> Scores | None:
        if not self.use_cache:
            return None
        return read_entry(path, lambda file: self._read(file, name), self.reporter.warn)

    def _read(self, path: Path, name: str) -> Scores:
        content = json.loads(path.read_text(encoding="utf-8"))
        values = np.array([[nan if x is None else x for x in row] for row in content["values"]], dtype=np.float64)
        tunes = tuple(chorus.tune.title for chorus in self.plan.choruses)
        return Scores(name, tuple(content["metrics"]), values, tunes, tuple(content["failures"]))

    def _stored(self, scores: Scores, path: Path) -> Scores:
        rows = ([x if isfinite(x) else None for x in row.tolist()] for row in scores.values)
        head = json.dumps({"metrics": scores.metrics, "failures": scores.failures})[:-1]
        write_whole(path, f'{head}, "values": [{", ".join(map(json.dumps, rows))}]}}')
        return scores


@dataclass(frozen=True)
class _MeasureAndStudy(Generic[T]):
    """What is made of each solo: names and numbers, and what else is wanted."""

    measure: Measuring
    study: Callable[[Solo], T]

    def __call__(self, solo: Solo) -> tuple[tuple[tuple[str, ...], Floats], T]:
        values = self.measure(solo)
        return (_shared(tuple(values)), np.array([*values.values()], np.float64)), self.study(solo)


@lru_cache(maxsize=8)
def _shared(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return one value for equal names: thousands of choruses have the same, and each is sent once a batch."""
    return names


def _nothing(solo: Solo) -> None:
    """Study nothing."""
