"""A checked configuration as values: plugins with their options, and steps in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from jazzgram.config.sections import Sections
from jazzgram.config.shares import Shares
from jazzgram.config.steps import Step
from jazzgram.config.yaml_lines import Document
from jazzgram.errors import JazzgramError
from jazzgram.hooks.finding import find
from jazzgram.hooks.importing import imported_files
from jazzgram.hooks.options import Options
from jazzgram.hooks.plugins import Plugin
from jazzgram.resources.frozen import dataclass


@dataclass(frozen=True)
class Part:
    """A plugin with its checked options, and the models that these name, if it is a model made of others."""

    plugin: Plugin
    options: Options
    members: tuple[Part, ...] = ()

    @property
    def reference(self) -> tuple[str, str]:
        """The plugin's `Plugin.reference` and the options as JSON: what `find` finds the part by in another process."""
        return self.plugin.reference, self.options.model_dump_json()

    @classmethod
    def find(cls, reference: tuple[str, str], hook: str) -> Part:
        """Import the part that a `reference` names for a hook."""
        name, options = reference
        plugin = find(name, hook, Path())
        return cls(plugin, plugin.options.model_validate_json(options))

    def plugins(self) -> list[Plugin]:
        """Its plugin, then those of its members and of theirs."""
        return [self.plugin, *(plugin for member in self.members for plugin in member.plugins())]


def players_of(parts: Sequence[Part]) -> tuple[Step, ...]:
    """Return accompanists as steps, each with a random generator of its own."""
    names = [part.plugin.name for part in parts]
    return tuple(
        Step("accompany", part.plugin, part.options, number, names[: number - 1].count(part.plugin.name))
        for number, part in enumerate(parts, 1)
    )


@dataclass(frozen=True)
class CorpusPart:
    """A reader with its checked options, source and split (shares, or a file)."""

    reader: Part
    source: str
    fallback: CorpusPart | None
    split: Shares | Path | None = None


@dataclass(frozen=True)
class Config:
    """A checked configuration: every plugin imported, every option valid.

    Parameters
    ----------
    path : Path
        The file it was read from.
    document : Document
        Its values after ``extends`` and ``--set``, each with its source.
    sections : Sections
        The same, typed.
    corpus : CorpusPart
        What is read.
    tokenizer, model : Part
        One plugin each.
    samplers, chain, critics : tuple of Step
        In the order of the file.
    metrics, writers : tuple of Part
        In the order of the file.
    players : tuple of Step
        The accompanists that the file names; empty where the style decides.
    chart : CorpusPart or None
        What the changes are read from; None where they are the corpus's or text.
    given : CorpusPart or Path or None
        What a melody is read from: a file with its reader, or the folder of a run.
    responders : tuple of Part
        What answers in live play, in the order of the file.
    warnings : tuple of str
        One line for each option under an old name: ``file:line: where: what it is called now``.
    """

    path: Path
    document: Document
    sections: Sections
    corpus: CorpusPart
    tokenizer: Part
    model: Part
    samplers: tuple[Step, ...]
    chain: tuple[Step, ...]
    critics: tuple[Step, ...]
    metrics: tuple[Part, ...]
    writers: tuple[Part, ...]
    players: tuple[Step, ...] = ()
    chart: CorpusPart | None = None
    given: CorpusPart | Path | None = None
    warnings: tuple[str, ...] = ()
    responders: tuple[Part, ...] = ()

    def __repr__(self) -> str:
        """Return the name, the model and the steps in one line."""
        steps = " ".join(step.label for step in self.chain)
        return f"<Config {self.name!r}: model {self.model.plugin.name}, chain {steps or 'empty'}>"

    @property
    def name(self) -> str:
        """The file's name without ending; its folder's name for a ``run.yaml`` and a model's ``config.yaml``."""
        of_folder = self.path.name in ("run.yaml", "config.yaml")
        return self.path.resolve().parent.name if of_folder else self.path.stem

    @property
    def folder(self) -> Path:
        """The folder that relative paths start from."""
        return self.path.parent

    @contextmanager
    def naming_options(self) -> Iterator[None]:
        """Name the option that was typed in an error that begins with the key it sets: ``improvise.like.style: …``."""
        try:
            yield
        except JazzgramError as error:
            key, _, message = str(error).partition(": ")
            source = self.document.sources.get(tuple(key.split(".")))
            if source is None or source.file is not None or source.setting == f"--set {key}":
                raise
            raise JazzgramError(f"{source}: {message}") from error

    def files(self) -> list[Path]:
        """The files it was read from, parents included, and those that its local plugins were imported from, sorted."""
        written = {source.file for source in self.document.sources.values()}
        local = [plugin.module for plugin in self.plugins() if plugin.name.endswith(".py")]
        imported = {file for module in local for file in imported_files(module)}
        return sorted({file for file in written if file and file.is_file()} | imported)

    def plugins(self) -> list[Plugin]:
        """Every plugin it names, each once."""
        corpora = [part.reader.plugin for part in (self.chart, self.given) if isinstance(part, CorpusPart)]
        part = self.corpus
        while part is not None:
            corpora.append(part.reader.plugin)
            part = part.fallback  # type: ignore[assignment]
        named = [
            *corpora,
            self.tokenizer.plugin,
            *self.model.plugins(),
            *(step.plugin for step in (*self.samplers, *self.critics, *self.chain, *self.players)),
            *(part.plugin for part in (*self.metrics, *self.writers, *self.responders)),
        ]
        return list({id(plugin.module): plugin for plugin in named}.values())
