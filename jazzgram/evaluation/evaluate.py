"""Evaluating a configuration: its choruses on held-out changes, measured, compared with real solos, looked up in what
was learned from.

What is costly is kept in the cache by all that decides it, so that the same evaluation is there at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from math import isfinite, nan
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from jazzgram.config.config import Part
from jazzgram.errors import JazzgramError
from jazzgram.evaluation.distribution import FEATURES, Overlap, compare
from jazzgram.evaluation.generate import (
    Plan,
    Played,
    make_plan,
    parts_key,
    play,
    sample,
    sampling_key,
)
from jazzgram.evaluation.measuring import AIMS, load_metrics, measure_solos
from jazzgram.evaluation.reference import ALL, UNCOPIED, Reference, find, players_styles
from jazzgram.evaluation.scores import Row, Scores, distance, scored, table
from jazzgram.evaluation.windows import real_windows
from jazzgram.music.solo import Solo
from jazzgram.music.tune import Corpus
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.resources.atomic import write_whole
from jazzgram.resources.cache import cache_root, content_key
from jazzgram.resources.results import code_key

_REAL = 100
"""Windows of real solos that the distributions are compared with: all pairs are, which grows with the square."""

_MANY = 300
"""Solos from which other processes are worth it: sending each the corpus takes as long as measuring a hundred."""


@dataclass(frozen=True)
class Ground:
    """What is the same for all that are compared: choruses, metrics, and what was learned from.

    Parameters
    ----------
    plan : Plan
        The choruses.
    corpus : Corpus
        What the models have learned from, to look for copies in it, and for the baselines.
    digest : str
        A hash of `corpus`.
    metrics : tuple of Part
        What is measured.
    processes : int
        How many to measure in, where there is much to measure.
    use_cache : bool
        Whether what was measured before counts.
    """

    plan: Plan
    corpus: Corpus
    digest: str
    metrics: tuple[Part, ...] = field(default_factory=load_metrics)
    processes: int = 1
    use_cache: bool = True

    @classmethod
    def of(cls, pipeline: Pipeline, count: int, bars: int, part: str = "validation") -> Ground:
        """Lay the ground on a pipeline's corpus, with its seed; see `make_plan`."""
        plan = make_plan(pipeline, count, bars, pipeline.config.sections.seed, part)
        cores = pipeline.config.sections.execution.cores
        return cls(
            plan, pipeline.training_corpus, pipeline.tokens.digest, processes=cores, use_cache=pipeline.use_cache
        )

    def key(self, pipeline: Pipeline) -> str:
        """Hash all that decides what a pipeline's choruses measure."""
        steps = [[step.plugin.name, step.occurrence] for step in pipeline.config.chain]
        return self._key(
            samples=sampling_key(pipeline),
            tokenizer=parts_key([pipeline.config.tokenizer]),
            chain=[steps, parts_key(pipeline.config.chain)],
        )

    def choruses(self, pipeline: Pipeline) -> Played:
        """Let a pipeline play the choruses."""
        return play(pipeline, self.plan, sample(pipeline, self.plan))

    def play(self, pipeline: Pipeline, name: str) -> Scores:
        """Let a pipeline play the choruses, and measure them; or take from the cache what came of it."""
        path = self._path(self.key(pipeline))
        if (kept := self._kept(path, name)) is not None:
            return kept
        played = self.choruses(pipeline)
        return self._measured(name, played.solos, played.failures, path)

    def judge(self, name: str, solos: Sequence[Solo]) -> Scores:
        """Measure solos that the plan and `name` decide, such as a baseline's."""
        path = self._path(self._key(baseline=name))
        return self._kept(path, name) or self._measured(name, solos, (), path)

    def _key(self, **parts: Any) -> str:
        metrics = parts_key(self.metrics)
        return content_key(
            engine=code_key("evaluations"), plan=self.plan.digest, corpus=self.digest, metrics=metrics, **parts
        )

    def _path(self, key: str) -> Path:
        return cache_root() / "evaluations" / f"{key}.json"

    def _kept(self, path: Path, name: str) -> Scores | None:
        if not self.use_cache or not path.is_file():
            return None
        content = json.loads(path.read_text(encoding="utf-8"))
        values = np.array([[nan if x is None else x for x in row] for row in content["values"]], dtype=np.float64)
        tunes = tuple(chorus.tune.title for chorus in self.plan.choruses)
        return Scores(name, tuple(content["metrics"]), values, tunes, tuple(content["failures"]))

    def _measured(self, name: str, solos: Sequence[Solo | None], failures: Sequence[str], path: Path) -> Scores:
        played = [solo for solo in solos if solo is not None]
        processes = self.processes if len(played) >= _MANY else 1
        found = iter(measure_solos(played, self.corpus, self.metrics, processes))
        scores = scored(name, self.plan, [None if solo is None else next(found) for solo in solos], failures)
        rows = [[_json(x) for x in row] for row in scores.values.tolist()]
        content = {"metrics": scores.metrics, "values": rows, "failures": scores.failures}
        write_whole(path, json.dumps(content))
        return scores


