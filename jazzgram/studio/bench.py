"""Takes: documents from the page made into solos, with what was learned and sampled before kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from jazzgram.config.check import load
from jazzgram.config.config import Config
from jazzgram.config.files import stamps
from jazzgram.config.sections import ImproviseSection
from jazzgram.errors import ConfigError, JazzgramError
from jazzgram.hooks.progress import Listener
from jazzgram.hooks.token_model import Epoch
from jazzgram.improvise.target import target_chorus, target_meter
from jazzgram.music.notation.changes import changes_text
from jazzgram.music.tune import Tune
from jazzgram.pipeline.pipeline import Pipeline
from jazzgram.pipeline.run import Run
from jazzgram.studio.document import (
    Document,
    DocumentError,
    Mistake,
    check_reach,
    from_config,
    from_yaml,
    mistakes_of,
    settings,
    to_yaml,
)
from jazzgram.studio.splice import splice

if TYPE_CHECKING:
    from jazzgram.corpus.reading import Reading
    from jazzgram.evaluation.copying import CorpusRuns

MOST_BARS = 512
"""Bars of a take: more than any page is scrolled through."""
MOST_LAYERS = 24
"""Takes that one take may have kept bars of."""
_KEPT = 32
_KEPT_BARS = 4096
"""How many improvisations are remembered, and how many bars they may have together."""
_WORK = {"read": "Reading the corpus", "train": "Training the model", "improvise": "Improvising", "chain": "Chain"}


class Progress(Listener):
    """Remember what is going on and what the player should know."""

    def __init__(self, shown: dict[str, str], closing: Event) -> None:
        self.warnings: list[str] = []
        self._shown = shown
        self._closing = closing

    def started(self, stage: str) -> None:
        self._show("stage", _WORK.get(stage, stage.capitalize()))

    def progress(self, done: int, total: int, what: str = "files") -> None:
        self._show("detail", f"{done} of {total} {what}")

    def epoch(self, epoch: Epoch) -> None:
        self._show("detail", f"epoch {epoch.number} of {epoch.of}")

    def _show(self, key: str, text: str) -> None:
        self._shown[key] = text
        if self._closing.is_set():
            raise JazzgramError("the studio was closed")

    def finished(self, stage: str, seconds: float, result: str) -> None:
        self._shown.clear()

    def warn(self, message: str) -> None:
        self.warnings.append(message)


@dataclass(frozen=True)
class Kept:
    """Bars that stay as they were in an earlier take.

    Parameters
    ----------
    seed : int
        Of that take.
    samplers : list
        Its samplers, as YAML has them.
    bars : frozenset of int
        From 0.
    """

    seed: int
    samplers: list[Any]
    bars: frozenset[int]


@dataclass(frozen=True)
class Recipe:
    """What decides a take, down to its last note.

    Parameters
    ----------
    document : dict or str
        The page's sections as values, or as YAML.
    kept : tuple of Kept
        Locked bars; a bar that stands in several is as in the last.
    """

    document: Document | str
    kept: tuple[Kept, ...] = ()

    @classmethod
    def of(cls, value: Any) -> Recipe:
        """Take a recipe from the page's JSON; raise JazzgramError where it is none."""
        try:
            kept = tuple(
                Kept(int(each["seed"]), list(each["samplers"]), frozenset(map(int, each["bars"])))
                for each in value.get("kept", ())
            )
            document = value["document"]
        except (AttributeError, KeyError, TypeError, ValueError):
            raise JazzgramError("the page sent a take that cannot be read; reload it") from None
        if len(kept) > MOST_LAYERS:
            raise JazzgramError(f"locked bars of {len(kept)} takes are more than {MOST_LAYERS}; unlock some")
        return cls(document, kept)


@dataclass(frozen=True)
class Take:
    """A solo and all that belongs to it.

    Parameters
    ----------
    document : dict
        The page's sections, checked.
    yaml : str
        The same as text: the page's own where it sent text.
    pipeline : Pipeline
        What made it.
    made : Run
        The solo and its trace.
    warnings : tuple of str
        What the player should know.
    kept : int
        Bars that are of earlier takes.
    """

    document: Document
    yaml: str
    pipeline: Pipeline
    made: Run
    warnings: tuple[str, ...] = ()
    kept: int = 0


