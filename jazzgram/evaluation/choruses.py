"""Choruses on held-out changes: many solos of one pipeline, each over a tune outside the training part.

Every chorus has its own seed and is sampled by itself: the result depends neither on the number of choruses nor on the
number of processes. Sampled terms are cached by everything that determines them, so that another chain over the same
terms, as in an ablation, computes only the chain.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jazzgram.config.config import Part
from jazzgram.config.sections import Execution
from jazzgram.config.steps import Step
from jazzgram.corpus.workers import Lost, run
from jazzgram.errors import JazzgramError, StepError
from jazzgram.evaluation.plan import Chorus, Plan
from jazzgram.hooks.progress import Reporter
from jazzgram.hooks.token_model import label_kinds
from jazzgram.music.note import Origin
from jazzgram.music.solo import Solo
from jazzgram.music.term import Grammar, parse_terms
from jazzgram.music.tune import Tune
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.resources.atomic import write_whole
from jazzgram.resources.cache import cache_root, content_key, read_entry
from jazzgram.resources.results import code_key


def pipeline_over(pipeline: Pipeline, chorus: Chorus, bars: int) -> Pipeline:
    """Return a pipeline over another tune with another seed; its model stays the one that was trained.

    Parameters
    ----------
    pipeline : Pipeline
        Its model, samplers and chain are used.
    chorus : Chorus
        The tune and the seed.
    bars : int
        The length of the chorus.
    """
    sections = pipeline.config.sections
    target: dict[str, Any] = {"chords": "source", "chart": None, "meter": None, "tempo": None, "bars": bars}
    target |= {"choruses": None, "head": False, "intro": 0, "ending": False, "key": None, "transpose": 0}  # an excerpt
    target |= {"given": None, "keep": [], "vary": None}
    improvise = sections.improvise.model_copy(update={**target, "title": f"{chorus.tune.title}, seed {chorus.seed}"})
    sections = sections.model_copy(update={"improvise": improvise, "seed": chorus.seed})
    _ = pipeline.trained  # known before, so that every chorus is played by the same model
    config = replace(pipeline.config, sections=sections, chart=None, given=None)
    return pipeline.given(config, reporter=Reporter(), tune=chorus.tune)


def sample_choruses(pipeline: Pipeline, plan: Plan) -> list[Grammar]:
    """Sample the terms of every chorus, on all cores.

    Parameters
    ----------
    pipeline : Pipeline
        Its model is trained first where it is not. Its reporter receives the progress as stage ``choruses``.
    plan : Plan
        The choruses.

    Returns
    -------
    list of Grammar
        In the order of the plan.

    Raises
    ------
    JazzgramError
        Where a sampler fails, with its step.
    """
    path = cache_root() / "choruses" / f"{content_key(samples=sampling_key(pipeline), plan=plan.digest)}.json"
    if pipeline.use_cache and (cached := read_entry(path, _read_grammars, pipeline.reporter.warn)) is not None:
        return cached
    found: dict[int, Grammar] = {}
    execution = pipeline.config.sections.execution
    portable = not any(plugin.origin == "given" for plugin in pipeline.config.plugins())
    engine = "auto" if execution.engine == "dask" else execution.engine  # the model lies on this machine's disk
    with tempfile.TemporaryDirectory(prefix="jazzgram-") as folder:
        if portable:
            pipeline.train(folder)
        work = partial(_sample_one, _TrainedPipeline(pipeline, folder), plan.bars)
        tasks = [
            (number, Chorus(_without_melody(chorus.tune), chorus.seed)) for number, chorus in enumerate(plan.choruses)
        ]
        results = run(
            work, tasks, Execution(engine=engine, workers=execution.workers), count=len(tasks), portable=portable
        )
        with closing(results):
            for (number, _), result in results:
                if isinstance(result, Lost):
                    raise JazzgramError(f"chorus {number + 1}: {result.reason}; set execution.engine to local")
                if isinstance(result, str):
                    raise JazzgramError(result)
                found[number] = result
                pipeline.reporter.progress(len(found), len(tasks), "choruses")
    grammars = [found[number] for number in range(len(tasks))]
    write_whole(path, json.dumps([[" ".join(map(str, terms)) for terms in grammar] for grammar in grammars]))
    return grammars


@dataclass(frozen=True)
class Played:
    """What a chain made of the terms of every chorus.

    Parameters
    ----------
    solos : tuple of Solo or None
        In the order of the plan; None where a step failed.
    failures : tuple of str
        The errors of the failing steps, in that order.
    """

    solos: tuple[Solo | None, ...]
    failures: tuple[str, ...] = ()


def play_choruses(pipeline: Pipeline, plan: Plan, grammars: Sequence[Grammar]) -> Played:
    """Run the terms of every chorus through the pipeline's chain.

    Raises
    ------
    JazzgramError
        Where no chorus comes through.
    """
    solos: list[Solo | None] = []
    failures = []
    for chorus, grammar in zip(plan.choruses, grammars, strict=True):
        try:
            solos.append(pipeline_over(pipeline, chorus, plan.bars).play(grammar))
        except StepError as error:
            failures.append(f"{chorus.tune.title}, seed {chorus.seed}: {error}")
            solos.append(None)
    if len(failures) == len(solos):
        raise JazzgramError(f"no chorus comes through the chain; the first: {failures[0]}")
    return Played(tuple(solos), tuple(failures))


class _TrainedPipeline:
    """A trained pipeline that other processes load from a model folder."""

    def __init__(self, pipeline: Pipeline, folder: str) -> None:
        self.pipeline = pipeline
        self._folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return _loaded, (self._folder,)


@lru_cache(maxsize=1)
def _loaded(folder: str) -> _TrainedPipeline:
    return _TrainedPipeline(Pipeline.load_trained(folder, trust=True), folder)  # this run wrote it


def _sample_one(trained: _TrainedPipeline, bars: int, task: tuple[int, Chorus]) -> Grammar | str:
    """Sample a chorus; return an error as its message."""
    number, chorus = task
    try:
        return pipeline_over(trained.pipeline, chorus, bars).sample([chorus.seed])[0]
    except JazzgramError as error:
        return str(error)
    except Exception as error:
        return f"chorus {number + 1}: {type(error).__name__}: {error} (a defect of the model or of a sampler)"


def _without_melody(tune: Tune) -> Tune:
    """Drop what another process does not need."""
    bars = tuple(replace(bar, melody=()) for bar in tune.bars)
    return replace(tune, bars=bars, accompaniment=(), dropped=())


def _read_grammars(path: Path) -> list[Grammar]:
    return [_read_grammar(text) for text in json.loads(path.read_text(encoding="utf-8"))]


def _read_grammar(bars: Sequence[str]) -> Grammar:
    return tuple(
        tuple(replace(term, origin=Origin(bar, number)) for number, term in enumerate(parse_terms(text)))
        for bar, text in enumerate(bars)
    )


def sampling_key(pipeline: Pipeline) -> str:
    """Hash all that decides the terms of a chorus, save changes and seed: weights, samplers, and how it is fed."""
    digest = hashlib.sha256("\n".join(map(str, pipeline.vocabulary.terms)).encode())
    for name, weight in sorted(pipeline.model.weights().items()):
        digest.update(name.encode())
        digest.update(weight.tobytes())
    improvise = pipeline.config.sections.improvise
    return content_key(
        engine=code_key("choruses"),
        weights=digest.hexdigest(),
        model=parts_key([pipeline.config.model]),
        samplers=parts_key(pipeline.config.samplers),
        critics=parts_key(pipeline.config.critics),
        feeding=[improvise.feedback, improvise.start, improvise.terms, improvise.prefix, improvise.restart],
        particles=[improvise.particles, improvise.resampling, improvise.phrase] if pipeline.config.critics else None,
        labels=[
            list(map(str, pipeline.vocabulary.labels)) if label_kinds(pipeline.model) else [],
            improvise.like and improvise.like.model_dump(),
            improvise.guidance,
        ],
    )


def parts_key(parts: Sequence[Part | Step]) -> list[Any]:
    """Return what determines the effect of plugins: the hook, the code and the options of each, in order."""
    return [
        [getattr(part, "hook", ""), part.plugin.fingerprint(), part.options.model_dump(mode="json")] for part in parts
    ]
