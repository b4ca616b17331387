"""Choruses on held-out changes: many solos of one pipeline, each over a tune outside the training part.

Every chorus has its own seed. Choruses are sampled side by side, and each is what it is by itself: the result depends
neither on the number of choruses nor on the number of processes. Sampled terms are cached by everything that
determines them, so that another chain over the same terms, as in an ablation, computes only the chain.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

from jazzgram.config.config import Config, Part
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
from jazzgram.pipeline.model_folder import write_model
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.pipeline.sampling import sample_excerpts
from jazzgram.resources.atomic import write_whole
from jazzgram.resources.cache import cache_root, content_key, read_entry
from jazzgram.resources.results import code_key

_BATCH = 13
"""Choruses that are sampled side by side: a step of 13 takes little longer than a step of one, and 50 choruses are
enough batches for four processes."""


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
    grammars: list[Grammar] = []
    for result in _in_batches(pipeline, plan, _sample_batch, [()] * len(plan.choruses), "choruses"):
        if isinstance(result, str):
            raise JazzgramError(result)
        grammars.append(result)
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
    played = list(_in_batches(pipeline, plan, _play_batch, grammars, ""))
    failures = [result for result in played if isinstance(result, str)]
    solos = [None if isinstance(result, str) else result for result in played]
    if len(failures) == len(solos):
        raise JazzgramError(f"no chorus comes through the chain; the first: {failures[0]}")
    return Played(tuple(solos), tuple(failures))


def _in_batches(
    pipeline: Pipeline, plan: Plan, play: Callable[..., list[Any]], grammars: Sequence[Grammar], what: str
) -> Iterator[Any]:
    """Sample or play the choruses of a plan wherever the configuration says; yield the results in order.

    Parameters
    ----------
    play : callable
        `_sample_batch` or `_play_batch`.
    grammars : sequence of Grammar
        For each chorus the terms that are played; empty where they are to be sampled.
    what : str
        What the progress is reported as; empty for work that is not worth other processes, unless they are asked for.
    """
    execution = pipeline.config.sections.execution
    if not what and execution.engine == "auto":
        execution = execution.model_copy(update={"engine": "local"})
    portable = not any(plugin.origin == "given" for plugin in pipeline.config.plugins())
    items = [
        (_without_melody(chorus.tune), chorus.seed, grammar)
        for chorus, grammar in zip(plan.choruses, grammars, strict=True)
    ]
    size = max(1, min(_BATCH, -(-len(items) // (2 * execution.cores))))
    tasks = [(first, tuple(items[first : first + size])) for first in range(0, len(items), size)]
    work = partial(_on_batch, play, _TrainedPipeline(pipeline), plan.bars)
    done: dict[int, list[Any]] = {}
    results = run(work, tasks, execution, count=len(tasks), portable=portable)
    with closing(results):
        for (first, _), result in results:
            if isinstance(result, Lost):
                raise JazzgramError(f"chorus {first + 1}: {result.reason}; set execution.engine to local")
            done[first] = result
            if what:
                pipeline.reporter.progress(sum(map(len, done.values())), len(items), what)
    for first in sorted(done):
        yield from done[first]


class _TrainedPipeline:
    """A trained pipeline, pickled as the files of a model folder, so that a process on another machine may load it."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline

    @cached_property
    def _files(self) -> tuple[tuple[str, bytes], ...]:
        pipeline = self.pipeline
        with tempfile.TemporaryDirectory(prefix="jazzgram-") as folder:
            text = pipeline.resolved(pipeline.config.sections.improvise.title)
            write_model(pipeline.trained, text, Path(folder), history=False)
            return tuple((file.name, file.read_bytes()) for file in sorted(Path(folder).iterdir()))

    def __reduce__(self) -> tuple[Any, ...]:
        return _loaded, (self._files, tuple(step.occurrence for step in _steps(self.pipeline.config)))


def _steps(config: Config) -> tuple[Step, ...]:
    return (*config.samplers, *config.critics, *config.chain)


@lru_cache(maxsize=1)
def _loaded(files: tuple[tuple[str, bytes], ...], occurrences: tuple[int, ...]) -> _TrainedPipeline:
    with tempfile.TemporaryDirectory(prefix="jazzgram-") as folder:
        for name, content in files:
            Path(folder, name).write_bytes(content)
        pipeline = Pipeline.load_trained(folder, trust=True)  # this run wrote it
        _ = pipeline.model
    # Of two steps of one plugin the second keeps its random generator where the first was taken out.
    config, numbers = pipeline.config, iter(occurrences)
    samplers, critics, chain = (
        tuple(replace(step, occurrence=next(numbers)) for step in steps)
        for steps in (config.samplers, config.critics, config.chain)
    )
    return _TrainedPipeline(pipeline.given(replace(config, samplers=samplers, critics=critics, chain=chain)))


_Item = tuple[Tune, int, Grammar]
"""Tune, seed and terms of a chorus."""


def _on_batch(
    play: Callable[..., list[Any]], trained: _TrainedPipeline, bars: int, task: tuple[int, tuple[_Item, ...]]
) -> list[Any]:
    first, batch = task
    pipelines = [pipeline_over(trained.pipeline, Chorus(tune, seed), bars) for tune, seed, _ in batch]
    return play(pipelines, [grammar for _, _, grammar in batch], first)


def _sample_batch(pipelines: Sequence[Pipeline], _: Sequence[Grammar], first: int) -> list[Grammar | str]:
    """Sample choruses; of one that fails the error's message takes the place."""
    if not pipelines[0].config.critics:
        with suppress(Exception):  # raised again below, by the chorus that it is about
            return [*_sample_together(pipelines)]
    return [_sample_one(pipeline, number) for number, pipeline in enumerate(pipelines, first + 1)]


def _sample_one(pipeline: Pipeline, number: int) -> Grammar | str:
    try:
        return pipeline.sample([pipeline.config.sections.seed])[0]
    except JazzgramError as error:
        return str(error)
    except Exception as error:
        return f"chorus {number}: {type(error).__name__}: {error} (a defect of the model or of a sampler)"


def _play_batch(pipelines: Sequence[Pipeline], grammars: Sequence[Grammar], _: int) -> list[Solo | str]:
    """Run choruses through the chain; of one on which a step fails the error's message takes the place."""
    return [_play_one(pipeline, grammar) for pipeline, grammar in zip(pipelines, grammars, strict=True)]


def _play_one(pipeline: Pipeline, grammar: Grammar) -> Solo | str:
    try:
        return pipeline.play(grammar)
    except StepError as error:
        return f"{pipeline.config.sections.improvise.title}: {error}"


def _sample_together(pipelines: Sequence[Pipeline]) -> list[Grammar]:
    """Sample one chorus of each pipeline; they differ in target and seed only."""
    first = pipelines[0]
    excerpts = [(pipeline.target, pipeline.config.sections.seed) for pipeline in pipelines]
    return sample_excerpts(first.trained, excerpts, first.config, first.calls)


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
