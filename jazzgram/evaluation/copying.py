"""Copying: which runs of a solo stand in the corpus it was learned from, note by note, and where.

A run is looked for in an index of all suffixes (Manber & Myers, *Suffix arrays: a new method for on-line string
searches*, SIAM Journal on Computing 22, 1993), so that a solo of 200 notes takes milliseconds in a corpus of 200,000.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import nan
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jazzgram.corpus.split import composition
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.tune import Corpus, Tune

if TYPE_CHECKING:
    from jazzgram.corpus.token_table import TokenTable

_APART = 0x10FFFF
"""Between two lines, in place of an item: no run goes over it."""
_MIDDLE = 128
"""Is added to an interval, so that none is below 0."""
_LONGEST = 512
"""Items of a run beyond which its length is not told."""


@dataclass(frozen=True, slots=True)
class Match:
    """A run of a solo that stands in the corpus.

    Parameters
    ----------
    begin, end : int
        From which to before which item of the solo.
    line : int
        In which line (tune) of the corpus.
    place : int
        From which item of that line on.
    """

    begin: int
    end: int
    line: int
    place: int

    @property
    def length(self) -> int:
        """How many items it has."""
        return self.end - self.begin


class RunIndex:
    """Lines of whole numbers in which runs are looked for.

    Parameters
    ----------
    lines : sequence of sequences of int
        Each item from 0 to 1,000,000.

    Examples
    --------
    >>> index = RunIndex([[1, 2, 3, 4], [7, 8, 9]])
    >>> index.longest([8, 9, 2, 3, 4, 5])
    Match(begin=2, end=5, line=0, place=1)
    """

    def __init__(self, lines: Sequence[Sequence[int]]) -> None:
        self._starts: list[int] = []
        texts = []
        at = 0
        for line in lines:
            self._starts.append(at)
            texts.append("".join(map(chr, line)) + chr(_APART))
            at += len(line) + 1
        self._text = "".join(texts)
        self._suffixes = _suffixes(self._text)

    def matches(self, line: Sequence[int]) -> list[Match]:
        """Give for each item of a line the longest run from it on that is found; of length 0 where there is none."""
        text = "".join(map(chr, line))
        found = []
        for begin in range(len(text)):
            needle = text[begin : begin + _LONGEST]
            place = bisect_left(self._suffixes, needle, key=lambda at: self._text[at : at + len(needle)])
            best, where = 0, 0
            # The longest common beginning is with one of the two neighbours in the order of the suffixes.
            for neighbour in self._suffixes[max(place - 1, 0) : place + 1]:
                length = _common(needle, self._text[neighbour : neighbour + len(needle)])
                if length > best:
                    best, where = length, neighbour
            tune = int(np.searchsorted(self._starts, where, side="right")) - 1 if best else 0
            found.append(Match(begin, begin + best, tune, where - self._starts[tune] if best else 0))
        return found

    def longest(self, line: Sequence[int]) -> Match | None:
        """Give the longest run of a line that is found, the first of several; None where no item is."""
        best = max(self.matches(line), key=lambda match: match.length, default=None)
        return best if best is not None and best.length else None


def is_varied(run: Sequence[int]) -> bool:
    """Say whether a run is more than one figure over and over: whether more than half of its threes are different ones.

    Two players who trill for four bars copy nothing.

    Examples
    --------
    >>> is_varied([2, -2, 2, -2, 2, -2, 2]), is_varied([2, 2, 1, 2, -4, 2, 2]), is_varied([2, 1])
    (False, True, True)
    """
    threes = list(zip(run, run[1:], run[2:], strict=False))
    return not threes or 2 * len(set(threes)) > len(threes)


@dataclass(frozen=True, slots=True)
class NoteCopy:
    """How much of what surrounds a note is copied.

    Parameters
    ----------
    notes : int
        Notes of the longest copied run, at any pitch, that the note stands in; 0 where it stands in none.
    tune : str
        The title of the tune where that run is; empty where there is none.
    bar : int
        The tune's bar in which the run's counterpart of the note stands, from 0; -1 where there is none.
    """

    notes: int
    tune: str
    bar: int


class CorpusRuns:
    """The intervals of a corpus, to look for those of solos.

    Parameters
    ----------
    corpus : Corpus
        What was learned from. Gone through once.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._titles: list[str] = []
        self._bars: list[list[int]] = []
        lines = []
        for tune in corpus.tunes:
            pitches, bars = _line(tune)
            self._titles.append(tune.title)
            self._bars.append(bars)
            lines.append(_moves(pitches))
        self._index = RunIndex(lines)

    def by_note(self, solo: Solo) -> tuple[NoteCopy, ...]:
        """Say for each note of a solo in which copied run it stands, and where that is.

        Parameters
        ----------
        solo : Solo
            May have no notes.

        Returns
        -------
        tuple of NoteCopy
            One a note, in order. A run is told by its intervals: ``n`` intervals are ``n + 1`` notes.
        """
        copies = [NoteCopy(0, "", -1)] * len(solo.notes)
        matches = self._index.matches(_moves([note.pitch for note in solo.notes]))
        for match in sorted(matches, key=lambda match: match.length):  # longer runs over shorter ones
            if match.length:
                title, bars = self._titles[match.line], self._bars[match.line]
                for offset in range(match.length + 1):
                    copies[match.begin + offset] = NoteCopy(match.length + 1, title, bars[match.place + offset])
        return tuple(copies)


