"""A session of the studio: the page's edits become takes; trained models and earlier takes are cached."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from jazzgram.config.check import load
from jazzgram.config.config import Config
from jazzgram.config.files import stamps
from jazzgram.config.steps import Step, leading_critic
from jazzgram.config.yaml_lines import Document as Yaml
from jazzgram.errors import ConfigError, JazzgramError
from jazzgram.improvisation.given import Given
from jazzgram.music.note import Origin
from jazzgram.music.term import Grammar, parse_terms
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.pipeline.run import Run
from jazzgram.resources.plain import plain
from jazzgram.resources.registry import CorpusNotAvailable
from jazzgram.studio.charts import MOST_TAKE_BARS, chart_of
from jazzgram.studio.edit import (
    Edit,
    EditError,
    Mistake,
    check_reach,
    edit_of,
    from_yaml,
    mistakes_of,
    settings_of,
)
from jazzgram.studio.merge_bars import merge_bars
from jazzgram.studio.progress import Abandoned, Progress, Working
from jazzgram.studio.recipe import LockedBars, Recipe
from jazzgram.studio.traded import Played, Traded
from jazzgram.studio.watchdog import HungImports
from jazzgram.studio.yaml_comments import own_sections, rewrite

if TYPE_CHECKING:
    from jazzgram.corpus.reading import Reading
    from jazzgram.evaluation.copying import CorpusRuns
    from jazzgram.live.session import TradingSession

_CACHED = 32
_CACHED_BARS = 4096
"""How many improvisations are cached, and their bars in all."""


@dataclass(frozen=True)
class Take:
    """A solo with the edit and the pipeline that made it.

    Parameters
    ----------
    edit : dict
        The page's sections, checked.
    yaml : str
        The same as text: the page's own where it sent text, with the comments of the text before where it sent values.
    pipeline : Pipeline
        The pipeline that made it.
    run : Run
        The solo and its trace.
    warnings : tuple of str
        Warnings for the player.
    locked : int
        How many bars come from earlier takes.
    played : Played or None
        The session of a traded take.
    """

    edit: Edit
    yaml: str
    pipeline: Pipeline
    run: Run
    warnings: tuple[str, ...] = ()
    locked: int = 0
    played: Played | None = None


@dataclass(frozen=True)
class _Made:
    """What is cached of a take."""

    pipeline: Pipeline
    run: Run
    warnings: tuple[str, ...]
    played: Played | None = None


@dataclass
class Session:
    """A session: one configuration, and the takes that are made with it.

    Parameters
    ----------
    path : Path
        The configuration.
    given : sequence of str
        Settings that beat the file, as on the command line.
    """

    path: Path
    given: Sequence[str] = ()
    working: Working = field(default_factory=dict)
    closing: Event = field(default_factory=Event)
    """Set to cancel the work under way: it ends with its file, stage or epoch."""

    def __post_init__(self) -> None:
        self.config: Config = load(self.path, self.given)
        self._files = set(self.config.files())
        self._cache: OrderedDict[str, _Made] = OrderedDict()
        self._runs: tuple[Reading, CorpusRuns] | None = None
        self.hung = HungImports()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the configuration: samplers, critics and chain."""
        return (*self.config.samplers, *self.config.critics, *self.config.chain)

    @property
    def _own(self) -> set[str]:
        """The plugin files that the configuration itself names."""
        plugins = [step.plugin for step in self.steps] + [part.plugin for part in self.config.responders]
        return {plugin.name for plugin in plugins if plugin.name.endswith(".py")}

    @property
    def plugin_files(self) -> set[str]:
        """The user's files that are run: plugins, and the modules beside them."""
        return {str(file) for file in tuple(self._files) if file.suffix == ".py"}

    def saved(self) -> dict[str, str]:
        """Return when the configuration and its plugin files were last saved, as nanoseconds, by the files' names."""
        return {file.name: str(stamp) for file, stamp in sorted(stamps(self._files).items())}

    def reload(self) -> None:
        """Read the configuration and its plugin files again; keep them where one has a mistake: a take reports it."""
        with suppress(JazzgramError):
            self.hung.check()
            self.config = load(self.path, self.given)
            self._files.update(self.config.files())

    def first(self) -> Edit:
        """Return the edit that the page begins with."""
        return edit_of(self.config.document.value, self.config.sections.seed)

    def first_text(self) -> str:
        """Return the first edit as YAML, with the comments of the configuration's own file while that can be read."""
        text = ""
        with suppress(OSError, UnicodeDecodeError):
            text = plain(self.path).read_text("utf-8-sig")
        return rewrite(own_sections(text), self.first())

    def take(self, recipe: Recipe) -> Take:
        """Return a take, from the cache if it was made before.

        Raises
        ------
        EditError
            With every mistake of the edit.
        JazzgramError
            Where it cannot be improvised.
        Abandoned
            Where the recipe is before it is made.
        """
        if recipe.abandoned.is_set():
            raise Abandoned
        text, edit = self._checked(recipe)
        with _mistakes(text):
            made = self._improvise(edit, recipe.abandoned, locked=recipe.locked, trade=recipe.trade)
        pipeline = made.pipeline
        edit = {"seed": pipeline.config.sections.seed, **edit}
        text_of_edit = recipe.edit if isinstance(recipe.edit, str) else rewrite(recipe.text, edit)
        locked = {bar for each in recipe.locked for bar in _locked_bars(each, pipeline)}
        return Take(edit, text_of_edit, pipeline, made.run, made.warnings, len(locked), made.played)

    def trading(self, recipe: Recipe) -> TradingSession:
        """Return a new session in which bars are traded, with a pipeline of its own.

        Parameters
        ----------
        recipe : Recipe
            Its edit and the options of its trade.

        Raises
        ------
        EditError, JazzgramError
            As `take` does.
        """
        from jazzgram.live.performance import performed
        from jazzgram.live.session import TradingSession

        text, edit = self._checked(recipe)
        with _mistakes(text):
            values = self._values(edit, recipe.trade or Traded())
            pipeline = self._pipeline(values, Progress(self.working, self.closing, recipe.abandoned))
            try:
                _check_length(performed(pipeline)[1] * pipeline.config.sections.live.choruses)
                return TradingSession(pipeline)
            finally:
                self.working.clear()

    def _checked(self, recipe: Recipe) -> tuple[Yaml | None, Edit]:
        """Return a recipe's edit, and the YAML that it was read from; raise EditError where it goes too far."""
        text = from_yaml(recipe.edit) if isinstance(recipe.edit, str) else None
        edit: Edit = recipe.edit if text is None else text.value  # type: ignore[assignment]
        check_reach(edit, self._own)
        if recipe.trade is not None:
            recipe.trade.check_reach(self._own)
        return text, edit

    def _values(self, edit: Edit, trade: Traded | None) -> list[str]:
        """Return the settings of an edit, and of a trade."""
        return [*self.given, *settings_of(edit), *(trade.settings if trade is not None else ())]

    def _pipeline(self, values: Sequence[str], progress: Progress) -> Pipeline:
        """Load a pipeline that shares what the cached ones have made."""
        self.hung.check()
        pipeline = Pipeline.load(self.path, settings=values, reporter=progress)
        self._files.update(pipeline.config.files())
        return pipeline.reusing(*(other.pipeline for other in reversed(self._cache.values())))

    def numbers(self, recipe: Recipe, *, whole: bool = False) -> dict[str, Any]:
        """Measure a take: see `jazzgram.studio.numbers.numbers`.

        Parameters
        ----------
        recipe : Recipe
            Of the take.
        whole : bool
            Whether to search a large corpus for copied runs, too; the first time takes some seconds.

        Returns
        -------
        dict
            With ``problem``, a sentence on a corpus that is not there to be searched; empty where it is.
        """
        from jazzgram.pages.report.facts import searches_at_once
        from jazzgram.studio.numbers import numbers

        take = self.take(recipe)
        runs, problem = None, ""
        if whole or searches_at_once(take.pipeline):
            try:
                runs = self._runs_of(take.pipeline)
            except CorpusNotAvailable:  # a shipped model plays without its corpus
                corpus = take.pipeline.config.corpus.source
                problem = f"Copied runs are not looked for, as the corpus {corpus} is not on this computer;"
                problem += f" “jazzgram corpus fetch {corpus}” says how to get it."
        return numbers(take.run.solo, runs, take.played) | {"problem": problem}

    def _runs_of(self, pipeline: Pipeline) -> CorpusRuns:
        """Return the index of a pipeline's training tunes, built once for each corpus."""
        from jazzgram.evaluation.copying import CorpusRuns

        if self._runs is None or self._runs[0] is not pipeline.reading:
            self._runs = pipeline.reading, CorpusRuns(pipeline.training_corpus)
        return self._runs[1]

    def _layer(self, edit: Edit, locked: LockedBars, main: Pipeline, abandoned: Event) -> Run:
        """Improvise a take with locked bars, with the present chain over the present changes."""
        older = edit | {"seed": locked.seed, "samplers": locked.samplers}
        check_reach(older, self._own)
        try:
            return self._improvise(older, abandoned, main, terms=locked.terms).run
        except ConfigError as error:
            mistakes = mistakes_of(error, None)
            raise EditError([Mistake("", f"locked bars: {each.message}") for each in mistakes]) from error

    def _lead(self, edit: Edit, locked: Sequence[LockedBars], main: Pipeline, abandoned: Event) -> Run:
        """Improvise the bars that are not locked so that they lead on from the locked ones and into them."""
        layers: list[Run] = []
        choice = [0] * len(main.target.changes)
        for each in locked:
            if bars := _locked_bars(each, main):
                layers.append(self._layer(edit, each, main, abandoned))
                for bar in bars:
                    choice[bar] = len(layers)
        if not layers:
            return main.improvise()
        critics = (*main.config.critics, *leading_critic(main.config.critics))
        free = main.given(replace(main.config, critics=critics), melody=_melody(layers, choice))
        return merge_bars([free.improvise(), *layers], choice)

    def _improvise(
        self,
        edit: Edit,
        abandoned: Event,
        main: Pipeline | None = None,
        locked: tuple[LockedBars, ...] = (),
        terms: tuple[str, ...] = (),
        trade: Traded | None = None,
    ) -> _Made:
        values = self._values(edit, trade)
        reharmonized = main is not None and main.config.sections.improvise.reharmonize is not None
        changes = main.target.changes if main is not None and reharmonized else None
        given = changes, locked, terms, trade
        key = self._key(values, given)
        if key not in self._cache:
            progress = Progress(self.working, self.closing, abandoned)
            pipeline = self._pipeline(values, progress)
            key = self._key(values, given)
            if changes is not None:  # another seed would choose other chords
                pipeline = pipeline.given(target=replace(pipeline.target, changes=changes))
            try:
                bars = len(pipeline.target.changes)
                _check_length(bars)
                played = None if trade is None else trade.play(pipeline)
                if played is not None:
                    run = played.run
                elif terms:
                    run = pipeline.improvise(_grammar(terms, bars))
                else:
                    run = self._lead(edit, locked, pipeline, abandoned)
            finally:
                self.working.clear()
            self._cache[key] = _Made(pipeline, run, tuple(progress.warnings), played)
            while len(self._cache) > _CACHED or self._bars() > _CACHED_BARS:
                self._cache.popitem(last=False)
        self._cache.move_to_end(key)
        return self._cache[key]

    def _key(self, values: Sequence[str], given: object) -> str:
        """Return the cache key of a take: its settings, what is given, and when its files were saved."""
        return repr((values, given, sorted(stamps(self._files).items())))

    def _bars(self) -> int:
        return sum(made.run.solo.bars for made in self._cache.values())

    def tunes(self) -> list[dict[str, Any]]:
        """List the tunes of the corpus: ``title``, ``performer`` and ``bars`` of each; none of one that is not read."""
        pipeline = self._with_corpus()
        tunes = pipeline.corpus.tunes[:2000] if pipeline.shipped is None else ()
        return [{"title": tune.title, "performer": tune.performer, "bars": len(tune.bars)} for tune in tunes]

    def tune(self, number: int) -> dict[str, Any]:
        """Return the changes of a tune of the corpus, by its number from 0: see `chart_of`."""
        tunes = self._with_corpus().corpus.tunes
        if not 0 <= number < len(tunes):
            raise JazzgramError(f"the corpus has no tune number {number} (it has {len(tunes)}, counted from 0)")
        return chart_of(tunes[number])

    def _with_corpus(self) -> Pipeline:
        """Return a pipeline that has read the corpus."""
        for made in reversed(self._cache.values()):
            return made.pipeline
        return self.take(Recipe(self.first())).pipeline


