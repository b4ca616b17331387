"""One run, top to bottom: source file, corpus, grammar, model, solo, files."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from random import Random
from types import ModuleType
from typing import TYPE_CHECKING, Any

from jazzgram.config.check import load
from jazzgram.config.config import Config, CorpusPart
from jazzgram.config.files import locate
from jazzgram.corpus.sources import find_source
from jazzgram.errors import JazzgramError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.progress import Listener
from jazzgram.hooks.token_model import TokenModel
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.improvise.chain import Chain
from jazzgram.improvise.realize import realise
from jazzgram.improvise.sampler import Changes, Feeding, Sampler
from jazzgram.improvise.target import (
    chart_tune,
    learned_harmony,
    reharmonized,
    target_accompaniment,
    target_chorus,
    target_key,
    target_meter,
)
from jazzgram.models.store import load_model, save_model
from jazzgram.models.trained import Lessons, Training, build
from jazzgram.music.chord import Chord, join_bars
from jazzgram.music.corpus import Corpus, Tune
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.term import Grammar, Term
from jazzgram.music.time import Meter
from jazzgram.pipeline.measure import measure_solo
from jazzgram.pipeline.results import Improvisation as Improvisation
from jazzgram.pipeline.results import Run as Run
from jazzgram.pipeline.trace import Trace

if TYPE_CHECKING:
    from jazzgram.corpus.reading import Reading
    from jazzgram.corpus.token_table import TokenTable
    from jazzgram.improvise.reharmony import Harmony

_KEPT_CONFIG = "config.yaml"
"""The configuration that stands beside a model's weights."""


