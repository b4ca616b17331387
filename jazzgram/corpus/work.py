"""The work on some items of a corpus: read them, turn them into terms, return both as bytes; in whatever process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from jazzgram.config.config import Part
from jazzgram.corpus.token_parts import TokenPart, tokenize
from jazzgram.corpus.tune_store import encode_tunes, item_tunes
from jazzgram.errors import JazzgramError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.music.term import Term
from jazzgram.music.tune import Bar, Corpus, Tune


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
    """Work items that are to be read.

    Parameters
    ----------
    numbers : tuple of int
        Their indices in the corpus.
    keys : tuple of str
        Their keys in the cache.
    paths : tuple of Path
        What the reader reads.
    stored : tuple of (Path, int) or None
        For each the pack of its tunes, which this process may see, and its index there; None to read them anew.
    """

    numbers: tuple[int, ...]
    keys: tuple[str, ...]
    paths: tuple[Path, ...]
    stored: tuple[tuple[Path, int] | None, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a work item could not be read.

    Parameters
    ----------
    index : int
        Its index in the task.
    error : str
        One line, or several.
    expected : bool
        Whether the reader raised it as an error of the file, so that it would raise it again.
    """

    index: int
    error: str
    expected: bool


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The result of reading some work items.

    Parameters
    ----------
    terms : bytes or None
        A pack; None where nothing could be read.
    tunes : bytes or None
        A pack of what was read anew; None where there is nothing.
    anew : tuple of int
        The indices in the task of what was read anew.
    refused : tuple of Refusal
        What could not be read.
    """

    terms: bytes | None = None
    tunes: bytes | None = None
    anew: tuple[int, ...] = ()
    refused: tuple[Refusal, ...] = ()


def read_items(item_reader: ItemReader, task: ReadTask) -> ReadResult:
    """Read work items and turn them into terms; whatever goes wrong with one of them is in the result's `refused`."""
    found: dict[int, tuple[Sequence[Tune], TokenPart]] = {}
    anew: list[int] = []
    refused: list[Refusal] = []

    def attempt(index: int, work: Callable[[int], None]) -> None:
        try:
            work(index)
        except JazzgramError as error:
            refused.append(Refusal(index, str(error), True))
        except Exception as error:
            text = f"{task.paths[index]}: {type(error).__name__}: {error} (a defect of the plugin)"
            refused.append(Refusal(index, text, False))

    def read(index: int) -> None:
        tunes = _stored_tunes(task.stored[index])
        if tunes is None:
            tunes = item_reader.read(task.paths[index])
            anew.append(index)
        found[index] = tunes, tokenize(tunes, item_reader.parse)

    def check(index: int) -> None:
        encode_tunes(found[index][0])

    def packed() -> bytes | None:
        new = [index for index in anew if index in found]
        tunes = [found[index][0] for index in new]
        keys = [task.keys[index] for index in new]
        return encode_tunes(list(chain(*tunes)), keys, list(map(len, tunes))) if new else None

    for index in range(len(task.paths)):
        attempt(index, read)
    try:
        content = packed()
    except Exception:  # one of them has what no tune may have: find out which
        for index in list(found):
            attempt(index, check)
        for refusal in refused:
            found.pop(refusal.index, None)
        content = packed()
    terms = None
    if found:
        terms = TokenPart.join([part for _, part in found.values()]).encode([task.keys[index] for index in found])
    return ReadResult(terms, content, tuple(index for index in anew if index in found), tuple(refused))


def _stored_tunes(stored: tuple[Path, int] | None) -> Sequence[Tune] | None:
    if stored is None or not stored[0].is_file():
        return None
    try:
        return item_tunes(*stored)
    except JazzgramError:
        return None
