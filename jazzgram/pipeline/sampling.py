"""The stage between model and chain: terms are sampled over the changes, by the persona of each take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from jazzgram.config.config import Config
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.token_model import TokenModel, label_kinds
from jazzgram.improvisation.given import Given, Guide
from jazzgram.improvisation.guided import Guided
from jazzgram.improvisation.line import Changes, Decoding
from jazzgram.improvisation.observer import Observer
from jazzgram.improvisation.persona import asked_labels, draw_persona
from jazzgram.improvisation.sampler import Improviser, Take
from jazzgram.improvisation.target import Target
from jazzgram.music.instruments import find_instrument
from jazzgram.music.labels import Labels
from jazzgram.music.note import Origin
from jazzgram.music.term import Grammar
from jazzgram.music.tune import Corpus
from jazzgram.pipeline.stages import TrainedModel


def find_persona(
    trained: TrainedModel, target: Target, config: Config, seed: int, melody: Given | None = None
) -> Labels:
    """Return whom the take of a seed is like; no labels where the model is not conditioned on any.

    Raises
    ------
    JazzgramError
        Where the configuration asks for a label that the model does not know.
    """
    section = config.sections.improvise
    with config.naming_options():
        asked = asked_labels(section.like, trained.model, config.model.plugin.name, trained.vocabulary)
    kinds = label_kinds(trained.model)
    if section.instrument and not asked.instrument:  # who plays it plays like its players, if the corpus has any
        instrument = find_instrument(section.instrument).name
        known = instrument in trained.vocabulary.names("instrument")
        asked = replace(asked, instrument=instrument if known else "")
    elif section.like is None and melody is not None:  # who played the given bars plays the others
        same = {kind: getattr(melody.labels, kind) for kind in kinds if kind != "tempo"}
        asked = Labels(**{kind: name for kind, name in same.items() if name in trained.vocabulary.names(kind)})
    return draw_persona(asked, kinds, trained.vocabulary, target.tempo, seed) if kinds else asked


def guided_model(trained: TrainedModel, config: Config) -> TokenModel:
    """Return the model as it is sampled from: its labels with the configured weight."""
    weight = config.sections.improvise.guidance
    return Guided(trained.model, weight) if weight != 1 and label_kinds(trained.model) else trained.model


def sample_grammars(
    trained: TrainedModel,
    target: Target,
    config: Config,
    calls: PluginCalls,
    seeds: Sequence[int],
    observer: Observer | None = None,
    *,
    corpus: Callable[[], Corpus],
    melody: Given | None = None,
) -> list[Grammar]:
    """Sample a grammar for each seed, steered by the critics if there are any.

    Parameters
    ----------
    trained, target, config, calls, seeds, observer
        See `jazzgram.improvisation.sampler.Improviser` and `jazzgram.improvisation.particles.Particles`.
    corpus : callable
        Returns the training tunes, for critics that study them.
    melody : Given or None
        From `find_melody`.
    """
    section, improvised, changes = config.sections.improvise, target.improvised, _free(target)
    over = None if melody is None else melody.over(improvised)
    guide = None if over is None or over.vary is None else Guide(over, trained.vocabulary)
    improviser = Improviser(config.samplers, calls, trained.vocabulary, observer, guide)
    personas = [find_persona(trained, target, config, seed, melody) for seed in seeds]
    decoding = Decoding.of(section, target.tempo, personas)
    model = guided_model(trained, config)
    locked = {} if over is None else over.locked
    if not config.critics or section.particles == 1:
        grammars = improviser.improvise(model, changes, target.meter, seeds, decoding, locked)
    else:
        from jazzgram.improvisation.critics import Critics
        from jazzgram.improvisation.particles import Particles
        from jazzgram.improvisation.search import Search

        critics, search = Critics(config.critics, calls, corpus), Search.of(section)
        steered = Particles(improviser, critics, search, trained.vocabulary, config.tokenizer, calls, observer)
        numbers = [bar for bar, free in enumerate(improvised) if free]
        grammars = steered.improvise(model, changes, target.meter, seeds, decoding, locked, numbers)
    return [_spread(grammar, improvised) for grammar in grammars]


def sample_excerpts(
    trained: TrainedModel, excerpts: Sequence[tuple[Target, int]], config: Config, calls: PluginCalls
) -> list[Grammar]:
    """Sample a grammar over each of several targets, in one batch; critics and given melodies have no part in it.

    Parameters
    ----------
    trained, config, calls
        As for `sample_grammars`; the configuration's samplers and decoding count for all.
    excerpts : sequence of (Target, int)
        What is played over, with the seed; all of one meter.

    Returns
    -------
    list of Grammar
        What `sample_grammars` returns for each of them alone.
    """
    takes = [
        Take(
            _free(target),
            Decoding.of(config.sections.improvise, target.tempo),
            seed,
            find_persona(trained, target, config, seed),
        )
        for target, seed in excerpts
    ]
    improviser = Improviser(config.samplers, calls, trained.vocabulary)
    grammars = improviser.improvise_takes(guided_model(trained, config), takes, excerpts[0][0].meter)
    return [_spread(grammar, target.improvised) for grammar, (target, _) in zip(grammars, excerpts, strict=True)]


def _free(target: Target) -> Changes:
    """Return the changes of the bars that are improvised."""
    return tuple(chords for chords, free in zip(target.changes, target.improvised, strict=True) if free)


def _spread(grammar: Grammar, improvised: Sequence[bool]) -> Grammar:
    """Put the sampled bars where they are played; the other bars have no terms."""
    if all(improvised):
        return grammar
    bars = iter(grammar)
    return tuple(
        tuple(replace(term, origin=Origin(number, index)) for index, term in enumerate(next(bars))) if free else ()
        for number, free in enumerate(improvised)
    )
