"""The work on one item of a corpus: read it, turn it into terms, and return both as bytes; in whatever process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from jazzgram.config.config import Part
from jazzgram.corpus.token_parts import tokenize
from jazzgram.corpus.tune_store import decode_tunes, encode_tunes
from jazzgram.errors import JazzgramError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.music.term import Term
from jazzgram.music.tune import Bar, Corpus, Tune
from jazzgram.resources.columns import open_columns
from jazzgram.resources.frozen import dataclass


@dataclass(frozen=True)
class ItemReader:
    """A reader and a tokenizer, pickled as names that another process can import.

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
        return PluginCalls(self.reader.plugin, self.tokenizer.plugin)

    @cached_property
    def _parse(self) -> Any:
        return self.calls.caller("parse_melody", self.tokenizer.plugin)

    @cached_property
    def _read(self) -> Any:
        return self.calls.caller("read_corpus", self.reader.plugin)

    def parse(self, bar: Bar) -> Sequence[Term]:
        """Return the terms of a bar."""
        terms: Sequence[Term] = self._parse(
            melody=bar.melody, chords=bar.chords, meter=bar.meter, options=self.tokenizer.options
        )
        return terms

    def read(self, path: Path) -> Sequence[Tune]:
        """Read the tunes of a work item; raise JazzgramError where there are none."""
        corpus = self._read(source=path, options=self.reader.options)
        if not isinstance(corpus, Corpus) or not corpus.tunes or not all(tune.bars for tune in corpus.tunes):
            raise JazzgramError(
                f"{path}: the reader {self.reader.plugin.name} returned {corpus!r:.60};"
                " expected a Corpus of tunes with bars"
            )
        return corpus.tunes

    def __reduce__(self) -> tuple[Any, ...]:
        return _item_reader, (self.reader.reference, self.tokenizer.reference)


@lru_cache(maxsize=8)
def _item_reader(reader: tuple[str, str], tokenizer: tuple[str, str]) -> ItemReader:
    return ItemReader(Part.find(reader, "read_corpus"), Part.find(tokenizer, "parse_melody"))


@dataclass(frozen=True, slots=True)
class ReadTask:
    """A work item that is to be read.

    Parameters
    ----------
    number : int
        Its index in the corpus.
    path : Path
        What the reader reads.
    stored : Path or None
        The file of its tunes, in columns, which this process may see; None to read them anew.
    """

    number: int
    path: Path
    stored: Path | None = None


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The result of reading a work item.

    Parameters
    ----------
    tunes : bytes or None
        A file of columns; None where the stored one is good, or nothing could be read.
    terms : bytes or None
        A file of columns; None where nothing could be read.
    error : str
        Why not: one line, or several.
    expected : bool
        Whether the reader raised it as an error of the file, so that it would raise it again.
    """

    tunes: bytes | None = None
    terms: bytes | None = None
    error: str = ""
    expected: bool = True


def read_item(item_reader: ItemReader, task: ReadTask) -> ReadResult:
    """Read a work item and turn it into terms; whatever goes wrong is returned as the result's error."""
    try:
        tunes = _stored_tunes(task)
        content = None
        if tunes is None:
            tunes = item_reader.read(task.path)
            content = encode_tunes(tunes)
        return ReadResult(content, tokenize(tunes, item_reader.parse).encode())
    except JazzgramError as error:
        return ReadResult(error=str(error))
    except Exception as error:
        return ReadResult(
            error=f"{task.path}: {type(error).__name__}: {error} (a defect of the plugin)", expected=False
        )


def _stored_tunes(task: ReadTask) -> Sequence[Tune] | None:
    if task.stored is None or not task.stored.is_file():
        return None
    try:
        return decode_tunes(open_columns(task.stored))
    except JazzgramError:
        return None
