"""Choruses on held-out changes: many solos of one pipeline, each over a tune outside the training part.

Every chorus has its own seed. Choruses are sampled side by side, and each is what it is by itself: the result depends
neither on the number of choruses nor on the number of processes. A chorus is one task, from its first term to the last
number that is measured: what leaves the process that played it is its terms, as text, and what was made of it.
Terms are cached by everything that determines them, so that another chain over the same terms, as in an ablation,
computes only the chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from jazzgram.config.config import Part
from jazzgram.config.sections import Execution
from jazzgram.config.steps import Step
from jazzgram.corpus.workers import Lost, run
from jazzgram.errors import JazzgramError, StepError
from jazzgram.evaluation.plan import Chorus, Plan
from jazzgram.evaluation.portable import TrainedPipeline
from jazzgram.hooks.progress import Reporter
from jazzgram.hooks.token_model import label_kinds
from jazzgram.music.note import Origin
from jazzgram.music.solo import Solo
from jazzgram.music.term import Grammar, parse_terms
from jazzgram.music.tune import Tune
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.pipeline.sampling import sample_excerpts
from jazzgram.resources.atomic import write_whole
from jazzgram.resources.cache import cache_root, content_key, read_entry
from jazzgram.resources.results import code_key

_BATCH = 26
"""Choruses that are sampled side by side, at most: a step of 26 takes three times as long as a step of one. More gain
little, and are longer away before something moves on the screen."""

Terms = str
"""The terms of a chorus as text, a line for each bar."""
T = TypeVar("T")


@dataclass(frozen=True)
class Played(Generic[T]):
    """What was made of every chorus of a plan.

    Parameters
    ----------
    results : tuple of T or None
        In the order of the plan; None where a step of the chain failed.
    failures : tuple of str
        The errors of the failing steps, in that order.
    """

    results: tuple[T | None, ...]
    failures: tuple[str, ...] = ()


def itself(solo: Solo) -> Solo:
    """Return the solo, where nothing else is made of it."""
    return solo


def play_choruses(
    pipeline: Pipeline, plan: Plan, study: Callable[[Solo], T], execution: Execution | None = None
) -> Played[T]:
    """Sample the terms of every chorus, run them through the chain, and make something of each solo.

    Parameters
    ----------
    pipeline : Pipeline
        Its model is trained first where it is not. Its reporter receives the progress as stage ``choruses``.
    plan : Plan
        The choruses.
    study : callable
        Called with each solo where it was played, so that only its result is kept and sent; picklable. `itself` for
        the solos.
    execution : Execution or None
        Where to play; None: as the configuration says.

    Raises
    ------
    JazzgramError
        Where a sampler fails, with its step; where `study` fails, or no chorus comes through the chain.
    """
    path = cache_root() / "choruses" / f"{content_key(samples=sampling_key(pipeline), plan=plan.digest)}.json"
    known = read_entry(path, _read_terms, pipeline.reporter.warn) if pipeline.use_cache else None
    count = len(plan.choruses)
    outcomes: list[_Outcome | None] = [None] * count
    tasks = ((number, None if known is None else known[number]) for number in range(count))
    portable = not any(plugin.origin == "given" for plugin in pipeline.config.plugins())
    where = pipeline.config.sections.execution if execution is None else execution
    done = 0
    work = _Work.of(pipeline, plan, study)
    with closing(run(work, tasks, where, count=count, portable=portable, batch=_BATCH)) as results:
        for (number, _), outcome in results:
            if isinstance(outcome, Lost):
                raise JazzgramError(f"chorus {number + 1}: {outcome.reason}; set execution.engine to local")
            if outcome.fatal:
                raise JazzgramError(outcome.problem)
            outcomes[number] = outcome
            done += 1
            pipeline.reporter.progress(done, count, "choruses")
    found = [outcome for outcome in outcomes if outcome is not None]
    if known is None:
        write_whole(path, json.dumps([outcome.terms for outcome in found]))
    failures = tuple(outcome.problem for outcome in found if outcome.problem)
    if len(failures) == count:
        raise JazzgramError(f"no chorus comes through the chain; the first: {failures[0]}")
    return Played(tuple(outcome.result for outcome in found), failures)


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


class _Outcome(NamedTuple):
    """What came of a chorus."""

    terms: Terms
    """What was sampled; empty where it was known, or sampling failed."""
    result: Any = None
    """What was made of the solo."""
    problem: str = ""
    """Why there is no result; empty where there is one."""
    fatal: bool = False
    """Whether the problem is not a step's of the chain, so that the others have it, too."""


