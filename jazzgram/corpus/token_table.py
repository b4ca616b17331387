"""Token tables: all terms of a corpus in columns of one file, mapped into memory: a corpus may be larger than it.

=================  ==================================================================================================
``token``          int64, the token id: below ``len(vocabulary)`` a term that the training part has, above it one that
                   only other parts have, unknown to a model
``tune``, ``bar``  int32, the tune's index in the corpus, and the bar's in the tune, from 0
``onset``          int32, ticks from the start of the bar: the sum of the durations before it
``duration``       int32, ticks
``remaining``      int32, ticks from there to the end of the bar; below 0 where the terms overfill it
``until``          int32, ticks from there to the next chord; 0 where there is none
``chord``          int32, the number of the chord that sounds there; -1 where there is none
``next_chord``     int32, the number of the chord after that one; -1 where there is none
=================  ==================================================================================================

Rows are in order within a tune; tunes are stored part by part (train, validation, test, unused), in the order of the
corpus within each, so that a part is one stretch of every column. Terms, chords and tunes are in the file's head.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.corpus.split import PARTS, UNUSED
from jazzgram.corpus.token_parts import COLUMNS, TokenPart, TuneFacts, Voicing
from jazzgram.hooks.token_model import UNKNOWN, Dataset, TokenTune
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.music.chord import Chord
from jazzgram.music.labels import Labels
from jazzgram.music.term import Term
from jazzgram.resources.atomic import whole_file
from jazzgram.resources.columns import open_columns, write_columns
from jazzgram.resources.frozen import dataclass
from jazzgram.resources.lazy_sequence import LazySequence

_POSITION = ("bar", "onset", "remaining", "until", "chord", "next_chord")
"""The columns of a token's position."""
_IN_MEMORY = 1 << 18
"""Bytes of a column that are gathered in memory before a file is used."""
_AT_ONCE = 1 << 20
"""Values that are renumbered at once."""


@dataclass(frozen=True, slots=True)
class TuneEntry:
    """A tune in a token table.

    Parameters
    ----------
    title, work : str
        The title is unique in the corpus.
    part : str
        ``train``, ``validation``, ``test`` or ``unused``.
    bars, notes : int
        How many it has.
    tempo : float
        Quarter notes per minute.
    begin, end : int
        Its rows: from `begin` to before `end`.
    labels : Labels
        As in `jazzgram.music.tune.Tune`.
    """

    title: str
    work: str
    part: str
    bars: int
    notes: int
    tempo: float
    begin: int
    end: int
    labels: Labels


