"""A configuration, ready to run: the stages of `jazzgram.pipeline.stages`, cached."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from jazzgram.hooks.progress import Reporter
from jazzgram.pipeline.dependencies import STAGES, KnownStages
from jazzgram.resources.attached import attached
from jazzgram.resources.later import Later

# A first line of a session is `from jazzgram import Pipeline`: numpy, pydantic and all the stages are imported when the
# first configuration is loaded.
if TYPE_CHECKING:
    from jazzgram.config.config import Config
    from jazzgram.corpus.reading import Reading
    from jazzgram.corpus.token_table import TokenTable
    from jazzgram.hooks.calls import PluginCalls
    from jazzgram.hooks.token_model import TokenModel
    from jazzgram.hooks.vocabulary import Vocabulary
    from jazzgram.improvisation.accompaniment.band import Band
    from jazzgram.improvisation.given import Given
    from jazzgram.improvisation.observer import Observer
    from jazzgram.improvisation.reharmony.learned import Harmony
    from jazzgram.improvisation.target import Target
    from jazzgram.models.trained import DatasetSource, Training
    from jazzgram.music.labels import Labels
    from jazzgram.music.solo import Solo
    from jazzgram.music.term import Grammar
    from jazzgram.music.tune import Corpus, Tune
    from jazzgram.pipeline import sampling, stages
    from jazzgram.pipeline.run import Run
    from jazzgram.pipeline.stages import CorpusSource, TrainedModel
else:
    sampling, stages = Later("jazzgram.pipeline.sampling"), Later("jazzgram.pipeline.stages")


class Pipeline:
    """A configuration, ready to run; each stage is computed when it is first used, and cached.

    Parameters
    ----------
    config : Config
        From `jazzgram.config.check.load`; `Pipeline.load` reads it for you.
    use_cache : bool
        Whether to use a cached model that was trained on the same terms with the same options.
    reporter : Reporter or None
        Receives the progress; None for none.
    """

    def __init__(self, config: Config, use_cache: bool = True, reporter: Reporter | None = None) -> None:
        self.config = config
        self.use_cache = use_cache
        self.reporter = Reporter() if reporter is None else reporter
        self._known = KnownStages(config)
        self._calls: PluginCalls | None = None

    def __repr__(self) -> str:
        return f"<Pipeline {self.config.name!r}: known {str(self._known) or 'nothing yet'}>"

    @classmethod
    def load(
        cls,
        config: str | Path,
        *,
        settings: Sequence[str] | Mapping[str, Any] = (),
        plugins: Iterable[ModuleType] = (),
        use_cache: bool = True,
        reporter: Reporter | None = None,
        trust: bool = False,
        **sections: Any,
    ) -> Pipeline:
        """Read and check a configuration.

        Parameters
        ----------
        config : str or Path
            A YAML file, or the name of a bundled configuration.
        settings : sequence of str, or mapping
            ``key.path=value`` each, or values by their key; they override the file.
        plugins : iterable of ModuleType
            Plugins that are not installed; the configuration names them by their module's last name part.
        use_cache : bool
            See `Pipeline`.
        reporter : Reporter or None
            See `Pipeline`; is warned of options under old names.
        trust : bool
            Whether to run the plugin files, and connect to the Dask scheduler, that a ``run.yaml`` or a model's
            ``config.yaml`` names. It is remembered until a plugin file changes. Your own files need none.
        **sections
            Values by their key, which override the file and `settings`: ``seed=3, improvise={"bars": 8}``. A mapping
            sets only the keys that it has.

        Raises
        ------
        ConfigError
            With every mistake at once.

        Examples
        --------
        >>> pipeline = Pipeline.load("blues", seed=3, improvise={"bars": 8})
        >>> pipeline.config.sections.seed, pipeline.config.sections.improvise.bars
        (3, 8)
        """
        from jazzgram.config.check import load
        from jazzgram.config.files import locate
        from jazzgram.config.keywords import all_settings

        values = all_settings(settings, sections)
        return cls(load(locate(str(config)), values, plugins, trust=trust), use_cache, reporter)._warned()

    @classmethod
    def load_trained(
        cls,
        folder: str | Path,
        *,
        settings: Sequence[str] | Mapping[str, Any] = (),
        reporter: Reporter | None = None,
        trust: bool = False,
        **sections: Any,
    ) -> Pipeline:
        """Read a model folder that `train` wrote, with its configuration.

        Parameters
        ----------
        folder : str or Path
            The model's folder.
        settings, reporter, trust, **sections
            As in `load`; they override the folder's configuration.

        Raises
        ------
        JazzgramError
            Where the folder holds no whole model, or its configuration names another model plugin.
        """
        from jazzgram.config.check import load
        from jazzgram.config.files import locate
        from jazzgram.config.keywords import all_settings
        from jazzgram.pipeline.model_folder import CONFIG, read_model
        from jazzgram.pipeline.shipped import is_shipped

        values = all_settings(settings, sections)
        config = load(locate(str(Path(folder) / CONFIG)), values, trust=trust, received=True)
        pipeline = cls(config, reporter=reporter)._warned()
        trained = read_model(Path(folder), pipeline.config, pipeline.calls)
        return pipeline.given(trained=trained, shipped=trained if is_shipped(config) else None)

    def _warned(self) -> Pipeline:
        """Return this pipeline after its configuration's warnings were reported."""
        for warning in self.config.warnings:
            self.reporter.warn(warning)
        return self

    def given(self, config: Config | None = None, *, reporter: Reporter | None = None, **known: Any) -> Pipeline:
        """Return a pipeline that starts from known stages and reuses those of this one that are the same there.

        Parameters
        ----------
        config : Config or None
            Another configuration: stages that the difference does not affect are reused. None for the same.
        reporter : Reporter or None
            None for this one's.
        **known
            Stages by name: ``source``, ``reading``, ``harmony``, ``training``, ``trained``, ``tune``, ``target``,
            ``melody``, ``band``, ``sampled``. The stages after them are computed again.

        Examples
        --------
        ::

            pipeline.given(replace(pipeline.config, chain=chain))  # the same terms through another chain
        """
        if unknown := known.keys() - STAGES.keys():
            raise TypeError(f"no stage {', '.join(sorted(unknown))}; there are {', '.join(STAGES)}")
        other = Pipeline(config or self.config, self.use_cache, reporter or self.reporter)
        for name, value in known.items():
            other._known.put(name, value)
        other._reuse(self, without=known.keys())
        return other

    def reusing(self, *others: Pipeline) -> Pipeline:
        """Return this pipeline with the stages of others that are the same here."""
        found = self.given()
        for other in others:
            found._reuse(other)
        return found

    def _reuse(self, other: Pipeline, without: Collection[str] = ()) -> None:
        if self._calls is None and other._calls is not None and other._calls.has(self.config.plugins()):
            self._calls = other._calls
        self._known.take_from(other._known, without)

    def knows(self, name: str) -> bool:
        """Return whether a stage has been computed or given."""
        return name in self._known

    @property
    def calls(self) -> PluginCalls:
        """The plugin manager of this pipeline, with every plugin of its configuration."""
        if self._calls is None:
            from jazzgram.hooks.calls import PluginCalls

            self._calls = PluginCalls()
            for plugin in self.config.plugins():
                self._calls.add(plugin)
        return self._calls

    @property
    def source(self) -> CorpusSource:
        """The corpus section that is used and its file: the configured one, or its fallback."""
        return self._known.once("source", lambda: stages.locate_source(self.config, self.reporter))

    @property
    def reading(self) -> Reading:
        """The corpus, read and turned into terms."""
        return self._known.once("reading", self._read)

    def _read(self) -> Reading:
        from jazzgram.pipeline.changed import changed_since

        reading = stages.read_source(self.source, self.config, self.reporter, use_cache=self.use_cache)
        for warning in changed_since(self.config, reading):
            self.reporter.warn(warning)
        return reading

    @property
    def corpus(self) -> Corpus:
        """Every solo of the corpus."""
        return self.reading.corpus

    @property
    def training_corpus(self) -> Corpus:
        """The solos that the model is trained on; they are read when the first is asked for."""
        from jazzgram.corpus.parts import PartTunes
        from jazzgram.music.tune import Corpus

        return Corpus(PartTunes(lambda: self.reading, "train"))

    @property
    def tokens(self) -> TokenTable:
        """The terms of the corpus, in columns, with their vocabulary."""
        return self.reading.tokens

    @property
    def vocabulary(self) -> Vocabulary:
        """The distinct terms that the model predicts."""
        return self.trained.vocabulary if self.knows("trained") or self.shipped else self.tokens.vocabulary

    @property
    def training(self) -> Training:
        """How the model is trained on the corpus; see `trained` for the result."""
        return self._known.once("training", lambda: self._training(self.tokens, self.config.tokenizer.plugin.name))

    def _training(self, dataset: DatasetSource, tokenizer: str) -> Training:
        config, calls, reporter = self.config, self.calls, self.reporter
        return stages.plan_training(
            dataset, tokenizer, self.source, self.reading, config, calls, reporter, use_cache=self.use_cache
        )

    @property
    def trained(self) -> TrainedModel:
        """The trained model, shipped or from the cache if possible."""
        return self._known.once("trained", lambda: self.shipped or stages.fit(self.training))

    @property
    def shipped(self) -> TrainedModel | None:
        """The model that comes with jazzgram for this configuration, without its corpus; None where there is none."""
        from jazzgram.pipeline.shipped import read_shipped

        return self._known.once(
            "shipped", lambda: read_shipped(self.config, self.calls, self.reporter) if self.use_cache else None
        )

    @property
    def model(self) -> TokenModel:
        """The trained model itself."""
        return self.trained.model

    def train_on(self, dataset: DatasetSource, tokenizer: str) -> TokenModel:
        """Train the configuration's model on another dataset than its own terms, or load it from the cache.

        `tokenizer` tells how the dataset was tokenized, for the model's manifest.
        """
        return stages.fit(self._training(dataset, tokenizer)).model

    @property
    def harmony(self) -> Harmony:
        """The chord substitutions learned from the training tunes."""
        return self._known.once("harmony", lambda: stages.learn_harmony(self.reading))

    @property
    def tune(self) -> Tune:
        """The chart's tune, or the corpus's first: source of changes, tempo and accompaniment that are not given."""
        from jazzgram.pipeline.shipped import find_tune

        return self._known.once(
            "tune",
            lambda: find_tune(self.config, self.calls, self.reporter, self.shipped) or self.corpus.tunes[0],
        )

    @property
    def target(self) -> Target:
        """What is improvised over: meter, tempo, changes, title and key."""
        reharmonize = self.config.sections.improvise.reharmonize is not None
        return self._known.once(
            "target",
            lambda: stages.choose(self.config, self.tune, self.harmony if reharmonize else None, self.reporter),
        )

    @property
    def melody(self) -> Given | None:
        """The given melody over the target's changes; None where there is none."""
        return self._known.once("melody", lambda: stages.find_melody(self.config, self.target, self.calls))

    @property
    def persona(self) -> Labels:
        """Whom the take of the configuration's seed is like; empty before the model is trained."""
        from jazzgram.music.labels import NO_LABELS

        known = self.knows("trained")  # terms that are given need no model
        seed = self.config.sections.seed
        return sampling.find_persona(self.trained, self.target, self.config, seed, self.melody) if known else NO_LABELS

    @property
    def band(self) -> Band:
        """Who accompanies: the accompanists of a style or of the configuration, the tune's own tracks, or both."""
        return self._known.once("band", lambda: stages.choose_band(self.config, self.target, self.reporter))

    @property
    def sampled(self) -> Grammar:
        """The terms of the configuration's own seed."""
        return self._known.once("sampled", lambda: self.sample([self.config.sections.seed])[0])

    def train(self, out: str | Path | None = None) -> TokenModel:
        """Train the model, and write it to a folder for `load_trained` if one is named."""
        if out is not None:
            from jazzgram.pipeline.model_folder import write_model

            write_model(self.trained, self.resolved(self.config.sections.improvise.title), Path(out))
        return self.model

    def sample(self, seeds: Sequence[int], observer: Observer | None = None) -> list[Grammar]:
        """Sample a grammar over the changes for each seed; an observer receives each call."""
        trained, target, config, calls = self.trained, self.target, self.config, self.calls
        corpus, melody = (lambda: self.training_corpus), self.melody
        return sampling.sample_grammars(trained, target, config, calls, seeds, observer, corpus=corpus, melody=melody)

    def play(self, grammar: Grammar) -> Solo:
        """Run a sampled grammar through the chain: the terms of each bar, as many bars as there are changes.

        The solo is without accompaniment; `improvise` adds it.
        """
        return stages.realize_solo(
            grammar, self.target, self.config, self.calls, melody=self.melody, labels=self.persona
        )

    def improvise(self, grammar: Grammar | None = None) -> Run:
        """Improvise one solo over the configuration's changes.

        Parameters
        ----------
        grammar : Grammar or None
            Sampled terms to run through this chain; None to sample new ones.

        Returns
        -------
        Run
            The solo with its trace; nothing is written.
        """
        from jazzgram.pipeline.progress import stage
        from jazzgram.pipeline.run import Run
        from jazzgram.pipeline.trace import Trace

        trace = Trace(reporter=self.reporter)
        if grammar is None and not self.knows("sampled"):
            _ = self.trained
        target = self.target
        with stage(self.reporter, "improvise") as done:
            if grammar is None:
                grammar = self._known.once("sampled", lambda: self.sample([self.config.sections.seed], trace)[0])
            done(f"{len(target.changes)} bars, {sum(map(len, grammar))} terms")
        with stage(self.reporter, "chain") as done:
            solo = stages.realize_solo(grammar, target, self.config, self.calls, trace, self.melody, self.persona)
            done(f"{len(self.config.chain)} steps, {len(solo.notes)} notes")
            if not solo.notes:
                self.reporter.warn("The solo has no notes: see in trace.jsonl what samplers and steps did to it.")
        band = self.band
        with stage(self.reporter, "accompany") as done:
            solo = stages.accompany(solo, band, self.config.sections.seed, trace)
            names = ", ".join(track.name for track in solo.accompaniment) or "nobody"
            done(f"{'the tune' if band.own else band.style.name}: {names}")
        return Run(solo, replace(trace, reporter=None))

    def resolved(self, title: str | None) -> str:
        """Return the content of ``run.yaml`` under a title: every value of the configuration written out."""
        from jazzgram.pipeline.resolved import resolved_text

        band = self.band if self.knows("band") else None
        if self.shipped is not None:
            return resolved_text(self.config, self.config.corpus, None, None, title, band)
        model_key = self.training.key if self.knows("training") else None
        return resolved_text(self.config, self.source.part, self.reading, model_key, title, band)

    def measure(self, solo: Solo) -> dict[str, float]:
        """Measure a solo with the configuration's metrics."""
        from jazzgram.pipeline.measure import measure_solo

        corpus = self.corpus if self.shipped is None else self.training_corpus  # read only if a metric asks for it
        return measure_solo(solo, corpus, self.config.metrics, self.calls)

    def run(self, out: str | Path) -> Run:
        """Improvise a solo and write the folder of the run; return it with its trace, measures and files.

        `out` is created where it is missing. Files of the same name are replaced atomically.
        """
        run: Run = attached("Pipeline.run")(self, out)
        return run
