"""Token tables: all terms of a corpus in one Arrow file, mapped into memory, so that a corpus may be larger than it.

=================  ==================================================================================================
``token``          int64, the token id: below ``len(vocabulary)`` a term that the training part has, above it one that
                   only other parts have, unknown to a model
``tune``, ``bar``  int32, the tune's index in the corpus, and the bar's in the tune, from 0; the tunes' facts are the
                   dictionary of ``tune``, a struct with `FACTS`
``onset``          int32, ticks from the start of the bar: the sum of the durations before it
``duration``       int32, ticks
``remaining``      int32, ticks from there to the end of the bar; below 0 where the terms overfill it
``until``          int32, ticks from there to the next chord; 0 where there is none
``chord``          int32, the number of the chord that sounds there; -1 where there is none
``next_chord``     int32, the number of the chord after that one; -1 where there is none
=================  ==================================================================================================

Rows are in order within a tune; tunes are stored part by part (train, validation, test, unused), in the order of the
corpus within each, so that a part is one stretch of every column. Terms and chords are in the schema's metadata, as
JSON under ``jazzgram``. `jazzgram.corpus.table_writer` writes tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jazzgram.corpus.packs import from_file, head_of
from jazzgram.corpus.split import PARTS, UNUSED
from jazzgram.corpus.token_parts import COLUMNS, Voicing
from jazzgram.hooks.token_model import UNKNOWN, Dataset, TokenTune
from jazzgram.hooks.vocabulary import Vocabulary
from jazzgram.music.chord import Chord
from jazzgram.music.labels import LABEL_KINDS, Labels
from jazzgram.music.term import Term
from jazzgram.resources.lazy_sequence import LazySequence

_POSITION = ("bar", "onset", "remaining", "until", "chord", "next_chord")
"""The columns of a token's position."""
ALL_PARTS = (*PARTS, UNUSED)
"""Every part that a tune may be in, in the order of the table."""
LABELS = tuple(f"{kind}_label" for kind in LABEL_KINDS)
STORED = ("item", "pack", "row")
FACTS = {
    "title": pa.binary(),
    "work": pa.utf8(),
    "bars": pa.int32(),
    "notes": pa.int32(),
    "tempo": pa.float64(),
    **dict.fromkeys(LABELS, pa.utf8()),
    "part": pa.int8(),
    "begin": pa.int64(),
    "end": pa.int64(),
    **dict.fromkeys(STORED, pa.int32()),
}
"""The facts of a tune: as in `TuneEntry`, the part as its index in `ALL_PARTS` and the title in bytes, since a file's
name in it need not be UTF-8; then the index of its work item, of the pack in which it is stored, and its row there."""
_AT_ONCE = 1024
"""Tunes whose entries are made at once."""


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
        A file that `TableWriter` wrote.

    Attributes
    ----------
    tunes : sequence of TuneEntry
        In the order of the corpus; each is read when it is used.
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
        self._batch = from_file(path)
        head = head_of(self._batch)
        self._facts = self._batch.column(COLUMNS.index("tune")).dictionary
        self.tunes: Sequence[TuneEntry] = _Entries(self._facts)
        self.terms = tuple(map(Term.parse, head["terms"]))
        self.chords: tuple[Voicing, ...] = tuple((symbol, tuple(pitches)) for symbol, pitches in head["chords"])
        self.digest: str = head["digest"]
        self.extra: dict[str, Any] = head["extra"]
        self._known: int = head["known"]
        self._spans = {part: (begin, end) for part, begin, end in head["parts"]}

    def __len__(self) -> int:
        return int(self._batch.num_rows)

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
        column = self._batch.column(COLUMNS.index(name))
        view: NDArray[Any] = (column.indices if name == "tune" else column).to_numpy(zero_copy_only=True)[begin:end]
        return view

    def fact(self, name: str) -> NDArray[Any]:
        """Return a number of `FACTS` for each tune, as a view of the file."""
        view: NDArray[Any] = self._facts.field(name).to_numpy(zero_copy_only=True)
        return view

    def numbers(self, part: str) -> NDArray[np.int64]:
        """Return the indices of the tunes of a part."""
        return np.flatnonzero(self.fact("part") == ALL_PARTS.index(part))

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


class _Entries(LazySequence[TuneEntry]):
    """The facts of tunes, read when they are used."""

    def __init__(self, facts: pa.StructArray) -> None:
        self._facts = facts

    def __len__(self) -> int:
        return len(self._facts)

    def _item(self, number: int) -> TuneEntry:
        return self._some(number, number + 1)[0]

    def __iter__(self) -> Iterator[TuneEntry]:
        for begin in range(0, len(self), _AT_ONCE):
            yield from self._some(begin, begin + _AT_ONCE)

    def _some(self, begin: int, end: int) -> list[TuneEntry]:
        facts = self._facts[begin:end]
        labels = map(Labels, *(facts.field(name).to_pylist() for name in LABELS))
        titles = (title.decode("utf-8", "surrogateescape") for title in facts.field("title").to_pylist())
        parts = (ALL_PARTS[part] for part in facts.field("part").to_pylist())
        numbers = (facts.field(name).to_pylist() for name in ("bars", "notes", "tempo", "begin", "end"))
        return list(map(TuneEntry, titles, facts.field("work").to_pylist(), parts, *numbers, labels))


class _PartTunes(LazySequence[TokenTune]):
    """The tunes of a part that have terms, each made when it is used: their arrays are views of the table's columns."""

    def __init__(self, table: TokenTable, part: str) -> None:
        self._table, self._part = table, part
        numbers = table.numbers(part)
        self._numbers = numbers[table.fact("begin")[numbers] < table.fact("end")[numbers]]

    def __len__(self) -> int:
        return len(self._numbers)

    def _item(self, number: int) -> TokenTune:
        return self._table.tune(self._table.tunes[int(self._numbers[number])])

    @cached_property
    def tokens(self) -> NDArray[np.int64]:
        """The token ids of all tunes: one stretch of the column."""
        return self._table.known(self._table.tokens(self._part))