@dataclass
class Bench:
    """One configuration, and the takes that are made with it.

    Parameters
    ----------
    path : Path
        The configuration.
    given : sequence of str
        Settings that beat the file, as on the command line.
    """

    path: Path
    given: Sequence[str] = ()
    working: dict[str, str] = field(default_factory=dict)
    """What is going on: ``stage`` and ``detail``, or nothing."""
    closing: Event = field(default_factory=Event)
    """Set where the work that is under way is not wanted any more: it ends with its file, stage or epoch."""

    def __post_init__(self) -> None:
        self.config: Config = load(self.path, self.given)
        steps = (*self.config.samplers, *self.config.chain)
        self._own = {step.plugin.name for step in steps if step.plugin.name.endswith(".py")}
        self._files = set(self.config.files())
        self._played: OrderedDict[str, tuple[Pipeline, Run, tuple[str, ...]]] = OrderedDict()
        self._runs: tuple[Reading, CorpusRuns] | None = None

    def first(self) -> Document:
        """Give the document that the page begins with."""
        return from_config(self.config.document.value, self.config.sections.seed)

    def take(self, recipe: Recipe) -> Take:
        """Make a take, or find it where it was made before.

        Raises
        ------
        DocumentError
            With every mistake of the document.
        JazzgramError
            Where it cannot be played.
        """
        text = from_yaml(recipe.document) if isinstance(recipe.document, str) else None
        document: Document = recipe.document if text is None else text.value  # type: ignore[assignment]
        check_reach(document, self._own)
        try:
            pipeline, made, warnings = self._improvise(document)
        except ConfigError as error:
            raise DocumentError(mistakes_of(error, text), document) from error
        except RecursionError:
            raise DocumentError([Mistake("", "nested too deeply")]) from None
        document = {"seed": pipeline.config.sections.seed, **document}
        written = recipe.document if isinstance(recipe.document, str) else to_yaml(document)
        choice = [0] * made.solo.bars
        layers = [made]
        for kept in recipe.kept:
            bars = [bar for bar in kept.bars if 0 <= bar < made.solo.bars]
            if bars:
                layers.append(self._layer(document, kept, pipeline))
                for bar in bars:
                    choice[bar] = len(layers) - 1
        return Take(document, written, pipeline, splice(layers, choice), warnings, sum(map(bool, choice)))

    def numbers(self, recipe: Recipe, *, whole: bool = False) -> dict[str, Any]:
        """Measure a take: see `jazzgram.studio.numbers.numbers`.

        Parameters
        ----------
        recipe : Recipe
            Of the take.
        whole : bool
            Whether to look for copied runs in a large corpus, too: once, that takes some seconds.
        """
        from jazzgram.pages.report.facts import AT_ONCE
        from jazzgram.studio.numbers import numbers

        take = self.take(recipe)
        look = whole or len(take.pipeline.tokens) <= AT_ONCE
        return numbers(take.made.solo, self._runs_of(take.pipeline) if look else None)

    def _runs_of(self, pipeline: Pipeline) -> CorpusRuns:
        """Give what a pipeline learned from, to look for runs in it; made once a corpus."""
        from jazzgram.evaluation.copying import CorpusRuns

        if self._runs is None or self._runs[0] is not pipeline.reading:
            self._runs = pipeline.reading, CorpusRuns(pipeline.training_corpus)
        return self._runs[1]

    def _layer(self, document: Document, kept: Kept, main: Pipeline) -> Run:
        """Play a take that bars are kept of, through today's chain and over today's changes."""
        older = document | {"seed": kept.seed, "samplers": kept.samplers}
        check_reach(older, self._own)
        try:
            return self._improvise(older, main)[1]
        except ConfigError as error:
            mistakes = mistakes_of(error, None)
            raise DocumentError([Mistake("", f"locked bars: {each.message}") for each in mistakes]) from error

    def _improvise(self, document: Document, main: Pipeline | None = None) -> tuple[Pipeline, Run, tuple[str, ...]]:
        values = [*self.given, *settings(document)]
        reharmonized = main is not None and main.config.sections.improvise.reharmonize is not None
        changes = main.target.changes if main is not None and reharmonized else None
        key = self._key(values, changes)
        if key not in self._played:
            progress = Progress(self.working, self.closing)
            pipeline = Pipeline.load(self.path, settings=values, listener=progress)
            self._files.update(pipeline.config.files())
            key = self._key(values, changes)
            pipeline = pipeline.reusing(*(other for other, _, _ in reversed(self._played.values())))
            if changes is not None:  # another seed would choose other chords
                pipeline = pipeline.given(target=replace(pipeline.target, changes=changes))
            try:
                if (bars := len(pipeline.target.changes)) > MOST_BARS:
                    raise JazzgramError(f"{bars} bars are more than the studio shows ({MOST_BARS}); set fewer")
                made = pipeline.improvise()
            finally:
                self.working.clear()
            self._played[key] = pipeline, made, tuple(progress.warnings)
            while len(self._played) > _KEPT or self._bars() > _KEPT_BARS:
                self._played.popitem(last=False)
        self._played.move_to_end(key)
        return self._played[key]

    def _key(self, values: Sequence[str], changes: object) -> str:
        """Return by what a take is found again: what it is made of, and when the files behind it were saved."""
        return repr((values, changes, sorted(stamps(self._files).items())))

    def _bars(self) -> int:
        return sum(made.solo.bars for _, made, _ in self._played.values())

    def tunes(self) -> list[dict[str, Any]]:
        """List the tunes of the corpus: ``title``, ``performer`` and ``bars`` of each."""
        corpus = self._learned().corpus
        return [
            {"title": tune.title, "performer": tune.performer, "bars": len(tune.bars)} for tune in corpus.tunes[:2000]
        ]

    def tune(self, number: int) -> dict[str, Any]:
        """Give the changes of a tune of the corpus, by its number from 0: see `chart_of`."""
        tunes = self._learned().corpus.tunes
        if not 0 <= number < len(tunes):
            raise JazzgramError(f"the corpus has no tune number {number} (it has {len(tunes)}, counted from 0)")
        return chart_of(tunes[number])

    def _learned(self) -> Pipeline:
        """Give a pipeline that has read the corpus."""
        for pipeline, _, _ in reversed(self._played.values()):
            return pipeline
        return self.take(Recipe(self.first())).pipeline


def chart_of(tune: Tune) -> dict[str, Any]:
    """Give a tune's changes as the page's ``improvise`` section has them.

    Parameters
    ----------
    tune : Tune
        Any.

    Returns
    -------
    dict
        ``title``, ``chords``, ``meter``, ``tempo``, ``bars``.

    Raises
    ------
    JazzgramError
        Where its changes cannot be written as text, or are too many.
    """
    section = ImproviseSection()
    meter = target_meter(section, tune)
    bars = target_chorus(section, tune, meter, Listener())
    if len(bars) > MOST_BARS:
        raise JazzgramError(f"{tune.title}: {len(bars)} bars are more than the studio plays ({MOST_BARS})")
    return {
        "title": tune.title,
        "chords": changes_text(bars, meter),
        "meter": str(meter),
        "tempo": round(min(max(tune.tempo, 20), 400), 2),
        "bars": len(bars),
    }
