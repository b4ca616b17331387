"""The data flow: each stage is a value, each step a function of nothing but its arguments.

    locate_source    corpus section          -> CorpusSource
    read_source      CorpusSource, tokenizer -> Reading (corpus and terms)
    fit              Training                -> TrainedModel
    choose           tune, harmony           -> Target (meter, tempo, changes)
    sample_grammars  TrainedModel, Target    -> grammars (`jazzgram.pipeline.sampling`)
    realize_solo     grammar, Target         -> Solo, without accompaniment
    choose_band      Target                  -> Band
    accompany        Solo, Band              -> Solo

`jazzgram.pipeline.pipeline.Pipeline` calls them in this order and caches their results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jazzgram.config.config import Config, CorpusPart
from jazzgram.config.sections import ChartSection
from jazzgram.config.styles import find_style
from jazzgram.corpus.items import find_source
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.progress import Reporter
from jazzgram.hooks.token_model import Epoch, TokenModel
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.improvisation.accompaniment.band import Band, remarks, style_players
from jazzgram.improvisation.chain import Chain
from jazzgram.improvisation.given import Given, given_melody
from jazzgram.improvisation.line import Changes
from jazzgram.improvisation.observer import Observer
from jazzgram.improvisation.realize import join_notes, realize
from jazzgram.improvisation.target import (
    Target,
    choose_target,
    empty_solo,
    find_player,
    learned_harmony,
    own_band,
    read_tune,
    reharmonized,
    target_style,
)
from jazzgram.models.trained import DatasetSource, Training, read_epochs
from jazzgram.music.chord import join_bars
from jazzgram.music.instruments import octaves_into_range
from jazzgram.music.labels import NO_LABELS, Labels
from jazzgram.music.solo import Solo
from jazzgram.music.term import Grammar
from jazzgram.music.tune import Tune
from jazzgram.pipeline.progress import stage
from jazzgram.resources.frozen import dataclass

if TYPE_CHECKING:
    from jazzgram.corpus.reading import Reading
    from jazzgram.improvisation.reharmony.learned import Harmony


@dataclass(frozen=True)
class CorpusSource:
    """Where the corpus is read from.

    Parameters
    ----------
    part : CorpusPart
        The corpus section that is used: the configured one, or its fallback.
    path : Path
        Its file or folder.
    """

    part: CorpusPart
    path: Path


@dataclass(frozen=True)
class TrainedModel:
    """A model that can be sampled from.

    Parameters
    ----------
    model : TokenModel
        With weights.
    vocabulary : Vocabulary
        What it predicts.
    training : Training or None
        How it was trained; None for a model that was read from a folder.
    stored : mapping
        The manifest of that folder; empty for another model.
    """

    model: TokenModel
    vocabulary: Vocabulary
    training: Training | None = None
    stored: Mapping[str, Any] = field(default_factory=dict)

    @property
    def manifest(self) -> Mapping[str, Any]:
        """How it was trained, as JSON."""
        return self.stored if self.training is None else self.training.manifest()

    @property
    def epochs(self) -> Sequence[Epoch]:
        """The epochs of its training."""
        return read_epochs(self.manifest["history"]) if self.training is None else self.training.epochs()


def locate_source(config: Config, reporter: Reporter) -> CorpusSource:
    """Find the corpus, or its fallback where it is not available; see `jazzgram.corpus.items.find_source`."""
    return CorpusSource(*find_source(config.corpus, reporter))


def read_source(source: CorpusSource, config: Config, reporter: Reporter, *, use_cache: bool) -> Reading:
    """Read the corpus and turn it into terms; see `jazzgram.corpus.reading.read`."""
    from jazzgram.corpus import reading

    with stage(reporter, "read") as done:
        found = reading.read(
            source.part,
            source.path,
            config.tokenizer,
            config.sections.execution,
            reporter,
            use_cache=use_cache,
        )
        done(f"{source.path.name}: {found.summary}")
    return found


def plan_training(
    dataset: DatasetSource,
    tokenizer: str,
    source: CorpusSource,
    reading: Reading,
    config: Config,
    calls: PluginCalls,
    reporter: Reporter,
    *,
    use_cache: bool,
) -> Training:
    """Return how the configuration's model is to be trained; nothing is trained.

    Parameters
    ----------
    dataset : DatasetSource
        The data it is fitted to.
    tokenizer : str
        How the dataset was tokenized, for the model's manifest.
    source, reading
        The origin of the dataset.
    config, calls, reporter, use_cache
        As in `jazzgram.pipeline.pipeline.Pipeline`.
    """
    facts = {
        "tokenizer": tokenizer,
        "corpus": source.part.source,
        "corpus_digest": reading.digest,
        "tunes": reading.report.parts,
    }
    sections = config.sections
    return Training(
        config.model, calls, dataset, sections.model.seed, facts, reporter, use_cache, sections.execution.devices
    )


def fit(training: Training) -> TrainedModel:
    """Train a model, or load it from the cache or from the shipped models."""
    with stage(training.reporter, "prepare" if training.use_cache and training.stored() else "train") as done:
        model, how = training.trained()
        done(how)
    return TrainedModel(model, training.tokens.vocabulary, training)


def learn_harmony(reading: Reading) -> Harmony:
    """Learn chord substitutions; see `jazzgram.improvisation.target.learned_harmony`."""
    return learned_harmony(reading)


def choose(config: Config, tune: Tune, harmony: Harmony | None, reporter: Reporter) -> Target:
    """Choose what is improvised over.

    Parameters
    ----------
    config : Config
        See its section ``improvise``.
    tune : Tune
        The chart's, or the corpus's first.
    harmony : Harmony or None
        From `learn_harmony`; None where nothing is to be reharmonized.
    reporter : Reporter
        Is warned of bars that are left out.
    """

    def substitute(chorus: Changes) -> Changes:
        section = config.sections.improvise.reharmonize
        if section is None or harmony is None:
            return chorus
        with stage(reporter, "reharmonize") as done:
            proposal = reharmonized(chorus, section, harmony, config.sections.seed)
            done(proposal.summary)
        return proposal.bars

    return choose_target(config, tune, substitute, reporter)


def find_melody(config: Config, target: Target, calls: PluginCalls) -> Given | None:
    """Return the given melody over the target's changes; None where the configuration names none."""
    section = config.sections.improvise
    if config.given is None:
        return None
    if isinstance(config.given, Path):
        from jazzgram.pipeline.trace_file import read_trace

        melody: Solo | Tune = read_trace(config.given)[0]
    else:
        title = section.given.tune if isinstance(section.given, ChartSection) else None
        melody = read_tune(config.given, title, calls, "improvise.given")
    return given_melody(melody, target.changes, target.meter, config.tokenizer, calls, section.keep, section.vary)


