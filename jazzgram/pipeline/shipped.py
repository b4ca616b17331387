"""Models that come with jazzgram without the corpus that they were trained on: a configuration plays at once.

Such a model is found by the configuration alone: the name of its corpus in the registry, tokenizer, model and the seed
of its training. Nothing of the corpus is read, whether it is here or not; what needs it says where it comes from.
"""

from __future__ import annotations

from jazzgram.config.config import Config
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.progress import Reporter
from jazzgram.improvisation.target import chart_tune
from jazzgram.models.store import shipped_model
from jazzgram.music.notation.changes import parse_changes
from jazzgram.music.time import Meter
from jazzgram.music.tune import Bar, Tune, dropped_line
from jazzgram.pipeline.changed import changed_since
from jazzgram.pipeline.model_folder import read_model
from jazzgram.pipeline.progress import stage
from jazzgram.pipeline.stages import TrainedModel
from jazzgram.resources.cache import content_key


def configuration_key(config: Config) -> str:
    """Return the key of the shipped model of a configuration: of all that decides it but the corpus's own content.

    Empty where the model's plugin has no ``MODEL_VERSION``, or the corpus is split: a shipped model has learned all of
    it, and could not be compared with what is held out.
    """
    version, corpus = config.model.plugin.model_version, config.corpus
    if version is None or config.model.members or corpus.split is not None:
        return ""
    parts = {"reader": corpus.reader, "tokenizer": config.tokenizer, "model": config.model}
    return content_key(
        source=corpus.source,
        version=version,
        seed=config.sections.model.seed,
        **{name: [part.plugin.name, part.options.model_dump(mode="json")] for name, part in parts.items()},
    )


def is_shipped(config: Config) -> bool:
    """Return whether a model comes with jazzgram for a configuration, so that its corpus is not read."""
    return shipped_model(configuration_key(config)) is not None


def read_shipped(config: Config, calls: PluginCalls, reporter: Reporter) -> TrainedModel | None:
    """Read the shipped model of a configuration; None where there is none."""
    folder = shipped_model(configuration_key(config))
    if folder is None:
        return None
    with stage(reporter, "prepare") as done:
        trained = read_model(folder, config, calls)
        done(f"comes with jazzgram; trained on {trained.manifest['tunes']['train']} solos of {config.corpus.source}")
    for warning in changed_since(config, None):
        reporter.warn(warning)
    return trained


def find_tune(config: Config, calls: PluginCalls, reporter: Reporter, shipped: TrainedModel | None) -> Tune | None:
    """Return the tune that a configuration plays over; None where it is the corpus's first.

    That is the chart's, with a warning of what its reader left out; and with a shipped model the changes that are given
    as text, so that no corpus is needed.
    """
    section = config.sections.improvise
    if config.chart is not None:
        tune = chart_tune(config.chart, section, calls)
        if left_out := dropped_line(tune.dropped):
            reporter.warn(f"{tune.title}: {left_out}; `jazzgram corpus doctor` lists all")
        return tune
    if shipped is None or section.over_tune:
        return None
    meter = Meter() if section.meter is None else Meter.parse(section.meter)
    bars = tuple(Bar((), chords, meter) for chords in parse_changes(section.chords, meter))
    return Tune(section.title or config.name, bars)
