"""Choruses on held-out changes: many solos of one pipeline, each over a tune that its model has never heard.

Every chorus has its own seed, and is sampled by itself: what comes out depends neither on how many there are nor on
how many processes work on them. Sampled terms are kept in the cache by all that decides them, so that another chain
over the same terms, as in an ablation, costs only itself.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from random import Random
from typing import Any

from jazzgram.config.config import Part
from jazzgram.config.execution import Execution
from jazzgram.config.steps import Step
from jazzgram.corpus.parts import PartTunes
from jazzgram.corpus.workers import Lost, run
from jazzgram.errors import JazzgramError, StepError
from jazzgram.hooks.progress import Listener
from jazzgram.improvise.target import target_meter
from jazzgram.music.chord import Chord
from jazzgram.music.note import Origin
from jazzgram.music.solo import Solo
from jazzgram.music.term import Grammar, parse_terms
from jazzgram.music.time import Meter
from jazzgram.music.tune import Bar, Tune
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.resources import atomic
from jazzgram.resources.cache import cache_root, content_key
from jazzgram.resources.results import code_key

OWN = "own"
"""Where the changes come from if nothing is held out: the configuration itself."""


@dataclass(frozen=True, slots=True)
class Chorus:
    """A chorus that is to be played.

    Parameters
    ----------
    tune : Tune
        Whose changes are played over, from its first bar and again from there where it has fewer bars than are wanted.
    seed : int
        Decides its terms, and what its chain leaves to chance.
    """

    tune: Tune
    seed: int


@dataclass(frozen=True)
class Plan:
    """The choruses of an evaluation: the same for every model, chain and baseline.

    Parameters
    ----------
    choruses : tuple of Chorus
        At least one.
    bars : int
        Of each chorus.
    meter : Meter
        Of every bar.
    part : str
        The part of the split that the tunes are from, or `OWN`.
    """

    choruses: tuple[Chorus, ...]
    bars: int
    meter: Meter
    part: str

    @cached_property
    def digest(self) -> str:
        """A hash of changes and seeds."""
        return content_key(
            bars=self.bars,
            choruses=[
                (
                    chorus.seed,
                    chorus.tune.tempo,
                    [
                        (chord.pitches, chord.symbol, chord.onset, chord.duration)
                        for chords in self.changes(chorus)
                        for chord in chords
                    ],
                )
                for chorus in self.choruses
            ],
        )

    def changes(self, chorus: Chorus) -> tuple[tuple[Chord, ...], ...]:
        """Give the chords of each bar of a chorus."""
        bars = [bar.chords for bar in chorus.tune.bars if bar.meter == self.meter]
        return tuple(bars[number % len(bars)] for number in range(self.bars))


def make_plan(pipeline: Pipeline, count: int, bars: int, seed: int, part: str = "validation") -> Plan:
    """Choose the changes and seeds of an evaluation.

    Parameters
    ----------
    pipeline : Pipeline
        Whose corpus, if it is split, gives the held-out tunes; else its own changes are taken, and its listener is
        warned.
    count : int
        How many choruses, 1 or more. The tunes are gone through in an order drawn by `seed`, as often as it takes.
    bars : int
        Of each chorus, 1 or more.
    seed : int
        Decides everything.
    part : str
        ``validation`` or ``test``.

    Returns
    -------
    Plan
        All in the meter that most of the tunes have; tunes in another one are left out.
    """
    tunes, found = list(PartTunes(lambda: pipeline.reading, part)), part
    if not tunes:
        tunes, found = [_own(pipeline)], OWN
        pipeline.listener.warn(
            f"The corpus has no {part} part: improvising over the configuration's own changes, which the model may"
            " have learned from. The numbers say nothing of changes it has never heard; name a corpus.split."
        )
    section = pipeline.config.sections.improvise.model_copy(update={"meter": None})
    meters = [target_meter(section, tune) for tune in tunes]
    meter = Counter(meters).most_common(1)[0][0]
    tunes = [tune for tune, other in zip(tunes, meters, strict=True) if other == meter]
    Random(f"{seed}/changes").shuffle(tunes)
    choruses = tuple(Chorus(tunes[number % len(tunes)], seed + number) for number in range(count))
    return Plan(choruses, bars, meter, found)


def _own(pipeline: Pipeline) -> Tune:
    target = pipeline.target
    return Tune(pipeline.config.name, tuple(Bar((), chords, target.meter) for chords in target.changes), target.tempo)


def over(pipeline: Pipeline, chorus: Chorus, bars: int) -> Pipeline:
    """Let a pipeline play over another tune with another seed; its model stays the one that was trained.

    Parameters
    ----------
    pipeline : Pipeline
        Whose model, samplers and chain are taken.
    chorus : Chorus
        The tune and the seed.
    bars : int
        How many are played.
    """
    sections = pipeline.config.sections
    target = {"chords": "source", "chart": None, "meter": None, "tempo": None, "bars": bars}
    improvise = sections.improvise.model_copy(update={**target, "title": f"{chorus.tune.title}, seed {chorus.seed}"})
    sections = sections.model_copy(update={"improvise": improvise, "seed": chorus.seed})
    _ = pipeline.trained  # known before, so that every chorus is played by the same model
    config = replace(pipeline.config, sections=sections, chart=None)
    return pipeline.given(config, listener=Listener(), tune=chorus.tune)


def sample(pipeline: Pipeline, plan: Plan) -> list[Grammar]:
    """Improvise the terms of every chorus, on all cores.

    Parameters
    ----------
    pipeline : Pipeline
        Its model is trained first where it is not. Its listener hears of the progress as stage ``choruses``.
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
    kept = cache_root() / "choruses" / f"{content_key(samples=sampling_key(pipeline), plan=plan.digest)}.json"
    if pipeline.use_cache and kept.is_file():
        return [_read_grammar(text) for text in json.loads(kept.read_text(encoding="utf-8"))]
    found: dict[int, Grammar] = {}
    execution = pipeline.config.sections.execution
    portable = not any(plugin.origin == "given" for plugin in pipeline.config.plugins())
    engine = "auto" if execution.engine == "dask" else execution.engine  # the model lies on this machine's disk
    with tempfile.TemporaryDirectory(prefix="jazzgram-") as folder:
        if portable:
            pipeline.train(folder)
        work = partial(_sample_one, _Player(pipeline, folder), plan.bars)
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
                pipeline.listener.progress(len(found), len(tasks), "choruses")
    grammars = [found[number] for number in range(len(tasks))]
    write_whole(kept, json.dumps([_grammar_text(grammar) for grammar in grammars]))
    return grammars


