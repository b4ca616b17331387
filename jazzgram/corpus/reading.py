"""Reading a corpus: every work item on whatever core is free, nothing twice, into a token table and tunes on disk.

The results of some work items are cached in two packs: their tunes, in the folder of the reader and its options; their
terms, in that of these, the tokenizer and its options; both under hashes of their content. The token table of the whole
corpus is cached under all of these. So a second run reads what has changed, and nothing where nothing has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jazzgram.config.config import CorpusPart, Part
from jazzgram.config.sections import Execution
from jazzgram.corpus.items import WorkItem, dangling_line, dangling_links, list_items
from jazzgram.corpus.packs import KEY, Packs, writing
from jazzgram.corpus.report import Failure, Report
from jazzgram.corpus.split import read_split
from jazzgram.corpus.table_building import build_table
from jazzgram.corpus.token_table import TokenTable
from jazzgram.corpus.tune_store import Ints, Locations, StoredTunes
from jazzgram.corpus.work import ItemReader, ReadResult, ReadTask, Refusal, read_items
from jazzgram.corpus.workers import Lost, run
from jazzgram.errors import JazzgramError
from jazzgram.hooks.progress import Reporter
from jazzgram.music.tune import Corpus
from jazzgram.resources.cache import cache_root, content_key, damaged, discard, read_entry
from jazzgram.resources.results import code_key

_MOST_FILES, _MOST_BYTES = 16, 1 << 19
"""Of the work items that are read at once and lie in one pack: about a tenth of a second's work."""
_MOST_ERRORS = 20
"""Errors that are shown where nothing could be read."""


@dataclass(frozen=True)
class Reading:
    """A corpus that was read.

    Parameters
    ----------
    corpus : Corpus
        Its tunes are read from disk when they are used.
    tokens : TokenTable
        Its terms.
    report : Report
        What became of its files.
    digest : str
        A hash of what was read.
    read_now : int
        Files that were not in the cache.
    """

    corpus: Corpus
    tokens: TokenTable
    report: Report
    digest: str
    read_now: int

    @property
    def summary(self) -> str:
        """A few words on what there is."""
        bars = int(self.tokens.fact("bars").sum())
        size = f"{bars} bars, {len(self.tokens)} terms, {len(self.tokens.terms)} distinct"
        if self.report.files == 1:
            return size
        cached = self.report.files - len(self.report.failures) - self.read_now
        return f"{self.report.files} files, {size}" + (f"; {cached} files from the cache" if cached > 0 else "")


def read(
    part: CorpusPart,
    source: Path,
    tokenizer: Part,
    execution: Execution,
    reporter: Reporter,
    *,
    use_cache: bool = True,
) -> Reading:
    """Read a corpus and turn it into terms.

    Parameters
    ----------
    part : CorpusPart
        The reader, and the split if there is to be one.
    source : Path
        An existing file or folder.
    tokenizer : Part
        The plugin that turns it into terms.
    execution : Execution
        Where the work is done, and whether one file that cannot be read is an error.
    reporter : Reporter
        Is called with the progress, and with what a user should know.
    use_cache : bool
        Whether cached tunes and terms are used.

    Returns
    -------
    Reading
        With at least one note.

    Raises
    ------
    JazzgramError
        Where no file can be read, or (if strict) one cannot; where there is no note to learn from; where the split
        has no tune to train on.
    """
    return _Reader(part, source, tokenizer, execution, reporter, use_cache).read()


