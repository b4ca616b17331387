"""The token table of a corpus out of the cached terms of its work items, with what became of its files.

It is built in one pass, and nothing that grows with the corpus is held but the titles of the tunes: their terms, their
sketches and where they are stored lie on disk meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jazzgram.config.shares import Shares
from jazzgram.corpus.disk_column import DiskColumn
from jazzgram.corpus.duplicates import find_duplicates
from jazzgram.corpus.items import WorkItem
from jazzgram.corpus.packs import Packs, from_file
from jazzgram.corpus.report import Failure, Report
from jazzgram.corpus.split import Assigned, draw, look_up, read_split
from jazzgram.corpus.table_writer import TableWriter
from jazzgram.corpus.token_parts import TokenPart, TuneFacts
from jazzgram.corpus.tune_store import Locations, StoredTunes
from jazzgram.music.tune import Dropped, merge_dropped


def build_table(
    path: Path,
    items: Sequence[WorkItem],
    keys: NDArray[np.bytes_],
    tunes: Packs,
    terms: Packs,
    split: Path | Shares | None,
    failures: tuple[Failure, ...],
) -> None:
    """Write the token table of a corpus, with its report and the names of the packs of its tunes.

    Parameters
    ----------
    path : Path
        Is replaced at once; its folder is there.
    items : sequence of WorkItem
        All work items.
    keys : ndarray of bytes
        The key of each.
    tunes, terms : Packs
        Have those of every work item that could be read.
    split : Path, Shares or None
        As the configuration has it.
    failures : tuple of Failure
        What could not be read.
    """
    pack, slot = tunes.find(keys)
    read = terms.find(keys)[0] >= 0
    used, pack[read] = np.unique(pack[read], return_inverse=True)
    files = [tunes.path(number) for number in used]
    parts = _Parts(split)
    taken: set[str] = set()
    renamed: list[str] = []
    dropped: dict[str, Dropped] = {}
    with ExitStack() as stack:
        table = stack.enter_context(TableWriter(path.parent))
        hashes = stack.enter_context(closing(DiskColumn(path.parent, np.int64)))
        lengths = stack.enter_context(closing(DiskColumn(path.parent, np.int32)))
        for numbers, part in _terms_of(terms, keys):
            counts = [count for count, _ in part.items]
            item = np.repeat(numbers, counts)
            first_rows = np.array([tunes.row(used[pack[number]], slot[number]) for number in numbers])
            within = np.concatenate([np.arange(count) for count in counts])
            stems = [items[number].stem for number in item.tolist()]
            titles = [unique(tune.title, stem, taken) for tune, stem in zip(part.tunes, stems, strict=True)]
            renamed += [title for title, tune in zip(titles, part.tunes, strict=True) if title != tune.title]
            table.add(
                part, titles, parts.of(part.tunes, stems), (item, pack[item], np.repeat(first_rows, counts) + within)
            )
            for tune in part.tunes:
                hashes.append(np.array(tune.sketch, np.int64))
                for reason, *amounts in tune.dropped:
                    before = dropped.get(reason, Dropped(reason))
                    both = zip((before.notes, before.bars, before.chords), amounts, strict=True)
                    dropped[reason] = Dropped(reason, *map(sum, both))
            lengths.append(np.array([len(tune.sketch) for tune in part.tunes]))
        stored = StoredTunes(Locations(files, table.stored["pack"].array(), table.stored["row"].array(), lambda _: ""))
        assigned = parts.assigned()
        copies = find_duplicates(stored, sketches=(hashes.array(), lengths.array()), folder=path.parent)
        report = Report(
            files=len(items),
            failures=failures,
            renamed=tuple(renamed),
            duplicates=tuple(copies),
            missing=assigned.missing,
            shared=assigned.shared,
            parts=dict(table.parts),
            dropped=merge_dropped(dropped.values()),
        )
        table.write(path, {"report": report.as_json(), "packs": [file.stem for file in files]})


def _terms_of(terms: Packs, keys: NDArray[np.bytes_]) -> Iterator[tuple[NDArray[np.int64], TokenPart]]:
    """Yield the terms of all work items that could be read, in order, with their indices: as many at a time as lie in
    one pack one after the other.
    """
    packs, slots = terms.find(keys)
    numbers = np.flatnonzero(packs >= 0)
    follows = (np.diff(packs[numbers]) == 0) & (np.diff(slots[numbers]) > 0)
    for some in np.split(numbers, np.flatnonzero(~follows) + 1):
        part = TokenPart.decode(from_file(terms.path(packs[some[0]])))
        yield some, part.select(slots[some].tolist())


class _Parts:
    """The part of each tune of a corpus, a few tunes at a time."""

    def __init__(self, split: Path | Shares | None) -> None:
        self._shares = split
        self._named = read_split(split) if isinstance(split, Path) else {}
        self._names: list[tuple[str, str]] = []
        self._works: list[str] = []

    def of(self, tunes: Sequence[TuneFacts], stems: Sequence[str]) -> Sequence[str]:
        """Return the parts of tunes, given the names of their files."""
        works = [tune.work for tune in tunes]
        if self._shares is None:
            return ["train"] * len(works)
        if isinstance(self._shares, Shares):
            return draw(works, self._shares)
        names = [(stem, tune.title) for stem, tune in zip(stems, tunes, strict=True)]
        self._names += names
        self._works += works
        return look_up(names, works, self._named).parts

    def assigned(self) -> Assigned:
        """Return what a split file makes of all tunes so far."""
        return look_up(self._names, self._works, self._named)


def unique(title: str, stem: str, taken: set[str]) -> str:
    """Make a title unique: by the name of its file, and within one file by a number.

    Parameters
    ----------
    title, stem : str
        The title of a tune, and its file's name.
    taken : set of str
        The titles that there are; receives the new one.

    Examples
    --------
    >>> taken = set()
    >>> [unique(title, stem, taken) for title, stem in (("Oleo", "a"), ("Airegin", "b"), ("Oleo", "c"))]
    ['Oleo', 'Airegin', 'Oleo (c)']
    """
    name, number = title, 1
    while name in taken:
        name = f"{title} ({stem})" if number == 1 else f"{title} ({stem}, {number})"
        number += 1
    taken.add(name)
    return name