@contextmanager
def _mistakes(text: Yaml | None) -> Iterator[None]:
    """Raise the mistakes of a configuration as those of the page's edit."""
    try:
        yield
    except ConfigError as error:
        raise EditError(mistakes_of(error, text)) from error
    except RecursionError:
        raise EditError([Mistake("", "nested too deeply")]) from None


def _check_length(bars: int) -> None:
    if bars > MOST_TAKE_BARS:
        raise JazzgramError(f"{bars} bars are more than the studio shows ({MOST_TAKE_BARS}); set fewer")


def _locked_bars(locked: LockedBars, pipeline: Pipeline) -> list[int]:
    """Return the locked bars that are improvised."""
    improvised = pipeline.target.improvised
    return [bar for bar in sorted(locked.bars) if 0 <= bar < len(improvised) and improvised[bar]]


def _melody(layers: Sequence[Run], choice: Sequence[int]) -> Given:
    """Return the locked bars of takes as a melody of which they are kept; a choice of 0 is a free bar."""
    bars, grammar = [], []
    for bar, layer in enumerate(choice):
        solo = layers[layer - 1].solo
        start, length = bar * solo.meter.bar, solo.meter.bar
        notes = [note for note in solo.notated or solo.notes if layer and start <= note.onset < start + length]
        bars.append(tuple(replace(note, onset=note.onset - start) for note in notes))
        grammar.append(solo.grammar[bar] if layer else ())
    kept = [bar for bar, layer in enumerate(choice) if layer]
    labels = layers[choice[kept[0]] - 1].solo.labels
    return Given(tuple(bars), tuple(grammar), frozenset(kept), labels=labels)


def _grammar(terms: Sequence[str], bars: int) -> Grammar:
    """Read the terms of a take, cut or filled up with empty bars."""
    texts = [*terms[:bars], *("",) * (bars - len(terms))]
    try:
        return tuple(
            tuple(replace(term, origin=Origin(bar, number)) for number, term in enumerate(parse_terms(text)))
            for bar, text in enumerate(texts)
        )
    except ValueError as error:
        raise JazzgramError(f"locked bars: {error}; unlock them") from None