def realize_solo(
    grammar: Grammar,
    target: Target,
    config: Config,
    calls: PluginCalls,
    observer: Observer | None = None,
    melody: Given | None = None,
    labels: Labels = NO_LABELS,
) -> Solo:
    """Run a sampled grammar through the chain.

    Parameters
    ----------
    grammar : Grammar
        The terms of each bar, as many bars as there are changes.
    target : Target
        What is played over.
    config : Config
        Its tokenizer and chain are used.
    calls : PluginCalls
        Has their plugins.
    observer : Observer or None
        Receives each call.
    melody : Given or None
        From `find_melody`: its kept bars take the place of those that came through the steps for single bars.
    labels : Labels
        Whom the take is like; its instrument plays.

    Returns
    -------
    Solo
        Without accompaniment.
    """
    seed, meter, changes = config.sections.seed, target.meter, target.changes
    player = find_player(config.sections.improvise, labels)
    solo = empty_solo(target, player, labels)
    head = target.head
    if player is not None:  # no step touches composed bars: the melody moves as a whole
        move = octaves_into_range([note.pitch for notes in head.values() for note in notes], player)
        head = {bar: tuple(replace(note, pitch=note.pitch + move) for note in notes) for bar, notes in head.items()}
    grammar = tuple(terms if free else () for terms, free in zip(grammar, target.improvised, strict=True))
    chain = Chain(config.chain, calls, seed, observer)
    pruned = chain.prune_grammar(grammar, changes, meter)
    bars = realize(pruned, changes, meter, config.tokenizer, calls, seed, observer, head)
    bars = chain.prune_notes(bars, changes, meter, head)
    if melody is not None:
        bars = melody.kept(bars, observer)
    straight = target_style(config.sections.improvise, config.sections.accompany, target, Reporter()).straight
    notes, notated = chain.clean_up_notes(
        join_notes(bars, meter), solo.chords, meter, target.tempo, target.form, straight
    )
    return replace(solo, notes=notes, notated=notated, grammar=grammar)


def choose_band(config: Config, target: Target, reporter: Reporter) -> Band:
    """Choose who accompanies.

    Parameters
    ----------
    config : Config
        See its section ``accompany``.
    target : Target
        Its tune's own band plays over its own changes, unless the configuration says otherwise.
    reporter : Reporter
        Is warned of a style that is unknown, a meter without patterns and chords that cannot be read.
    """
    sections = config.sections
    own = own_band(sections.improvise, sections.accompany, target)
    needed = own is None or own.is_completed
    drums = sections.accompany.drums
    if own is not None and isinstance(drums, str):
        style = find_style(drums)
    else:
        style = target_style(sections.improvise, sections.accompany, target, reporter if needed else Reporter())
    players = config.players or style_players(style)
    band = Band(style, players, sections.accompany.ratio, own)
    if needed:
        for remark in remarks(band, join_bars(target.changes, target.meter.bar), target.meter):
            reporter.warn(remark)
    return band


def accompany(solo: Solo, band: Band, seed: int, observer: Observer | None = None) -> Solo:
    """Return a solo with its accompaniment; see `jazzgram.improvisation.accompaniment.band.Band.play`."""
    return replace(solo, accompaniment=band.play(solo, seed, observer))