@dataclass(frozen=True, slots=True)
class TermCopy:
    """How much of a solo's grammar stands in the corpus.

    Parameters
    ----------
    longest : int
        Terms of the longest run that is found there, rests included; 0 where none is.
    tune : str
        The title of the tune where it is; empty where there is none.
    bar : int
        The tune's bar in which it begins, from 0; -1 where there is none.
    shares : dict of int to float
        For 4, 6 and 8: the share of the solo's runs of that many terms that are found there; nan where the solo is
        shorter.
    """

    longest: int
    tune: str
    bar: int
    shares: dict[int, float]


class TermRuns:
    """The terms of a corpus's part, to look for those of solos.

    Parameters
    ----------
    table : TokenTable
        The corpus's terms (`Pipeline.tokens`).
    part : str
        Which part to look in.
    """

    def __init__(self, table: TokenTable, part: str = "train") -> None:
        self._tunes = [entry for entry in table.tunes if entry.part == part]
        self._ids = {term: number for number, term in enumerate(table.terms)}
        tokens = table.column("token")
        self._bar = table.column("bar")
        lines = [tokens[entry.begin : entry.end].tolist() for entry in self._tunes]
        self._index = RunIndex(lines)

    def of(self, solo: Solo) -> TermCopy:
        """Look for the terms of a solo, as they were sampled."""
        unknown = len(self._ids)  # is nowhere in the corpus
        line = [self._ids.get(term, unknown) for bar in solo.grammar for term in bar]
        matches = self._index.matches(line)
        shares = {width: _share(matches, width) for width in (4, 6, 8)}
        best = max(matches, key=lambda match: match.length, default=None)
        if best is None or not best.length:
            return TermCopy(0, "", -1, shares)
        tune = self._tunes[best.line]
        return TermCopy(best.length, tune.title, int(self._bar[tune.begin + best.place]), shares)


@dataclass(frozen=True, slots=True)
class Shared:
    """A run that two solos share.

    Parameters
    ----------
    notes : int
        How many notes it has.
    first, second : str
        The solos' titles.
    bars : tuple of (int, int)
        In which bar of each it begins, from 0.
    """

    notes: int
    first: str
    second: str
    bars: tuple[int, int]