@dataclass
class Pipeline:
    """A configuration, ready to run; each stage is computed when it is first asked for.

    Parameters
    ----------
    config : Config
        From `jazzgram.config.check.load`; `Pipeline.load` reads it for you.
    use_cache : bool
        Whether a model trained before on the same terms with the same options is used again.
    listener : Listener
        Hears of the progress.

    Examples
    --------
    ::

        pipeline = Pipeline.load("blues")
        solo = pipeline.improvise().solo
        pipeline.run("out/blues")
    """

    config: Config
    use_cache: bool = True
    listener: Listener = field(default_factory=Listener)

    @classmethod
    def load(
        cls,
        config: str | Path,
        *,
        settings: Sequence[str] = (),
        plugins: Iterable[ModuleType] = (),
        use_cache: bool = True,
        listener: Listener | None = None,
    ) -> Pipeline:
        """Read and check a configuration.

        Parameters
        ----------
        config : str or Path
            A YAML file, or the name of a bundled configuration.
        settings : sequence of str
            ``key.path=value`` each; they beat the file.
        plugins : iterable of ModuleType
            Plugins that are not installed; the configuration names them by their module's last name part.
        use_cache : bool
            See `Pipeline`.
        listener : Listener or None
            See `Pipeline`.

        Raises
        ------
        ConfigError
            With every mistake at once.
        """
        return cls(load(locate(str(config)), settings, plugins), use_cache, listener or Listener())

    @classmethod
    def load_trained(
        cls, folder: str | Path, *, settings: Sequence[str] = (), listener: Listener | None = None
    ) -> Pipeline:
        """Take a model folder that `train` wrote, with the configuration kept in it.

        Parameters
        ----------
        folder : str or Path
            The model's folder.
        settings : sequence of str
            ``key.path=value`` each; they beat the kept configuration.
        listener : Listener or None
            See `Pipeline`.

        Raises
        ------
        JazzgramError
            Where the folder holds no whole model, or its configuration names another model plugin.
        """
        stored = load_model(Path(folder))
        pipeline = cls.load(Path(folder) / _KEPT_CONFIG, settings=settings, listener=listener)
        plugin = pipeline.config.model.plugin
        made_by = stored.manifest.get("model")
        if Path(str(made_by)).name != Path(plugin.name).name:  # a local plugin's path has become an absolute one
            raise JazzgramError(
                f"{folder}: the model was made by {made_by!r}; its {_KEPT_CONFIG} names {plugin.name!r}"
            )
        model = build(pipeline.config.model, pipeline.calls, stored.vocabulary)
        model.load(stored.weights)
        pipeline.__dict__.update(vocabulary=stored.vocabulary, model=model)
        return pipeline

    def train(self, out: str | Path | None = None) -> TokenModel:
        """Train the model, and keep it in a folder for `load_trained` if one is named."""
        from jazzgram.models import history_files
        from jazzgram.pipeline.output import resolved_text

        model, sections = self.model, self.config.sections
        if out is not None:
            save_model(
                Path(out),
                weights=model.weights(),
                vocabulary=self.vocabulary,
                manifest=self.training.manifest(),
                extra={
                    _KEPT_CONFIG: resolved_text(self, sections.improvise.title),
                    **history_files(self.training.history),
                },
            )
        return model

    @cached_property
    def calls(self) -> PluginCalls:
        """The plugin manager of this pipeline, with every plugin of its configuration."""
        calls = PluginCalls()
        for plugin in self.config.plugins():
            calls.add(plugin)
        return calls

    @cached_property
    def source(self) -> tuple[CorpusPart, Path]:
        """The corpus section that is used and its file: the configured one, or its fallback."""
        return find_source(self.config.corpus, self.listener)

    @cached_property
    def reading(self) -> Reading:
        """The corpus that is learned from, read and turned into terms."""
        from jazzgram.corpus.reading import read

        with self._stage("read") as done:
            part, path = self.source
            found = read(
                part,
                path,
                self.config.tokenizer,
                self.config.sections.execution,
                self.listener,
                use_cache=self.use_cache,
            )
            done(f"{path.name}: {found.summary}")
        return found

    @property
    def corpus(self) -> Corpus:
        """The solos that are learned from."""
        return self.reading.corpus

    @property
    def tokens(self) -> TokenTable:
        """The terms of the corpus, in columns, with their vocabulary."""
        return self.reading.tokens

    @property
    def grammar(self) -> Iterator[tuple[Term, ...]]:
        """The terms of the corpus, bar by bar, tune after tune."""
        return self.tokens.grammar()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The distinct terms of what is trained on."""
        return self.tokens.vocabulary

    @cached_property
    def training(self) -> Training:
        """What the model learns, how, and what came of it."""
        return self._training(self.tokens, self.config.tokenizer.plugin.name)

    def _training(self, lessons: Lessons, tokenizer: str) -> Training:
        config = self.config
        facts = {
            "tokenizer": tokenizer,
            "corpus": self.source[0].source,
            "corpus_digest": self.reading.digest,
            "tunes": self.reading.report.parts,
        }
        return Training(
            config.model,
            self.calls,
            lessons,
            config.sections.model.seed,
            facts,
            self.listener,
            self.use_cache,
            config.sections.execution.devices,
        )

    @cached_property
    def model(self) -> TokenModel:
        """The trained model, from the cache where it is there."""
        return self._trained(self.training)

    def trained_on(self, lessons: Lessons, tokenizer: str) -> TokenModel:
        """Give the configuration's model, trained on other lessons than its own terms, or taken from the cache.

        Parameters
        ----------
        lessons : Lessons
            What it learns.
        tokenizer : str
            What the model's manifest says of how they were made.
        """
        return self._trained(self._training(lessons, tokenizer))

    def _trained(self, training: Training) -> TokenModel:
        with self._stage("train") as done:
            model, how = training.obtain()
            done(how)
        return model

    @property
    def tempo(self) -> float:
        """Quarter notes per minute of the solo."""
        return self.config.sections.improvise.tempo or self.tune.tempo

    @cached_property
    def meter(self) -> Meter:
        """The meter of the solo."""
        return target_meter(self.config.sections.improvise, self.tune)

    @cached_property
    def tune(self) -> Tune:
        """The chart's tune, or the corpus's first: where changes, tempo and accompaniment come from if not given."""
        chart = self.config.chart
        if chart is None:
            return self.corpus.tunes[0]
        return chart_tune(chart, self.config.sections.improvise, self.calls)

    @property
    def title(self) -> str:
        """What stands at the head of the score."""
        sections = self.config.sections
        if sections.improvise.title is not None:
            return sections.improvise.title
        name = self.config.name.replace("_", " ").capitalize() if self.config.chart is None else self.tune.title
        return f"{name}, take {sections.seed}"

    @cached_property
    def harmony(self) -> Harmony:
        """What the tunes that are trained on know of chords that may stand for others."""
        return learned_harmony(self.reading)

    @cached_property
    def changes(self) -> Changes:
        """The chords to play over, bar by bar, as often as the bars ask for."""
        improvise = self.config.sections.improvise
        chorus = target_chorus(improvise, self.tune, self.meter, self.listener)
        if improvise.reharmonize is not None:
            with self._stage("reharmonize") as done:
                proposal = reharmonized(chorus, improvise.reharmonize, self.harmony, self.config.sections.seed)
                chorus = proposal.bars
                done(proposal.summary)
        return tuple(chorus[bar % len(chorus)] for bar in range(improvise.bars or len(chorus)))

    def sample(self, seeds: Sequence[int]) -> list[Grammar]:
        """Improvise a grammar over the changes for each seed."""
        improvise = self.config.sections.improvise
        feeding = Feeding(
            improvise.feedback,
            None if improvise.start is None else Term.parse(improvise.start),
            improvise.terms,
            None if improvise.prefix is None else Term.parse(improvise.prefix),
            improvise.restart,
            self.tempo,
        )
        model, changes = self.model, self.changes
        sampler = Sampler(self.config.samplers, self.calls, self.vocabulary)
        return sampler.improvise(model, changes, self.meter, seeds, feeding)

    @cached_property
    def sampled(self) -> Grammar:
        """The terms of the configuration's own seed."""
        return self.sample([self.config.sections.seed])[0]

    def play(self, grammar: Grammar) -> Solo:
        """Take a sampled grammar through the chain.

        Parameters
        ----------
        grammar : Grammar
            The terms of each bar, as many bars as there are changes.

        Returns
        -------
        Solo
            With its accompaniment.
        """
        seed = self.config.sections.seed
        tokenizer = self.config.tokenizer
        meter, changes = self.meter, self.changes
        chain = Chain(self.config.chain, self.calls, seed)
        pruned = chain.prune_grammar(grammar, changes, meter)
        bars = realise(
            self.calls.caller("unparse_grammar", tokenizer.plugin),
            tokenizer.options,
            pruned,
            changes,
            meter,
            lambda bar: Random(f"{seed}/unparse_grammar/{tokenizer.plugin.name}/0/{bar}"),
        )
        bars = chain.prune_notes(bars, changes, meter)
        notes = tuple(
            sorted(
                (
                    replace(note, onset=note.onset + bar * meter.bar)
                    for bar, played in enumerate(bars)
                    for note in played
                ),
                key=lambda note: note.onset,
            )
        )
        chords = join_bars(changes, meter.bar)
        notes, written = chain.clean_up_notes(notes, chords, meter, self.tempo)
        return self._solo(notes, written, chords, grammar)

    def _solo(
        self, notes: tuple[Note, ...], written: tuple[Note, ...], chords: tuple[Chord, ...], grammar: Grammar
    ) -> Solo:
        from jazzgram.improvise.accompaniment.band import swing_ratio

        sections, tune = self.config.sections, self.tune
        improvise = sections.improvise
        ratio = swing_ratio(notes, written, self.meter)
        return Solo(
            notes=notes,
            chords=chords,
            bars=len(self.changes),
            grammar=grammar,
            meter=self.meter,
            tempo=self.tempo,
            title=self.title,
            accompaniment=target_accompaniment(improvise, sections.accompany, tune, self.meter, self.changes, ratio),
            written=written,
            program=tune.program,
            key=target_key(improvise, tune, self.changes),
        )

    def take_over(self, other: Pipeline) -> None:
        """Keep what another pipeline has computed and what is the same here: corpus and terms, and the model.

        Parameters
        ----------
        other : Pipeline
            One whose corpus file has not changed since.
        """
        mine, theirs = self.config, other.config
        if mine.corpus != theirs.corpus:
            return
        stages = ["source"]
        if mine.tokenizer == theirs.tokenizer:
            stages += ["reading", "vocabulary", "harmony"]
            if (mine.model, mine.sections.model.seed) == (theirs.model, theirs.sections.model.seed):
                stages += ["training", "model"]
                sampled = [(each.samplers, each.sections.improvise, each.sections.seed) for each in (mine, theirs)]
                if sampled[0] == sampled[1]:
                    stages.append("sampled")
        self.__dict__.update({stage: other.__dict__[stage] for stage in stages if stage in other.__dict__})

    def improvise(self, grammar: Grammar | None = None) -> Improvisation:
        """Improvise one solo over the configuration's changes.

        Parameters
        ----------
        grammar : Grammar or None
            Terms sampled before, to be taken through this chain; new ones are sampled where it is None.
        """
        self.train()
        bars = len(self.changes)
        trace = Trace()
        stop = trace.watch(self.calls.manager)
        try:
            with self._stage("improvise") as done:
                if grammar is None:
                    grammar = self.sampled
                done(f"{bars} bars, {sum(map(len, grammar))} terms")
            with self._stage("chain") as done:
                solo = self.play(grammar)
                done(f"{len(self.config.chain)} steps, {len(solo.notes)} notes")
                if not solo.notes:
                    self.listener.warn("The solo has no notes: see in trace.jsonl what samplers and steps did to it.")
        finally:
            stop()
        return Improvisation(solo, trace)

    def measure(self, solo: Solo) -> dict[str, float]:
        """Measure a solo with the configuration's metrics."""
        return measure_solo(solo, self.corpus, self.config.metrics, self.calls)

    def run(self, out: str | Path) -> Run:
        """Improvise a solo and write it with every record of the run.

        Parameters
        ----------
        out : str or Path
            The folder to write to; made where it is missing. Files of the same name are replaced, each at once.

        Returns
        -------
        Run
            The solo and the files.
        """
        from jazzgram.pipeline.output import check_writable, write_run

        folder = Path(out)
        check_writable(folder)
        made = self.improvise()
        with self._stage("write") as done:
            numbers = self.measure(made.solo)
            files = write_run(self, made, numbers, folder)
            done(f"{len(files)} files in {folder}")
        counts = Counter(note.origin.bar for note in made.solo.notes if note.origin is not None)
        sets = self.config.sections.improvise.terms is not None
        return Run(
            made.solo, made.trace, numbers, files, tuple(counts[bar] for bar in range(made.solo.bars)) if sets else ()
        )

    @contextmanager
    def _stage(self, name: str) -> Iterator[Any]:
        self.listener.started(name)
        result = [""]
        begun = time.perf_counter()
        yield lambda text: result.__setitem__(0, text)
        self.listener.finished(name, time.perf_counter() - begun, result[0])
