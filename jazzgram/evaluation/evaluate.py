"""The evaluation of a configuration: its choruses on held-out changes, measured and compared with real solos.

Costly results are cached by everything that determines them, so that the same evaluation returns at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from math import isfinite, nan
from pathlib import Path
from random import Random
from typing import Any

from jazzgram.errors import JazzgramError
from jazzgram.evaluation.benchmark import Benchmark
from jazzgram.evaluation.choruses import parts_key
from jazzgram.evaluation.copying import CorpusRuns, TermRuns
from jazzgram.evaluation.distribution import SOLO_FEATURES, Overlap, compare, solo_features
from jazzgram.evaluation.excerpts import cut_excerpts
from jazzgram.evaluation.metrics import AIMS, load_metrics
from jazzgram.evaluation.plan import Plan
from jazzgram.evaluation.reference import ALL, UNCOPIED, Reference, find_reference, players_styles
from jazzgram.evaluation.scores import Row, Scores, distance, table
from jazzgram.music.arrays import Floats
from jazzgram.music.solo import Solo
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.resources.atomic import write_whole
from jazzgram.resources.cache import cache_root, content_key, read_entry
from jazzgram.resources.results import code_key

_REAL = 100
"""Excerpts of real solos for the distributions: the cost grows with the square of their number."""


@dataclass(frozen=True)
class Copied:
    """The longest run of a set of choruses that occurs in the training tunes.

    Parameters
    ----------
    notes : int
        Notes of the longest run at any pitch.
    chorus : str
        The chorus that has it.
    tune, bar
        Where it occurs in the corpus; the bar is counted from 1.
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
    """The result of an evaluation.

    Parameters
    ----------
    scores : Scores
        The values of every chorus.
    plan : Plan
        The choruses.
    reference : Reference
        The real solos they are compared with.
    style : str
        The style within `reference`.
    areas : dict of str to Overlap
        The nine distributions against those of real excerpts; empty where there are too few of these.
    copied : Copied
        The longest copied run.
    """

    scores: Scores
    plan: Plan
    reference: Reference
    style: str
    areas: Mapping[str, Overlap]
    copied: Copied

    @cached_property
    def rows(self) -> list[Row]:
        """Every value against the reference."""
        return table(self.scores, self.reference.style(self.style))

    @cached_property
    def distance(self) -> tuple[float, float, float]:
        """The distance to real solos, with its interval."""
        return distance(self.scores, self.reference.style(self.style))

    @cached_property
    def aims(self) -> tuple[float, float, float]:
        """The same over `jazzgram.evaluation.metrics.AIMS` alone."""
        return distance(self.scores, self.reference.style(self.style), AIMS)

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON; what is not defined is null."""
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
    """Return a reference by name.

    Parameters
    ----------
    pipeline : Pipeline
        Its training solos are measured for ``corpus``.
    against : str
        ``corpus``, the name of a bundled reference, or a file that ends in ``.json``.
    bars : int
        The length of the choruses.

    Raises
    ------
    JazzgramError
        Where there is none, or its excerpts have another length.
    """
    if against == "corpus":
        return _of_corpus(pipeline, bars)
    found = find_reference(against)
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
    if pipeline.use_cache and (cached := read_entry(path, Reference.read, pipeline.reporter.warn)) is not None:
        return cached
    found = Reference.of(
        pipeline.training_corpus.tunes,
        bars,
        source=pipeline.source.path.name,
        part="train",
        metrics=metrics,
        players=players_styles(),
        execution=pipeline.config.sections.execution,
        progress=pipeline.reporter.progress,
    )
    found.write(path)
    return Reference.read(path)  # values are stored with six digits: the first evaluation reads the same as the next


def evaluate(pipeline: Pipeline, benchmark: Benchmark, reference: Reference, style: str = ALL) -> Evaluation:
    """Improvise on held-out changes and compare the choruses with real solos.

    Parameters
    ----------
    pipeline : Pipeline
        The pipeline that is evaluated.
    benchmark : Benchmark
        Choruses and metrics.
    reference : Reference
        Measured in excerpts as long as the choruses.
    style : str
        The style within `reference`.
    """
    reference.style(style)  # reports an unknown style before the work begins
    name = pipeline.config.name
    key = content_key(cell=benchmark.key(pipeline), real=_REAL, seed=benchmark.plan.choruses[0].seed)
    path = cache_root() / "evaluations" / f"{key}.json"
    if benchmark.use_cache and (cached := read_entry(path, _read_overlaps, pipeline.reporter.warn)) is not None:
        return Evaluation(benchmark.score(pipeline, name), benchmark.plan, reference, style, *cached)
    study = _Study(CorpusRuns(benchmark.corpus), TermRuns(pipeline.tokens))
    scores, studied = benchmark.study(pipeline, name, study)
    real = [solo_features(excerpt) for excerpt in _real_excerpts(benchmark)]
    areas = compare([features for features, _ in studied], real) if len(real) >= 3 else {}
    copied = _longest([found for _, found in studied])
    rows = {name: [_json(x) for x in asdict(areas[name]).values()] for name in SOLO_FEATURES if name in areas}
    write_whole(path, json.dumps({"areas": rows, "copied": asdict(copied)}))
    return Evaluation(scores, benchmark.plan, reference, style, areas, copied)


@dataclass(frozen=True)
class _Study:
    """What an evaluation makes of a solo besides its values: the features to compare, and its longest copied run."""

    notes: CorpusRuns
    terms: TermRuns

    def __call__(self, solo: Solo) -> tuple[dict[str, Floats], Copied]:
        longest = max(self.notes.by_note(solo), key=lambda note: note.notes, default=None)
        found = Copied(terms=self.terms.of(solo).longest)
        if longest is not None and longest.notes:
            found = Copied(longest.notes, solo.title, longest.tune, longest.bar + 1, found.terms)
        return solo_features(solo), found


def _longest(copies: Sequence[Copied]) -> Copied:
    """Return the longest copied run, the first of several, with the longest run of terms of any solo."""
    best = max(copies, key=lambda copied: copied.notes, default=Copied())
    return replace(best, terms=max((copied.terms for copied in copies), default=0))


def _read_overlaps(path: Path) -> tuple[dict[str, Overlap], Copied]:
    content = json.loads(path.read_text(encoding="utf-8"))
    areas = {name: Overlap(*(nan if x is None else x for x in row)) for name, row in content["areas"].items()}
    return areas, Copied(**content["copied"])


def _real_excerpts(benchmark: Benchmark) -> list[Solo]:
    """Return excerpts of the training solos, at most `_REAL`, the same for every pipeline."""
    cut = [excerpt for tune in benchmark.corpus.tunes for excerpt in cut_excerpts(tune, benchmark.plan.bars)]
    excerpts = [excerpt for excerpt in cut if excerpt.meter == benchmark.plan.meter]
    rng = Random(f"{benchmark.plan.choruses[0].seed}/windows")
    return rng.sample(excerpts, _REAL) if len(excerpts) > _REAL else excerpts


def _json(value: Any) -> Any:
    """Return None for nan and infinity, which JSON does not have."""
    return None if isinstance(value, float) and not isfinite(value) else value
