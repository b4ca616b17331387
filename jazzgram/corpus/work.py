"""The work on one unit of a corpus: read it, turn it into terms, and give both as bytes; in whatever process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from jazzgram.config.config import Part
from jazzgram.corpus.token_parts import tokenize
from jazzgram.corpus.tune_store import decode, encode, from_file
from jazzgram.errors import JazzgramError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.finding import find
from jazzgram.music.term import Term
from jazzgram.music.tune import Bar, Corpus, Tune


@dataclass(frozen=True)
class Job:
    """A reader and a tokenizer, which find themselves again in another process.

    Parameters
    ----------
    reader, tokenizer : Part
        Each with its options.
    """

    reader: Part
    tokenizer: Part

    @property
    def portable(self) -> bool:
        """Whether another process can import both plugins."""
        return "given" not in (self.reader.plugin.origin, self.tokenizer.plugin.origin)

    @cached_property
    def calls(self) -> PluginCalls:
        """Both plugins, ready to be called."""
        calls = PluginCalls()
        calls.add(self.reader.plugin)
        calls.add(self.tokenizer.plugin)
        return calls

    @cached_property
    def _parse(self) -> Any:
        return self.calls.caller("parse_melody", self.tokenizer.plugin)

    @cached_property
    def _read(self) -> Any:
        return self.calls.caller("read_corpus", self.reader.plugin)

    def parse(self, bar: Bar) -> Sequence[Term]:
        """Give the terms of a bar."""
        terms: Sequence[Term] = self._parse(
            melody=bar.melody, chords=bar.chords, meter=bar.meter, options=self.tokenizer.options
        )
        return terms

    def read(self, path: Path) -> Sequence[Tune]:
        """Read the tunes of a unit; raise JazzgramError where there are none."""
        corpus = self._read(source=path, options=self.reader.options)
        if not isinstance(corpus, Corpus) or not corpus.tunes or not all(tune.bars for tune in corpus.tunes):
            raise JazzgramError(
                f"{path}: the reader {self.reader.plugin.name} returned {corpus!r:.60};"
                " expected a Corpus of tunes with bars"
            )
        return corpus.tunes

    def __reduce__(self) -> tuple[Any, ...]:
        return _job, (_reference(self.reader), _reference(self.tokenizer))


def _reference(part: Part) -> tuple[str, str]:
    plugin = part.plugin
    return str(plugin.file) if plugin.name.endswith(".py") else plugin.name, part.options.model_dump_json()


@lru_cache(maxsize=8)
def _job(reader: tuple[str, str], tokenizer: tuple[str, str]) -> Job:
    parts = []
    for (name, options), hook in ((reader, "read_corpus"), (tokenizer, "parse_melody")):
        plugin = find(name, hook, Path())
        parts.append(Part(plugin, plugin.options.model_validate_json(options)))
    return Job(*parts)


@dataclass(frozen=True, slots=True)
class Task:
    """A unit that is to be read.

    Parameters
    ----------
    number : int
        Its place in the corpus.
    path : Path
        What the reader is given.
    kept : Path or None
        Where its tunes are already, in columns, if this process can see that file.
    """

    number: int
    path: Path
    kept: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a unit.

    Parameters
    ----------
    tunes : bytes or None
        An Arrow file; None where the kept one is good, or nothing could be read.
    terms : bytes or None
        An Arrow file; None where nothing could be read.
    error : str
        Why not: one line, or several.
    foreseen : bool
        Whether the reader said so itself, so that it would say so again.
    """

    tunes: bytes | None = None
    terms: bytes | None = None
    error: str = ""
    foreseen: bool = True


def read_unit(job: Job, task: Task) -> Outcome:
    """Read a unit and turn it into terms; whatever goes wrong comes back as the outcome's error."""
    try:
        tunes = _kept(task)
        content = None
        if tunes is None:
            tunes = job.read(task.path)
            content = encode(tunes)
        return Outcome(content, tokenize(tunes, job.parse).encode())
    except JazzgramError as error:
        return Outcome(error=str(error))
    except Exception as error:
        return Outcome(error=f"{task.path}: {type(error).__name__}: {error} (a defect of the plugin)", foreseen=False)


def _kept(task: Task) -> Sequence[Tune] | None:
    if task.kept is None or not task.kept.is_file():
        return None
    try:
        batch = from_file(task.kept)
    except JazzgramError:
        return None
    return [decode(batch, row) for row in range(batch.num_rows)]