def longest_shared(tunes: Sequence[Tune], varied: bool = False) -> Shared | None:
    """Find the longest run, at any pitch, that two players share over two compositions: the bar for copying.

    Runs are made one interval longer at a time; a run that no two players and compositions share any more is
    dropped, for none that begins with it is shared.

    Parameters
    ----------
    tunes : sequence of Tune
        With performers and works; where one is not known, the title stands for it.
    varied : bool
        Whether only runs count that are no figure over and over: see `is_varied`.

    Returns
    -------
    Shared or None
        None where no two share an interval.
    """
    places: list[tuple[int, int]] = []
    text: list[int] = []
    bars: list[list[int]] = []
    for number, tune in enumerate(tunes):
        pitches, of = _line(tune)
        bars.append(of)
        moves = _moves(pitches)
        text += [*moves, _APART]
        places += [(number, place) for place in range(len(moves) + 1)]
    players = _numbered([tune.performer or tune.title for tune in tunes])
    works = _numbered([composition(tune.work or tune.title) for tune in tunes])
    line = np.array([*text, _APART], np.int64)
    tune_of = np.array([number for number, _ in places], np.int64)
    begins = np.flatnonzero(line[:-1] != _APART)
    groups = line[begins]
    length = 1
    best: tuple[int, int, int] | None = None
    while len(begins):
        _, groups = np.unique(groups, return_inverse=True)
        player, work = players[tune_of[begins]], works[tune_of[begins]]
        shared = _differing(groups, player, work)
        begins, groups = begins[shared[groups]], groups[shared[groups]]
        if not len(begins):
            break
        chosen = _first_varied(line, begins, groups, length) if varied else groups[0]
        if chosen is not None:
            inside = begins[groups == chosen]
            best = (length, *_pair(inside, players[tune_of[inside]], works[tune_of[inside]]))
        going_on = line[begins + length] != _APART
        begins, groups = begins[going_on], groups[going_on]
        groups = groups * (_APART + 1) + line[begins + length]
        length += 1
    if best is None:
        return None
    (one, at), (other, there) = places[best[1]], places[best[2]]
    return Shared(best[0] + 1, tunes[one].title, tunes[other].title, (bars[one][at], bars[other][there]))


def _differing(groups: NDArray[np.int64], player: NDArray[np.int64], work: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say of each group whether two of its members differ both in player and in work.

    Members are edges between players and works. By König's theorem there are two without a common end unless one end
    is common to all: all have one player, or all have one work.
    """
    count = int(groups.max()) + 1 if len(groups) else 0

    def several(values: NDArray[np.int64]) -> NDArray[np.bool_]:
        first = np.empty(count, np.int64)
        first[groups] = values
        differ = np.zeros(count, bool)
        differ[groups[values != first[groups]]] = True
        return differ

    return several(player) & several(work)


def _first_varied(
    line: NDArray[np.int64], begins: NDArray[np.int64], groups: NDArray[np.int64], length: int
) -> int | None:
    """Give the first group whose run is varied; None where none is."""
    for group, first in zip(*np.unique(groups, return_index=True), strict=True):
        begin = int(begins[first])
        if is_varied(line[begin : begin + length].tolist()):
            return int(group)
    return None


def _pair(begins: NDArray[np.int64], player: NDArray[np.int64], work: NDArray[np.int64]) -> tuple[int, int]:
    """Give two members of a group that differ in both."""
    for place, begin in enumerate(begins):
        others = begins[(player != player[place]) & (work != work[place])]
        if len(others):
            return int(begin), int(others[0])
    raise AssertionError("a group without two players over two works was kept")


def _numbered(names: Sequence[str]) -> NDArray[np.int64]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)


def _line(tune: Tune) -> tuple[list[int], list[int]]:
    """Give the pitch of each note of a tune, and the bar it is in."""
    notes = [
        (event.pitch, number) for number, bar in enumerate(tune.bars) for event in bar.melody if isinstance(event, Note)
    ]
    return [pitch for pitch, _ in notes], [number for _, number in notes]


def _moves(pitches: Sequence[int]) -> list[int]:
    return [after - before + _MIDDLE for before, after in pairwise(pitches)]


def _share(matches: Sequence[Match], width: int) -> float:
    runs = len(matches) - width + 1
    return sum(match.length >= width for match in matches) / runs if runs > 0 else nan


def _common(one: str, other: str) -> int:
    """Count the characters that two texts begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _suffixes(text: str) -> list[int]:
    """Sort the places of a text by what stands from them on, doubling what is compared (Manber & Myers, 1993)."""
    rank = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    length = len(rank)
    order = np.argsort(rank, kind="stable")
    width = 1
    while length:
        following = np.full(length, -1, np.int64)
        following[: max(length - width, 0)] = rank[width:]
        key = rank * (max(length, _APART) + 2) + following + 1
        order = np.argsort(key, kind="stable")
        sorted_keys = key[order]
        ranks = np.concatenate(([0], np.cumsum(sorted_keys[1:] != sorted_keys[:-1])))
        rank = np.empty(length, np.int64)
        rank[order] = ranks
        if ranks[-1] == length - 1 or width >= _LONGEST:
            break
        width *= 2
    return list(map(int, order))