@dataclass(frozen=True)
class Played:
    """What a chain made of the terms of every chorus.

    Parameters
    ----------
    solos : tuple of Solo or None
        In the order of the plan; None where a step failed.
    failures : tuple of str
        What the failing steps said, in that order.
    """

    solos: tuple[Solo | None, ...]
    failures: tuple[str, ...] = ()


def play(pipeline: Pipeline, plan: Plan, grammars: Sequence[Grammar]) -> Played:
    """Take the terms of every chorus through the pipeline's chain.

    Raises
    ------
    JazzgramError
        Where no chorus comes through.
    """
    solos: list[Solo | None] = []
    failures = []
    for chorus, grammar in zip(plan.choruses, grammars, strict=True):
        try:
            solos.append(over(pipeline, chorus, plan.bars).play(grammar))
        except StepError as error:
            failures.append(f"{chorus.tune.title}, seed {chorus.seed}: {error}")
            solos.append(None)
    if len(failures) == len(solos):
        raise JazzgramError(f"no chorus comes through the chain; the first: {failures[0]}")
    return Played(tuple(solos), tuple(failures))


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
        feeding=[improvise.feedback, improvise.start, improvise.terms, improvise.prefix, improvise.restart],
    )


def parts_key(parts: Sequence[Part | Step]) -> list[Any]:
    """Give what decides what plugins do: the hook, the code and the options of each, in order."""
    return [
        [getattr(part, "hook", ""), part.plugin.fingerprint(), part.options.model_dump(mode="json")] for part in parts
    ]


def write_whole(path: Path, text: str) -> None:
    """Write a text file at once: whoever is stopped leaves the old one or none.

    Raises
    ------
    JazzgramError
        Where it cannot be written.
    """
    atomic.write_whole(path, text)


class _Player:
    """A trained pipeline, which loads itself from a model folder where it comes to another process."""

    def __init__(self, pipeline: Pipeline, folder: str) -> None:
        self.pipeline = pipeline
        self._folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return _loaded, (self._folder,)


@lru_cache(maxsize=1)
def _loaded(folder: str) -> _Player:
    return _Player(Pipeline.load_trained(folder), folder)


def _sample_one(player: _Player, bars: int, task: tuple[int, Chorus]) -> Grammar | str:
    """Sample a chorus; what goes wrong comes back as a message."""
    number, chorus = task
    try:
        return over(player.pipeline, chorus, bars).sample([chorus.seed])[0]
    except JazzgramError as error:
        return str(error)
    except Exception as error:
        return f"chorus {number + 1}: {type(error).__name__}: {error} (a defect of the model or of a sampler)"


def _without_melody(tune: Tune) -> Tune:
    """Leave out what need not go to another process."""
    bars = tuple(replace(bar, melody=()) for bar in tune.bars)
    return replace(tune, bars=bars, accompaniment=(), dropped=())


def _grammar_text(grammar: Grammar) -> list[str]:
    return [" ".join(map(str, terms)) for terms in grammar]


def _read_grammar(bars: Sequence[str]) -> Grammar:
    return tuple(
        tuple(replace(term, origin=Origin(bar, number)) for number, term in enumerate(parse_terms(text)))
        for bar, text in enumerate(bars)
    )
