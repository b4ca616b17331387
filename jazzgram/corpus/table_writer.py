"""Token tables, written: the terms of work items joined into one file of columns, of which little is held in memory."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from itertools import groupby, pairwise
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.corpus.disk_column import DiskColumn
from jazzgram.corpus.token_parts import COLUMNS, TokenPart, Voicing
from jazzgram.corpus.token_table import ALL_PARTS, CODEC, FACTS, STORED, TEXT
from jazzgram.resources.atomic import whole_file
from jazzgram.resources.columns import write_columns

_OWN = {name: kind for name, kind in FACTS.items() if name not in STORED}


class TableWriter:
    """Write the table of a corpus, work item by work item; what is large is on disk meanwhile.

    Parameters
    ----------
    folder : Path
        Where temporary files lie; nobody sees them.

    Attributes
    ----------
    stored : dict of str to DiskColumn
        The ``item``, ``pack`` and ``row`` of each tune, as in `jazzgram.corpus.token_table.FACTS`.
    parts : Counter
        Tunes of each part of the split.
    """

    def __init__(self, folder: Path) -> None:
        self.parts: Counter[str] = Counter()
        self.stored = {name: DiskColumn(folder, np.int32) for name in STORED}
        self._folder = folder
        self._terms: dict[str, int] = {}
        self._chords: dict[Voicing, int] = {}
        self._in_training: set[int] = set()
        self._columns: dict[tuple[str, int], DiskColumn] = {}
        self._facts = {name: DiskColumn(folder, np.uint8 if kind is TEXT else kind) for name, kind in _OWN.items()}
        self._ends = {name: _Ends(folder) for name, kind in _OWN.items() if kind is TEXT}
        self._digested = [DiskColumn(folder, np.uint8) for _ in range(2)]
        self._lengths = dict.fromkeys(ALL_PARTS, 0)

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        groups = (self.stored, self._columns, self._facts, self._ends)
        for column in (*(column for group in groups for column in group.values()), *self._digested):
            column.close()

    def add(
        self, item: TokenPart, titles: Sequence[str], parts: Sequence[str], stored: Sequence[NDArray[np.integer[Any]]]
    ) -> None:
        """Append some work items, in the order of the corpus.

        Parameters
        ----------
        item : TokenPart
            Their terms.
        titles, parts : sequence of str
            The unique title and the part of each of their tunes.
        stored : sequence of ndarray of int
            The item, pack and row of each tune.
        """
        tune = sum(self.parts.values())
        columns = item.renumbered(self._terms, self._chords, tune)
        ends = np.searchsorted(columns[1], np.arange(tune, tune + len(parts) + 1)).tolist()
        spans = list(pairwise(ends))
        for first, last in _runs(parts):
            part, begin, end = parts[first], ends[first], ends[last]
            if part == "train":
                self._in_training.update(columns[0, begin:end].tolist())
            for number in range(len(COLUMNS)):
                if (part, number) not in self._columns:
                    self._columns[part, number] = DiskColumn(self._folder, np.int32)
                self._columns[part, number].append(columns[number, begin:end])
        known = []
        for facts, title, part, (begin, end) in zip(item.tunes, titles, parts, spans, strict=True):
            at = self._lengths[part]
            self._lengths[part] += end - begin
            span = (ALL_PARTS.index(part), at, self._lengths[part])
            known.append((title, facts.work, facts.bars, facts.notes, facts.tempo, *astuple(facts.labels), *span))
        self._add_facts(known, [astuple(facts.labels) for facts in item.tunes], parts)
        self.parts.update(parts)
        for column, values in zip(self.stored.values(), stored, strict=True):
            column.append(values)

    def _add_facts(self, known: Sequence[tuple[Any, ...]], labels: Sequence[Any], parts: Sequence[str]) -> None:
        for (name, kind), values in zip(_OWN.items(), zip(*known, strict=True), strict=False):
            if kind is TEXT:
                texts = [text.encode(*CODEC) for text in values]
                self._facts[name].append(np.frombuffer(b"".join(texts), np.uint8))
                self._ends[name].add([len(text) for text in texts])
            else:
                self._facts[name].append(np.array(values, kind))
        for column, items in zip(self._digested, (labels, parts), strict=True):
            text = ", ".join([*([""] if len(column) else []), *map(json.dumps, items)])
            column.append(np.frombuffer(text.encode(), np.uint8))

    def write(self, path: Path, extra: dict[str, Any]) -> None:
        """Write the table of what was added, and `extra` as JSON; a file of that name is replaced at once."""
        terms, final = self._final()
        spans, end = [], 0
        for part, length in self._lengths.items():
            spans.append((part, end, end + length))
            end += length
        columns = {name: self._joined(number, final) for number, name in enumerate(COLUMNS)}
        known, chords = len(self._in_training), list(self._chords)
        digest = hashlib.sha256(json.dumps([spans, known, terms, chords])[:-1].encode())
        for before, column, after in zip((b", [", b", ["), self._digested, (b"]", b"]]"), strict=True):
            digest.update(before)
            for piece in column.pieces():
                digest.update(piece.data)
            digest.update(after)
        for column in columns.values():
            for piece in column.pieces():
                digest.update(piece.data)
        head = {
            "terms": terms,
            "known": known,
            "chords": chords,
            "parts": spans,
            "digest": digest.hexdigest(),
            "extra": extra,
        }
        arrays = {name: column.array() for name, column in columns.items()} | self._all_facts(spans)

        def release() -> None:
            for column in columns.values():
                column.release()

        with whole_file(path) as file:
            write_columns(file, arrays, head, release)

    def _final(self) -> tuple[list[str], NDArray[np.int64]]:
        """Return the terms, those of the training part first, each by their text, and the final number of each."""
        texts = list(self._terms)
        order = sorted(range(len(texts)), key=lambda number: (number not in self._in_training, texts[number]))
        final = np.empty(len(order), np.int64)
        final[order] = np.arange(len(order))
        return [texts[number] for number in order], final

    def _joined(self, number: int, final: NDArray[np.int64]) -> DiskColumn:
        """Return a column of all parts, with the terms numbered for good."""
        token = COLUMNS[number] == "token"
        parts = [self._columns[part, number] for part in ALL_PARTS if (part, number) in self._columns]
        if len(parts) == 1 and not token:
            return parts[0]
        joined = self._columns["", number] = DiskColumn(self._folder, np.int64 if token else np.int32)
        for part in parts:
            for piece in part.pieces():
                joined.append(final[piece] if token else piece)
            part.close()
        return joined

    def _all_facts(self, spans: Sequence[tuple[str, int, int]]) -> dict[str, NDArray[Any]]:
        """Return the facts of all tunes, with their rows in the table."""
        facts = {name: column.array() for name, column in (self._facts | self.stored).items()}
        firsts = np.array([first for _, first, _ in spans])[facts["part"]]
        facts |= {name: facts[name] + firsts for name in ("begin", "end")}
        facts |= {f"{name}.ends": column.array() for name, column in self._ends.items()}
        return {f"tune.{name}": column for name, column in facts.items()}


class _Ends(DiskColumn):
    """Where each of some texts ends; the first begins at 0."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, np.int64)
        self._last = 0
        self.append(np.zeros(1))

    def add(self, lengths: Sequence[int]) -> None:
        """Append the ends of further texts."""
        ends = self._last + np.cumsum(lengths, dtype=np.int64)
        self._last = int(ends[-1]) if len(ends) else self._last
        self.append(ends)


def _runs(parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the first and the end of each run of equal parts."""
    begin = 0
    for _, run in groupby(parts):
        end = begin + sum(1 for _ in run)
        yield begin, end
        begin = end