@dataclass
class _Reader:
    """One reading while it goes on; see `read` for the fields."""

    part: CorpusPart
    source: Path
    tokenizer: Part
    execution: Execution
    reporter: Reporter
    use_cache: bool

    def read(self) -> Reading:
        split = self.part.split
        parts = read_split(split) if isinstance(split, Path) else split and split.model_dump()
        terms = [(item.name, item.digest) for item in self.items]
        key = content_key(terms=terms, made_by=self.terms.key, split=parts, code=code_key("tables"))
        path = cache_root() / "tables" / f"{key}.arrow"
        table = self._cached_table(path)
        now = 0
        if table is None:
            failures = {}
            missing = self._missing()
            if missing:
                failures = self._read_items(missing)
                now = len(missing) - len(failures)
            if len(failures) == len(self.items):
                raise JazzgramError(_errors(failures.values()))
            self._write_table(path, failures)
            table = TokenTable(path)
        if line := self._dangling():
            self.reporter.warn(line)
        report = Report.from_json(table.extra["report"])
        if self.execution.strict and report.failures:
            raise JazzgramError(_errors(report.failures))
        if not table.fact("notes").any():
            raise JazzgramError(
                f"{self.source}: no melody in any bar; check the reader's options, or play over it (improvise.chart)"
            )
        if not len(table.tokens()):
            raise JazzgramError(f"{self.source}: the split leaves nothing to train on; check corpus.split")
        for warning in report.warnings((t.title for t in table.tunes), (t.part for t in table.tunes)):
            self.reporter.warn(warning)
        packs = [self.tunes.path_of(name) for name in table.extra["packs"]]
        locations = Locations(packs, table.fact("pack"), table.fact("row"), lambda number: table.tunes[number].title)
        tunes = StoredTunes(locations, partial(self._remake_tunes, locations, table.fact("item")))
        return Reading(Corpus(tunes), table, report, self.digest, now)

    def _dangling(self) -> str:
        """Return a line on links of the folder that lead nowhere, where a reader lists files; empty without any."""
        if not self.source.is_dir() or "list_files" not in self.part.reader.plugin.hooks:
            return ""
        return dangling_line(dangling_links(self.source, (item.path for item in self.items)), self.source)

    @cached_property
    def item_reader(self) -> ItemReader:
        return ItemReader(self.part.reader, self.tokenizer)

    @cached_property
    def items(self) -> list[WorkItem]:
        return list_items(self.source, self.part.reader, self.item_reader.calls)

    @cached_property
    def digest(self) -> str:
        # The name of the part is old: this hash is in the records of earlier runs.
        return content_key(units=[(item.name, item.digest) for item in self.items])

    @cached_property
    def keys(self) -> NDArray[np.bytes_]:
        """The key of each work item."""
        return np.array([item.digest for item in self.items], KEY)

    @cached_property
    def tunes(self) -> Packs:
        """The packs of tunes."""
        return Packs("tunes", _made_by("tunes", self.part.reader))

    @cached_property
    def terms(self) -> Packs:
        """The packs of terms."""
        return Packs("terms", [self.tunes.key, *_made_by("terms", self.tokenizer)])

    def _cached_table(self, path: Path) -> TokenTable | None:
        """Open the table of an earlier run, unless there is something to try again."""
        if not self.use_cache:
            return None
        table = read_entry(path, TokenTable, self.reporter.warn)
        if table is None:
            return None
        report = Report.from_json(table.extra["report"])
        gone = not all(self.tunes.path_of(name).is_file() for name in table.extra["packs"])
        return None if gone or any(not failure.expected for failure in report.failures) else table

    def _missing(self) -> list[int]:
        """Return the indices of the work items of which not all is cached."""
        if not self.use_cache:
            return list(range(len(self.items)))
        damaged_packs = [*self.tunes.scan(), *self.terms.scan()]
        if damaged_packs:
            self.reporter.warn(damaged(damaged_packs[0], len(damaged_packs)))
        cached = (self.tunes.find(self.keys)[0] >= 0) & (self.terms.find(self.keys)[0] >= 0)
        return np.flatnonzero(~cached).tolist()

    def _remake_tunes(self, locations: Locations, item: Ints, pack: Path) -> None:
        """Read work items again whose cached tunes turn out to be damaged or gone."""
        self.reporter.warn(damaged(pack))
        discard(pack)
        tunes = locations.inside(pack)
        task = self._task(np.unique(item[tunes]).tolist())
        result = read_items(self.item_reader, replace(task, stored=(None,) * len(task.paths)))
        if result.tunes is None or result.refused:
            raise JazzgramError(_errors(result.refused))
        locations.move(tunes, self.tunes.path(self.tunes.store(result.tunes)))

    def _tasks(self, missing: Sequence[int]) -> Iterator[ReadTask]:
        """Yield the work: few files at a time where there are few or they are large, so that all cores have some."""
        most = max(1, min(_MOST_FILES, len(missing) // (8 * self.execution.cores)))
        some: list[int] = []
        size = 0
        for number in missing:
            some.append(number)
            with suppress(OSError):  # the reader will report it
                size += self.items[number].path.stat().st_size
            if len(some) >= most or size >= _MOST_BYTES:
                yield self._task(some)
                some, size = [], 0
        if some:
            yield self._task(some)

    def _task(self, numbers: Sequence[int]) -> ReadTask:
        items = [self.items[number] for number in numbers]
        packs, slots = (found.tolist() for found in self.tunes.find(self.keys[list(numbers)]))
        stored = [None if pack < 0 else (self.tunes.path(pack), slot) for pack, slot in zip(packs, slots, strict=True)]
        keys = tuple(item.digest for item in items)
        return ReadTask(tuple(numbers), keys, tuple(item.path.absolute() for item in items), tuple(stored))

    def _read_items(self, missing: Sequence[int]) -> dict[int, Failure]:
        """Read work items and cache their tunes and terms; return those that could not be read."""
        failures: dict[int, Failure] = {}
        lost: list[ReadTask] = []
        done = 0

        def read(tasks: Iterable[ReadTask], execution: Execution, count: int) -> None:
            nonlocal done
            work = partial(read_items, self.item_reader)
            portable = self.item_reader.portable
            with closing(run(work, tasks, execution, count=count, portable=portable, forks=True)) as results:
                for task, result in results:
                    if isinstance(result, Lost):
                        if len(task.numbers) > 1:
                            lost.append(task)
                            continue
                        result = ReadResult(refused=(Refusal(0, f"{task.paths[0]}: {result.reason}", False),))
                    for refusal in result.refused:
                        number = task.numbers[refusal.index]
                        failures[number] = Failure(self.items[number].name, refusal.error, refusal.expected)
                    if result.tunes is not None:
                        self.tunes.store(result.tunes)
                    if result.terms is not None:
                        self.terms.store(result.terms)
                    for _ in task.numbers:
                        done += 1
                        self.reporter.progress(done, len(missing))

        tasks = list(self._tasks(missing))
        read(tasks, self.execution, len(tasks))
        if lost:  # one file of each did it: find out which, and not in this process
            engine = "dask" if self.execution.engine == "dask" else "processes"
            alone = [self._task([number]) for task in lost for number in task.numbers]
            read(alone, self.execution.model_copy(update={"engine": engine}), len(alone))
        return dict(sorted(failures.items()))

    def _write_table(self, path: Path, failures: dict[int, Failure]) -> None:
        """Build the table of the whole corpus out of the cached terms of its work items."""
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            build_table(path, self.items, self.keys, self.tunes, self.terms, self.part.split, tuple(failures.values()))


def _errors(failures: Collection[Failure | Refusal]) -> str:
    more = len(failures) - _MOST_ERRORS
    shown = [failure.error for failure in islice(failures, _MOST_ERRORS)]
    return "\n".join([*shown, f"… and {more} more files that cannot be read"] if more > 0 else shown)


def _made_by(kind: str, part: Part) -> list[object]:
    return [part.plugin.fingerprint(), part.options.model_dump(mode="json"), code_key(kind)]
