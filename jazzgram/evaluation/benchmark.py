"""A benchmark: the same choruses, metrics and corpus for every model, chain and baseline that is compared.

Costly results are cached by everything that determines them, so that the same evaluation returns at once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite, nan
from pathlib import Path
from typing import Any

import numpy as np

from jazzgram.config.config import Part
from jazzgram.config.sections import Execution
from jazzgram.evaluation.choruses import Played, parts_key, play_choruses, sample_choruses, sampling_key
from jazzgram.evaluation.metrics import load_metrics, measure_solos
from jazzgram.evaluation.plan import Plan, make_plan
from jazzgram.evaluation.scores import Scores, scored
from jazzgram.hooks.progress import Reporter
from jazzgram.music.solo import Solo
from jazzgram.music.tune import Corpus
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.resources.atomic import write_whole
from jazzgram.resources.cache import cache_root, content_key, read_entry
from jazzgram.resources.results import code_key

_MANY = 300
"""Solos from which more processes pay off: sending each the corpus takes as long as measuring a hundred."""


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
    processes : int
        How many measure, where there are many solos.
    cluster : Execution or None
        The Dask cluster that measures in their place.
    use_cache : bool
        Whether cached results are used.
    reporter : Reporter
        Is warned of damaged entries of the cache.
    """

    plan: Plan
    corpus: Corpus
    digest: str
    metrics: tuple[Part, ...] = field(default_factory=load_metrics)
    processes: int = 1
    cluster: Execution | None = None
    use_cache: bool = True
    reporter: Reporter = field(default_factory=Reporter)
    _played: dict[str, Played] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, pipeline: Pipeline, count: int, bars: int, part: str = "validation") -> Benchmark:
        """Set up a benchmark on a pipeline's corpus, with its seed; see `make_plan`."""
        plan = make_plan(pipeline, count, bars, pipeline.config.sections.seed, part)
        execution = pipeline.config.sections.execution
        return cls(
            plan,
            pipeline.training_corpus,
            pipeline.tokens.digest,
            processes=execution.cores,
            cluster=execution if execution.engine == "dask" else None,
            use_cache=pipeline.use_cache,
            reporter=pipeline.reporter,
        )

    def key(self, pipeline: Pipeline) -> str:
        """Hash everything that determines the scores of a pipeline's choruses."""
        steps = [[step.plugin.name, step.occurrence] for step in pipeline.config.chain]
        return self._key(
            samples=sampling_key(pipeline),
            tokenizer=parts_key([pipeline.config.tokenizer]),
            chain=[steps, parts_key(pipeline.config.chain)],
        )

    def improvise(self, pipeline: Pipeline) -> Played:
        """Improvise the choruses with a pipeline; those of the last one stay in memory."""
        key = self.key(pipeline)
        if key not in self._played:
            played = play_choruses(pipeline, self.plan, sample_choruses(pipeline, self.plan))
            self._played.clear()
            self._played[key] = played
        return self._played[key]

    def score(self, pipeline: Pipeline, name: str) -> Scores:
        """Improvise the choruses with a pipeline and measure them, or read the scores from the cache."""
        path = self._path(self.key(pipeline))
        if (cached := self._cached(path, name)) is not None:
            return cached
        played = self.improvise(pipeline)
        return self._measure(name, played.solos, played.failures, path)

    def score_baseline(self, name: str, solos: Sequence[Solo]) -> Scores:
        """Measure solos that the plan and `name` determine, or read the scores from the cache."""
        path = self._path(self._key(baseline=name))
        return self._cached(path, name) or self._measure(name, solos, (), path)

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

    def _measure(self, name: str, solos: Sequence[Solo | None], failures: Sequence[str], path: Path) -> Scores:
        played = [solo for solo in solos if solo is not None]
        processes = self.processes if len(played) >= _MANY else 1
        found = iter(measure_solos(played, self.corpus, self.metrics, processes, cluster=self.cluster))
        scores = scored(name, self.plan, [None if solo is None else next(found) for solo in solos], failures)
        rows = [[x if isfinite(x) else None for x in row] for row in scores.values.tolist()]
        content = {"metrics": scores.metrics, "values": rows, "failures": scores.failures}
        write_whole(path, json.dumps(content))
        return scores