@dataclass(frozen=True)
class Copied:
    """The longest run of a set of choruses that stands in what was learned from.

    Parameters
    ----------
    notes : int
        Notes of the longest run at any pitch.
    chorus : str
        Whose it is.
    tune, bar
        Where it stands in the corpus; the bar is counted from 1.
    terms : int
        Terms of the longest run of terms, rests included.
    """

    notes: int = 0
    chorus: str = ""
    tune: str = ""
    bar: int = 0
    terms: int = 0


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation found.

    Parameters
    ----------
    scores : Scores
        The numbers of every chorus.
    plan : Plan
        The choruses.
    reference : Reference
        What they are compared with.
    style : str
        Which of its styles.
    areas : dict of str to Overlap
        The nine distributions beside those of real windows; empty where there are too few of these.
    copied : Copied
        What is copied.
    """

    scores: Scores
    plan: Plan
    reference: Reference
    style: str
    areas: Mapping[str, Overlap]
    copied: Copied

    @cached_property
    def rows(self) -> list[Row]:
        """Every number against the reference."""
        return table(self.scores, self.reference.style(self.style))

    @cached_property
    def distance(self) -> tuple[float, float, float]:
        """The distance to real solos, with its interval."""
        return distance(self.scores, self.reference.style(self.style))

    @cached_property
    def aims(self) -> tuple[float, float, float]:
        """The same over `jazzgram.evaluation.measuring.AIMS` alone."""
        return distance(self.scores, self.reference.style(self.style), AIMS)

    def as_json(self) -> dict[str, Any]:
        """Give everything as JSON; what is not defined is null."""
        named = ("distance", "low", "high")
        return {
            "name": self.scores.name,
            "choruses": len(self.plan.choruses),
            "bars": self.plan.bars,
            "changes": self.plan.part,
            "against": {"source": self.reference.source, "part": self.reference.part, "style": self.style},
            "distance": dict(zip(named, map(_json, self.distance), strict=True)),
            "distance_aims": dict(zip(named, map(_json, self.aims), strict=True)),
            "rows": [{key: _json(value) for key, value in asdict(row).items()} for row in self.rows],
            "areas": {name: {key: _json(x) for key, x in asdict(area).items()} for name, area in self.areas.items()},
            "copied": asdict(self.copied) | {"longest_of_two_players": self.reference.longest_shared},
            "failures": list(self.scores.failures),
            "chorus": [{"tune": chorus.tune.title, "seed": chorus.seed} for chorus in self.plan.choruses],
            "values": {
                name: [_json(x) for x in self.scores.values[:, column].tolist()]
                for column, name in enumerate(self.scores.metrics)
            },
        }


def reference_for(pipeline: Pipeline, against: str, bars: int) -> Reference:
    """Give the reference that is asked for.

    Parameters
    ----------
    pipeline : Pipeline
        Whose training solos are measured for ``corpus``.
    against : str
        ``corpus``, the name of a bundled reference, or a file that ends in ``.json``.
    bars : int
        The length of what is compared.

    Raises
    ------
    JazzgramError
        Where there is none, or its windows have another length.
    """
    if against == "corpus":
        return _of_corpus(pipeline, bars)
    found = find(against)
    if found.bars != bars:
        raise JazzgramError(
            f"{against}: its windows have {found.bars} bars, the choruses {bars}; take --bars {found.bars}, or"
            " --against corpus, which measures windows of any length"
        )
    return found


def _of_corpus(pipeline: Pipeline, bars: int) -> Reference:
    metrics = load_metrics(UNCOPIED)
    key = content_key(
        engine=code_key("references"), corpus=pipeline.tokens.digest, bars=bars, metrics=parts_key(metrics)
    )
    path = cache_root() / "references" / f"{key}.json"
    if pipeline.use_cache and path.is_file():
        return Reference.read(path)
    found = Reference.of(
        pipeline.training_corpus.tunes,
        bars,
        source=pipeline.source.path.name,
        part="train",
        metrics=metrics,
        players=players_styles(),
        processes=pipeline.config.sections.execution.cores,
        progress=pipeline.listener.progress,
    )
    found.write(path)
    return Reference.read(path)  # it is written with six digits: the first evaluation has the same as the next


def evaluate(pipeline: Pipeline, ground: Ground, reference: Reference, style: str = ALL) -> Evaluation:
    """Let a pipeline play on held-out changes, and say how it compares.

    Parameters
    ----------
    pipeline : Pipeline
        What is evaluated.
    ground : Ground
        Choruses and metrics.
    reference : Reference
        Windows as long as the choruses.
    style : str
        Which of its styles.
    """
    reference.style(style)  # a mistake in its name is found before the work begins
    scores = ground.play(pipeline, pipeline.config.name)
    key = content_key(cell=ground.key(pipeline), real=_REAL, seed=ground.plan.choruses[0].seed)
    path = cache_root() / "evaluations" / f"{key}.json"
    if ground.use_cache and path.is_file():
        content = json.loads(path.read_text(encoding="utf-8"))
        areas = {name: Overlap(*(nan if x is None else x for x in row)) for name, row in content["areas"].items()}
        return Evaluation(scores, ground.plan, reference, style, areas, Copied(**content["copied"]))
    solos = [solo for solo in ground.choruses(pipeline).solos if solo is not None]
    real = _some_windows(ground)
    areas = compare(solos, real) if len(real) >= 3 else {}
    copied = _longest_copy(pipeline, ground, solos)
    rows = {name: [_json(x) for x in asdict(areas[name]).values()] for name in FEATURES if name in areas}
    write_whole(path, json.dumps({"areas": rows, "copied": asdict(copied)}))
    return Evaluation(scores, ground.plan, reference, style, areas, copied)


def _some_windows(ground: Ground) -> list[Solo]:
    """Cut windows of the training solos, and draw some, the same for every pipeline."""
    cut = [window for tune in ground.corpus.tunes for window in real_windows(tune, ground.plan.bars)]
    windows = [window for window in cut if window.meter == ground.plan.meter]
    rng = Random(f"{ground.plan.choruses[0].seed}/windows")
    return rng.sample(windows, _REAL) if len(windows) > _REAL else windows


def _longest_copy(pipeline: Pipeline, ground: Ground, solos: Sequence[Solo]) -> Copied:
    from jazzgram.evaluation.copying import CorpusRuns, TermRuns

    runs, terms = CorpusRuns(ground.corpus), TermRuns(pipeline.tokens)
    best = Copied(terms=max((terms.of(solo).longest for solo in solos), default=0))
    for solo in solos:
        for note in runs.by_note(solo):
            if note.notes > best.notes:
                best = Copied(note.notes, solo.title, note.tune, note.bar + 1, best.terms)
    return best


def _json(value: Any) -> Any:
    """JSON has no nan."""
    return None if isinstance(value, float) and not isfinite(value) else value