@dataclass(frozen=True)
class _Work:
    """What is done with each chorus; a task is a chorus's number with its terms, None where they are to be sampled."""

    trained: TrainedPipeline
    tunes: tuple[Tune, ...]
    choruses: tuple[tuple[int, int], ...]
    """The index of the tune, and the seed."""
    bars: int
    study: Callable[[Solo], Any]

    @classmethod
    def of(cls, pipeline: Pipeline, plan: Plan, study: Callable[[Solo], Any]) -> _Work:
        """Prepare the work on a plan: each tune once, without what another process does not need."""
        index: dict[int, int] = {}
        tunes: list[Tune] = []
        for chorus in plan.choruses:
            if id(chorus.tune) not in index:
                index[id(chorus.tune)] = len(tunes)
                tunes.append(_without_melody(chorus.tune))
        choruses = tuple((index[id(chorus.tune)], chorus.seed) for chorus in plan.choruses)
        return cls(TrainedPipeline(pipeline), tuple(tunes), choruses, plan.bars, study)

    def __call__(self, tasks: Sequence[tuple[int, Terms | None]]) -> list[_Outcome]:
        pipelines = [self._pipeline(number) for number, _ in tasks]
        if any(terms is None for _, terms in tasks):
            grammars: Sequence[Grammar | _Outcome] = _sample_batch(pipelines, [number for number, _ in tasks])
        else:
            grammars = [_read_grammar(terms or "") for _, terms in tasks]
        return [
            grammar if isinstance(grammar, _Outcome) else self._play(pipeline, grammar, known)
            for pipeline, grammar, (_, known) in zip(pipelines, grammars, tasks, strict=True)
        ]

    def _pipeline(self, number: int) -> Pipeline:
        tune, seed = self.choruses[number]
        return pipeline_over(self.trained.pipeline, Chorus(self.tunes[tune], seed), self.bars)

    def _play(self, pipeline: Pipeline, grammar: Grammar, known: Terms | None) -> _Outcome:
        title = pipeline.config.sections.improvise.title
        terms = _text(grammar) if known is None else ""
        try:
            return _Outcome(terms, self.study(pipeline.play(grammar)))
        except StepError as error:
            return _Outcome(terms, problem=f"{title}: {error}")
        except JazzgramError as error:
            return _Outcome(terms, problem=str(error), fatal=True)
        except Exception as error:
            problem = f"{title}: {type(error).__name__}: {error} (a defect of the tokenizer or of a metric)"
            return _Outcome(terms, problem=problem, fatal=True)


def _sample_batch(pipelines: Sequence[Pipeline], numbers: Sequence[int]) -> list[Grammar | _Outcome]:
    """Sample choruses; of one that fails the outcome takes the place."""
    if not pipelines[0].config.critics:
        with suppress(Exception):  # raised again below, by the chorus that it is about
            return [*_sample_together(pipelines)]
    return [_sample_one(pipeline, number) for pipeline, number in zip(pipelines, numbers, strict=True)]


def _sample_one(pipeline: Pipeline, number: int) -> Grammar | _Outcome:
    try:
        return pipeline.sample([pipeline.config.sections.seed])[0]
    except JazzgramError as error:
        return _Outcome("", problem=str(error), fatal=True)
    except Exception as error:
        problem = f"chorus {number + 1}: {type(error).__name__}: {error} (a defect of the model or of a sampler)"
        return _Outcome("", problem=problem, fatal=True)


def _sample_together(pipelines: Sequence[Pipeline]) -> list[Grammar]:
    """Sample one chorus of each pipeline; they differ in target and seed only."""
    first = pipelines[0]
    excerpts = [(pipeline.target, pipeline.config.sections.seed) for pipeline in pipelines]
    return sample_excerpts(first.trained, excerpts, first.config, first.calls)


def _without_melody(tune: Tune) -> Tune:
    """Drop what another process does not need."""
    bars = tuple(replace(bar, melody=()) for bar in tune.bars)
    return replace(tune, bars=bars, accompaniment=(), dropped=())


def _read_terms(path: Path) -> list[Terms]:
    found: list[Terms] = json.loads(path.read_text(encoding="utf-8"))
    if not all(isinstance(chorus, str) for chorus in found):
        raise TypeError(f"{path}: expected the terms of each chorus, as text")
    return found


def _text(grammar: Grammar) -> Terms:
    return "\n".join(" ".join(map(str, terms)) for terms in grammar)


def _read_grammar(text: Terms) -> Grammar:
    return tuple(
        tuple(replace(term, origin=Origin(bar, number)) for number, term in enumerate(parse_terms(line)))
        for bar, line in enumerate(text.split("\n"))
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