class TokenTable:
    """A corpus's terms, in columns that are read from disk as they are used.

    Parameters
    ----------
    path : Path
        A file that `write_table` wrote.

    Attributes
    ----------
    tunes : tuple of TuneEntry
        In the order of the corpus.
    terms : tuple of Term
        The term of each token id.
    chords : tuple of (str, tuple of int)
        Symbol and pitches of each chord number.
    digest : str
        A hash of everything that can be learned from it, and of its parts.
    extra : dict
        What the writer added.

    Raises
    ------
    JazzgramError
        Where the file is damaged or gone.
    """

    def __init__(self, path: Path) -> None:
        self._columns = open_columns(path)
        head = self._columns.head
        self.tunes = tuple(TuneEntry(*(*entry[:-1], Labels(*entry[-1]))) for entry in head["tunes"])
        self.terms = tuple(map(Term.parse, head["terms"]))
        self.chords: tuple[Voicing, ...] = tuple((symbol, tuple(pitches)) for symbol, pitches in head["chords"])
        self.digest: str = head["digest"]
        self.extra: dict[str, Any] = head["extra"]
        self._known: int = head["known"]
        self._spans = {part: (begin, end) for part, begin, end in head["parts"]}

    def __len__(self) -> int:
        return len(self._columns["token"])

    def column(self, name: str, part: str | None = None) -> NDArray[Any]:
        """Return a column.

        Parameters
        ----------
        name : str
            See the module.
        part : str or None
            ``train``, ``validation``, ``test`` or ``unused``; None for all rows.

        Returns
        -------
        ndarray of int64 (token) or int32, shape (rows,)
            Not to be written to; it is a view of the file and takes no memory of its own.
        """
        begin, end = (0, len(self)) if part is None else self._spans[part]
        return self._columns[name][begin:end]

    def tokens(self, part: str | None = "train") -> NDArray[np.int64]:
        """Return the token ids of a part, tune after tune; see `column`."""
        return self.column("token", part)

    def tune(self, entry: TuneEntry) -> TokenTune:
        """Return the tokens of one tune with their positions, as views of the file where all its terms are known."""
        rows = slice(entry.begin, entry.end)
        token = self.known(self.column("token")[rows])
        positions = {name: self.column(name)[rows] for name in _POSITION}
        return TokenTune(
            token, **positions, chords=self._all_chords, bars=entry.bars, tempo=entry.tempo, labels=entry.labels
        )

    def known(self, token: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return token ids with `UNKNOWN` for those that the training part does not have."""
        is_known = token < self._known
        return token if is_known.all() else np.where(is_known, token, UNKNOWN)

    def data(self) -> Dataset:
        """Return the dataset of a model: the tunes of the training and of the validation part that have terms."""
        return Dataset(_PartTunes(self, "train"), _PartTunes(self, "validation"))

    @cached_property
    def _all_chords(self) -> tuple[Chord, ...]:
        return tuple(Chord(pitches, 0, 0, symbol) for symbol, pitches in self.chords)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The terms of the training part: what a model learns."""
        tune, bar = self.column("tune", "train"), self.column("bar", "train")
        first = np.ones(len(tune), bool)
        first[1:] = (np.diff(tune) != 0) | (np.diff(bar) != 0)
        labels = tuple(entry.labels for entry in self.tunes if entry.part == "train")
        return Vocabulary(self.terms[: self._known], tuple(self.tokens()[first].tolist()), labels)

    def grammar(self) -> Iterator[tuple[Term, ...]]:
        """Yield the terms of every bar of every tune in the order of the corpus; empty for an empty bar."""
        for entry in self.tunes:
            rows = slice(entry.begin, entry.end)
            terms = [self.terms[token] for token in self.column("token")[rows].tolist()]
            ends = np.searchsorted(self.column("bar")[rows], range(entry.bars + 1)).tolist()
            yield from (tuple(terms[begin:end]) for begin, end in pairwise(ends))

    def chord(self, number: int) -> Chord | None:
        """Return a chord by its number, lasting nothing; None for -1."""
        return None if number < 0 else Chord(self.chords[number][1], 0, 0, self.chords[number][0])


class _PartTunes(LazySequence[TokenTune]):
    """The tunes of a part that have terms, each made when it is used: their arrays are views of the table's columns."""

    def __init__(self, table: TokenTable, part: str) -> None:
        self._table, self._part = table, part
        self._entries = [entry for entry in table.tunes if entry.part == part and entry.begin < entry.end]

    def __len__(self) -> int:
        return len(self._entries)

    def _item(self, number: int) -> TokenTune:
        return self._table.tune(self._entries[number])

    @cached_property
    def tokens(self) -> NDArray[np.int64]:
        """The token ids of all tunes: one stretch of the column."""
        return self._table.known(self._table.tokens(self._part))


def write_table(
    path: Path,
    items: Iterable[TokenPart],
    tunes: Sequence[TuneFacts],
    parts: Sequence[str],
    extra: dict[str, Any],
) -> None:
    """Join the terms of work items into a table, holding neither in memory.

    Parameters
    ----------
    path : Path
        Is replaced at once when everything is written.
    items : iterable of TokenPart
        Read once, in the order of the corpus.
    tunes : sequence of TuneFacts
        Every tune of every work item, in the order of the corpus.
    parts : sequence of str
        The part of each tune.
    extra : dict
        What else is stored, as JSON.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    gathered = _Gathered(path.parent, parts)
    try:
        for item in items:
            gathered.add(item)
        columns, spans, known, terms = gathered.columns()
        labels = [astuple(facts.labels) for facts in tunes]
        digest = hashlib.sha256(json.dumps([spans, known, terms, list(gathered.chords), labels, parts]).encode())
        for column in columns:
            digest.update(column.data)
        rows = gathered.rows(spans)
        head = {
            "tunes": [
                (facts.title, facts.work, part, facts.bars, facts.notes, facts.tempo, *span, label)
                for facts, part, span, label in zip(tunes, parts, rows, labels, strict=True)
            ],
            "terms": terms,
            "known": known,
            "chords": list(gathered.chords),
            "parts": spans,
            "digest": digest.hexdigest(),
            "extra": extra,
        }
        with whole_file(path) as file:
            write_columns(file, dict(zip(COLUMNS, columns, strict=True)), head)
    finally:
        gathered.close()


class _Gathered:
    """Columns that grow by a work item at a time, in one file for each part and column once they are large."""

    def __init__(self, folder: Path, parts: Sequence[str]) -> None:
        self.chords: dict[Voicing, int] = {}
        self._folder = folder
        self._parts = parts
        self._terms: dict[str, int] = {}
        self._in_training: set[int] = set()
        self._lengths: list[int] = []
        self._files: dict[tuple[str, int], IO[bytes]] = {}

    def add(self, item: TokenPart) -> None:
        """Append a work item's tunes, with terms and chords numbered as they are first met in the corpus."""
        terms = np.array([self._terms.setdefault(term, len(self._terms)) for term in item.terms], np.int32)
        chords = np.array([*(self.chords.setdefault(c, len(self.chords)) for c in item.chords), -1], np.int32)
        columns = item.columns.copy()
        columns[0] = terms[item.columns[0]]
        columns[-2:] = chords[item.columns[-2:]]  # -1 takes the last one, which is -1
        ends = np.searchsorted(item.columns[1], range(len(item.tunes) + 1)).tolist()
        for begin, end in pairwise(ends):
            part = self._parts[len(self._lengths)]
            columns[1, begin:end] = len(self._lengths)
            if part == "train":
                self._in_training.update(columns[0, begin:end].tolist())
            for number in range(len(COLUMNS)):
                self._file(part, number).write(columns[number, begin:end].tobytes())
            self._lengths.append(end - begin)

    def _file(self, part: str, number: int) -> IO[bytes]:
        if (part, number) not in self._files:
            self._files[part, number] = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(self._folder))  # noqa: SIM115
        return self._files[part, number]

    def columns(self) -> tuple[list[NDArray[Any]], list[tuple[str, int, int]], int, list[str]]:
        """Join the parts, with the terms numbered for good: those of the training part first, each by their text.

        Returns
        -------
        columns, spans, known, terms
            One array for each of `COLUMNS`; part, first row and end of each part; how many terms the training part
            has; all terms.
        """
        texts = list(self._terms)
        order = sorted(range(len(texts)), key=lambda number: (number not in self._in_training, texts[number]))
        final = np.empty(len(order), np.int64)
        final[order] = np.arange(len(order))
        lengths = dict.fromkeys((*PARTS, UNUSED), 0)
        for part, length in zip(self._parts, self._lengths, strict=False):
            lengths[part] += length
        spans, end = [], 0
        for part, length in lengths.items():
            spans.append((part, end, end + length))
            end += length
        columns = []
        for number, name in enumerate(COLUMNS):
            column = self._room(end, np.int64 if name == "token" else np.int32)
            for part, begin, _ in spans:
                for values in _values(self._files.get((part, number))):
                    column[begin : begin + len(values)] = final[values] if name == "token" else values
                    begin += len(values)
            columns.append(column)
        return columns, spans, len(self._in_training), [texts[number] for number in order]

    def _room(self, length: int, kind: Any) -> NDArray[Any]:
        if length * 8 <= _IN_MEMORY:
            return np.empty(length, kind)
        with tempfile.TemporaryFile(dir=self._folder) as file:  # it lives as long as its map
            return np.memmap(file, kind, "w+", shape=(length,))

    def rows(self, spans: Sequence[tuple[str, int, int]]) -> list[tuple[int, int]]:
        """Return the first row of each tune, and the end of its rows."""
        at = {part: begin for part, begin, _ in spans}
        found = []
        for part, length in zip(self._parts, self._lengths, strict=False):
            found.append((at[part], at[part] + length))
            at[part] += length
        return found

    def close(self) -> None:
        for file in self._files.values():
            file.close()


def _values(file: IO[bytes] | None) -> Iterator[NDArray[np.int32]]:
    if file is not None:
        file.seek(0)
        while piece := file.read(4 * _AT_ONCE):
            yield np.frombuffer(piece, np.int32)
