"""Token tables, written: the terms of work items joined into one Arrow file, of which little is held in memory."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import astuple
from itertools import groupby, pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jazzgram.corpus.disk_column import DiskColumn
from jazzgram.corpus.token_parts import COLUMNS, TokenPart, Voicing
from jazzgram.corpus.token_table import ALL_PARTS, FACTS, LABELS, STORED
from jazzgram.resources.atomic import whole_file

_PIECE = 1 << 24
"""Bytes of a column that are written at once."""
_AT_ONCE = 4096
"""Tunes whose facts are Python values."""
_OWN = [name for name in FACTS if name not in STORED]


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
        self._facts: list[pa.StructArray] = []
        self._waiting: list[tuple[Any, ...]] = []
        self._lengths = dict.fromkeys(ALL_PARTS, 0)

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for column in (*self.stored.values(), *self._columns.values()):
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
        for facts, title, part, (begin, end) in zip(item.tunes, titles, parts, spans, strict=True):
            at = self._lengths[part]
            self._lengths[part] += end - begin
            span = (ALL_PARTS.index(part), at, self._lengths[part])
            known = (title.encode("utf-8", "surrogateescape"), facts.work, facts.bars, facts.notes, facts.tempo)
            self._waiting.append((*known, *astuple(facts.labels), *span))
        self.parts.update(parts)
        for column, values in zip(self.stored.values(), stored, strict=True):
            column.append(values)
        if len(self._waiting) >= _AT_ONCE:
            self._pack_facts()

    def _pack_facts(self) -> None:
        columns = zip(*self._waiting, strict=True)
        arrays = [pa.array(column, FACTS[name]) for name, column in zip(_OWN, columns, strict=False)]
        if arrays:
            self._facts.append(pa.StructArray.from_arrays(arrays, _OWN))
        self._waiting.clear()

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
        for text in self._texts_of_tunes():
            digest.update(text.encode())
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
        arrays = {name: pa.array(column.array()) for name, column in columns.items()}
        arrays["tune"] = pa.DictionaryArray.from_arrays(arrays["tune"], self._all_facts(spans))
        batch = pa.record_batch(arrays).replace_schema_metadata({"jazzgram": json.dumps(head)})
        with whole_file(path) as file, pa.ipc.new_file(_Sink(file, columns.values()), batch.schema) as writer:
            writer.write_batch(batch)

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

    def _texts_of_tunes(self) -> Iterator[str]:
        """Yield the labels and then the parts of all tunes, as a JSON list of both has them."""
        self._pack_facts()
        for before, after, names in ((", [", "]", LABELS), (", [", "]]", ("part",))):
            yield before
            between = ""
            for facts in self._facts:
                for values in zip(*(facts.field(name).to_pylist() for name in names), strict=True):
                    yield between + json.dumps(values if len(values) > 1 else ALL_PARTS[values[0]])
                    between = ", "
            yield after

    def _all_facts(self, spans: Sequence[tuple[str, int, int]]) -> pa.StructArray:
        """Return the facts of all tunes, with their rows in the table."""
        facts = pa.concat_arrays(self._facts)
        columns = {name: facts.field(name) for name in _OWN}
        firsts = np.array([first for _, first, _ in spans])[columns["part"].to_numpy()]
        columns |= {name: pa.array(columns[name].to_numpy() + firsts) for name in ("begin", "end")}
        columns |= {name: pa.array(column.array()) for name, column in self.stored.items()}
        return pa.StructArray.from_arrays(list(columns.values()), list(columns))


class _Sink:
    """A file to which Arrow writes columns that are mapped from disk: their memory is released as they are written."""

    closed = False

    def __init__(self, file: BinaryIO, columns: Collection[DiskColumn]) -> None:
        self._file, self._columns = file, columns
        self.tell, self.flush = file.tell, file.flush

    def write(self, content: bytes | pa.Buffer) -> int:
        """Write a column, or a part of the schema."""
        view = memoryview(content)
        for begin in range(0, len(view), _PIECE):
            self._file.write(view[begin : begin + _PIECE])
            for column in self._columns:
                column.release()
        return len(view)

    def close(self) -> None:
        """Leave the file open: who opened it closes it."""


def _runs(parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the first and the end of each run of equal parts."""
    begin = 0
    for _, run in groupby(parts):
        end = begin + sum(1 for _ in run)
        yield begin, end
        begin = end
