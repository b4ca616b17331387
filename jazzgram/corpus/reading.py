"""Reading a corpus: every work item on whatever core is free, nothing twice, into a token table and tunes on disk.

The result of a work item is cached in two Arrow files: its tunes, under a hash of its content, of the reader and of the
reader's options; its terms, under the same with the tokenizer and its options. The token table of the whole corpus is
cached under all of these. So a second run reads what has changed, and nothing where nothing has.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import islice
from pathlib import Path

import numpy as np

from jazzgram.config.config import CorpusPart, Part
from jazzgram.config.sections import Execution
from jazzgram.config.shares import Shares
from jazzgram.corpus.duplicates import find_duplicates
from jazzgram.corpus.items import WorkItem, dangling_line, dangling_links, list_items
from jazzgram.corpus.report import Failure, Report
from jazzgram.corpus.split import Assigned, draw, look_up, read_split
from jazzgram.corpus.token_parts import TokenPart, TuneFacts
from jazzgram.corpus.token_table import TokenTable, write_table
from jazzgram.corpus.tune_store import CacheFiles, Locations, StoredTunes, from_file
from jazzgram.corpus.work import ItemReader, ReadResult, ReadTask, read_item
from jazzgram.corpus.workers import Lost, run
from jazzgram.errors import JazzgramError
from jazzgram.hooks.progress import Reporter
from jazzgram.music.tune import Corpus, Dropped, merge_dropped
from jazzgram.resources.atomic import whole_file
from jazzgram.resources.cache import cache_root, content_key, damaged, discard, read_entry
from jazzgram.resources.results import code_key

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
        bars = sum(tune.bars for tune in self.tokens.tunes)
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
    _damaged: list[Path] = field(default_factory=list)

    def read(self) -> Reading:
        split = self.part.split
        parts = read_split(split) if isinstance(split, Path) else split and split.model_dump()
        terms = [(item.name, key) for item, key in zip(self.items, self.term_files.keys, strict=True)]
        key = content_key(terms=terms, split=parts, code=code_key("tables"))
        path = cache_root() / "tables" / f"{key}.arrow"
        table = self._cached_table(path)
        now = 0
        if table is None:
            failures = {}
            missing = [number for number in range(len(self.items)) if not self._is_cached(number)]
            if self._damaged:
                self.reporter.warn(damaged(self._damaged[0], len(self._damaged)))
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
        if not any(tune.notes for tune in table.tunes):
            raise JazzgramError(
                f"{self.source}: no melody in any bar; check the reader's options, or play over it (improvise.chart)"
            )
        if not len(table.tokens()):
            raise JazzgramError(f"{self.source}: the split leaves nothing to train on; check corpus.split")
        for warning in report.warnings([t.title for t in table.tunes], [t.part for t in table.tunes]):
            self.reporter.warn(warning)
        locations = Locations(self.tune_files, table.extra["counts"], [tune.title for tune in table.tunes])
        return Reading(Corpus(StoredTunes(locations, self._remake_tunes)), table, report, self.digest, now)

    def _dangling(self) -> str:
        """Return a line on links of the folder that lead nowhere, where a reader lists files; empty without any."""
        if not self.source.is_dir() or "list_files" not in self.part.reader.plugin.hooks:
            return ""
        return dangling_line(dangling_links(self.source, [item.path for item in self.items]), self.source)

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
    def tune_files(self) -> CacheFiles:
        """The file in which the tunes of each work item are cached."""
        made_by = _made_by("tunes", self.part.reader)
        return CacheFiles("tunes", [content_key(item=item.digest, reader=made_by) for item in self.items])

    @cached_property
    def term_files(self) -> CacheFiles:
        """The file in which the terms of each work item are cached."""
        made_by = _made_by("terms", self.tokenizer)
        return CacheFiles("terms", [content_key(tunes=key, tokenizer=made_by) for key in self.tune_files.keys])

    def _cached_table(self, path: Path) -> TokenTable | None:
        """Open the table of an earlier run, unless there is something to try again."""
        if not self.use_cache:
            return None
        table = read_entry(path, TokenTable, self.reporter.warn)
        if table is None:
            return None
        report = Report.from_json(table.extra["report"])
        gone = any(
            count and not file.is_file() for count, file in zip(table.extra["counts"], self.tune_files, strict=True)
        )
        return None if gone or any(not failure.expected for failure in report.failures) else table

    def _is_cached(self, number: int) -> bool:
        return self.use_cache and all(map(self._is_whole, (self.tune_files[number], self.term_files[number])))

    def _is_whole(self, file: Path) -> bool:
        """Check whether an entry can be opened; a damaged one is discarded."""
        if not os.path.lexists(file):
            return False
        try:
            from_file(file)
        except JazzgramError:
            self._damaged.append(file)
            discard(file)
            return False
        return True

    def _remake_tunes(self, file: Path) -> None:
        """Read a work item again whose cached tunes turn out to be damaged or gone."""
        self.reporter.warn(damaged(file))
        discard(file)
        item = self.items[self.tune_files.index(file)]
        result = read_item(self.item_reader, ReadTask(0, item.path.absolute()))
        if result.tunes is None:
            raise JazzgramError(result.error)
        _store(file, result.tunes)

    def _read_items(self, missing: Sequence[int]) -> dict[int, Failure]:
        """Read work items and cache their tunes and terms; return those that could not be read."""
        failures: dict[int, Failure] = {}
        tasks = (
            ReadTask(number, self.items[number].path.absolute(), self.tune_files[number] if self.use_cache else None)
            for number in missing
        )
        work = partial(read_item, self.item_reader)
        results = run(work, tasks, self.execution, count=len(missing), portable=self.item_reader.portable, forks=True)
        with closing(results):
            for done, (task, result) in enumerate(results, 1):
                if isinstance(result, Lost):
                    result = ReadResult(error=f"{task.path}: {result.reason}", expected=False)
                if result.terms is None:
                    failures[task.number] = Failure(self.items[task.number].name, result.error, result.expected)
                else:
                    if result.tunes is not None:
                        _store(self.tune_files[task.number], result.tunes)
                    _store(self.term_files[task.number], result.terms)
                self.reporter.progress(done, len(missing))
        return dict(sorted(failures.items()))

    def _parts(self, failures: dict[int, Failure]) -> Iterator[tuple[int, TokenPart]]:
        for number, file in enumerate(self.term_files):
            if number not in failures:
                yield number, TokenPart.decode(from_file(file))

    def _write_table(self, path: Path, failures: dict[int, Failure]) -> None:
        """Build the table of the whole corpus out of the cached terms of its work items."""
        counts = [0] * len(self.items)
        facts: list[TuneFacts] = []
        sketches = []
        dropped: list[Dropped] = []
        for number, part in self._parts(failures):
            counts[number] = len(part.tunes)
            for tune in part.tunes:
                sketches.append(np.array(tune.sketch, np.int64))
                facts.append(replace(tune, sketch=(), dropped=()))
                dropped += (Dropped(*item) for item in tune.dropped)
        stems = [item.stem for item, count in zip(self.items, counts, strict=True) for _ in range(count)]
        titles = unique([tune.title for tune in facts], stems)
        split = self._split(facts, stems)
        locations = Locations(self.tune_files, counts, titles)
        report = Report(
            files=len(self.items),
            failures=tuple(failures.values()),
            renamed=tuple(title for title, tune in zip(titles, facts, strict=True) if title != tune.title),
            duplicates=tuple(find_duplicates(StoredTunes(locations), sketches=sketches)),
            missing=split.missing,
            shared=split.shared,
            parts=dict(Counter(split.parts)),
            dropped=merge_dropped(dropped),
        )
        facts = [replace(tune, title=title) for tune, title in zip(facts, titles, strict=True)]
        extra = {"report": report.as_json(), "counts": counts}
        with _writing(path):
            write_table(path, (part for _, part in self._parts(failures)), facts, split.parts, extra)

    def _split(self, facts: Sequence[TuneFacts], stems: Sequence[str]) -> Assigned:
        works = [tune.work for tune in facts]
        split = self.part.split
        if isinstance(split, Shares):
            return Assigned(tuple(draw(works, split)))
        if split is None:
            return Assigned(("train",) * len(facts))
        names = [(stem, tune.title) for stem, tune in zip(stems, facts, strict=True)]
        return look_up(names, works, read_split(split))


def unique(titles: Sequence[str], stems: Sequence[str]) -> list[str]:
    """Make titles unique: by the names of the files, and within one file by numbers.

    Examples
    --------
    >>> unique(["Oleo", "Airegin", "Oleo"], ["a", "b", "c"])
    ['Oleo', 'Airegin', 'Oleo (c)']
    """
    taken: set[str] = set()
    found = []
    for title, stem in zip(titles, stems, strict=True):
        name, number = title, 1
        while name in taken:
            name = f"{title} ({stem})" if number == 1 else f"{title} ({stem}, {number})"
            number += 1
        taken.add(name)
        found.append(name)
    return found


def _errors(failures: Collection[Failure]) -> str:
    more = len(failures) - _MOST_ERRORS
    shown = [failure.error for failure in islice(failures, _MOST_ERRORS)]
    return "\n".join([*shown, f"… and {more} more files that cannot be read"] if more > 0 else shown)


def _made_by(kind: str, part: Part) -> list[object]:
    return [part.plugin.fingerprint(), part.options.model_dump(mode="json"), code_key(kind)]


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Raise a one-line error where the cache cannot be written."""
    try:
        yield
    except OSError as error:
        raise JazzgramError(
            f"{path.parent}: the cache cannot be written: {error.strerror or error};"
            " JAZZGRAM_CACHE names another folder"
        ) from error


def _store(path: Path, content: bytes) -> None:
    with _writing(path):
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(content)
