"""Copying: which runs of a solo occur in the training corpus, note by note, and where.

Runs are searched in an index of all suffixes (Manber & Myers, *Suffix arrays: a new method for on-line string
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

from jazzgram.corpus.split import composition
from jazzgram.music.arrays import Flags, Ints
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.tune import Corpus, Tune

if TYPE_CHECKING:
    from jazzgram.corpus.token_table import TokenTable

_APART = 0x10FFFF
"""Separates two lines: no run crosses it."""
_MIDDLE = 128
"""Added to an interval, so that none is below 0."""
_LONGEST = 512
"""The length at which longer runs are cut."""


@dataclass(frozen=True, slots=True)
class Match:
    """A run of a solo that occurs in the corpus.

    Parameters
    ----------
    begin, end : int
        The first item of the solo, and the one after the last.
    line : int
        The line (tune) of the corpus.
    index : int
        The first item in that line.
    """

    begin: int
    end: int
    line: int
    index: int

    @property
    def length(self) -> int:
        """Its number of items."""
        return self.end - self.begin


class RunIndex:
    """An index of lines of whole numbers, to search for runs.

    Parameters
    ----------
    lines : sequence of sequences of int
        Each item from 0 to 1,000,000.

    Examples
    --------
    >>> index = RunIndex([[1, 2, 3, 4], [7, 8, 9]])
    >>> index.longest([8, 9, 2, 3, 4, 5])
    Match(begin=2, end=5, line=0, index=1)
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
        """Return for each item of a line the longest run found that begins with it; of length 0 where there is none."""
        text = "".join(map(chr, line))
        found = []
        for begin in range(len(text)):
            needle = text[begin : begin + _LONGEST]
            index = bisect_left(self._suffixes, needle, key=lambda at: self._text[at : at + len(needle)])
            best, where = 0, 0
            # The longest common prefix is with one of the two neighbours in the order of the suffixes.
            for neighbour in self._suffixes[max(index - 1, 0) : index + 1]:
                length = _common(needle, self._text[neighbour : neighbour + len(needle)])
                if length > best:
                    best, where = length, neighbour
            tune = int(np.searchsorted(self._starts, where, side="right")) - 1 if best else 0
            found.append(Match(begin, begin + best, tune, where - self._starts[tune] if best else 0))
        return found

    def longest(self, line: Sequence[int]) -> Match | None:
        """Return the longest run of a line that is found, the first of several; None where there is none."""
        best = max(self.matches(line), key=lambda match: match.length, default=None)
        return best if best is not None and best.length else None


def is_varied(run: Sequence[int]) -> bool:
    """Return whether a run is more than one repeated figure: whether more than half of its trigrams are distinct.

    Two players who trill for four bars do not copy.

    Examples
    --------
    >>> is_varied([2, -2, 2, -2, 2, -2, 2]), is_varied([2, 2, 1, 2, -4, 2, 2]), is_varied([2, 1])
    (False, True, True)
    """
    threes = list(zip(run, run[1:], run[2:], strict=False))
    return not threes or 2 * len(set(threes)) > len(threes)


@dataclass(frozen=True, slots=True)
class NoteCopy:
    """The copied run around a note.

    Parameters
    ----------
    notes : int
        Notes of the longest copied run, at any pitch, that contains the note; 0 where there is none.
    tune : str
        The title of the tune that has the run; empty where there is none.
    bar : int
        The tune's bar with the run's counterpart of the note, from 0; -1 where there is none.
    """

    notes: int
    tune: str
    bar: int


class CorpusRuns:
    """The intervals of a corpus, to search for those of solos.

    Parameters
    ----------
    corpus : Corpus
        The training tunes. Iterated once.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._titles: list[str] = []
        self._bars: list[list[int]] = []
        lines = []
        for tune in corpus.tunes:
            pitches, bars = _line(tune)
            self._titles.append(tune.title)
            self._bars.append(bars)
            lines.append(_intervals(pitches))
        self._index = RunIndex(lines)

    def by_note(self, solo: Solo) -> tuple[NoteCopy, ...]:
        """Return for each note of a solo the copied run that contains it.

        Parameters
        ----------
        solo : Solo
            May have no notes.

        Returns
        -------
        tuple of NoteCopy
            One for each note, in order. A run is found by its intervals: ``n`` intervals are ``n + 1`` notes.
        """
        copies = [NoteCopy(0, "", -1)] * len(solo.notes)
        matches = self._index.matches(_intervals([note.pitch for note in solo.notes]))
        for match in sorted(matches, key=lambda match: match.length):  # longer runs over shorter ones
            if match.length:
                title, bars = self._titles[match.line], self._bars[match.line]
                for offset in range(match.length + 1):
                    copies[match.begin + offset] = NoteCopy(match.length + 1, title, bars[match.index + offset])
        return tuple(copies)


@dataclass(frozen=True, slots=True)
class TermCopy:
    """How much of a solo's grammar occurs in the corpus.

    Parameters
    ----------
    longest : int
        Terms of the longest run found, rests included; 0 where there is none.
    tune : str
        The title of its tune; empty where there is none.
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
    """The terms of a part of a corpus, to search for those of solos.

    Parameters
    ----------
    table : TokenTable
        The corpus's terms (`Pipeline.tokens`).
    part : str
        The part that is searched.
    """

    def __init__(self, table: TokenTable, part: str = "train") -> None:
        self._tunes = [entry for entry in table.tunes if entry.part == part]
        self._ids = {term: number for number, term in enumerate(table.terms)}
        tokens = table.column("token")
        self._bar = table.column("bar")
        lines = [tokens[entry.begin : entry.end].tolist() for entry in self._tunes]
        self._index = RunIndex(lines)

    def of(self, solo: Solo) -> TermCopy:
        """Search for the sampled terms of a solo."""
        unknown = len(self._ids)  # occurs nowhere in the corpus
        line = [self._ids.get(term, unknown) for bar in solo.grammar for term in bar]
        matches = self._index.matches(line)
        shares = {width: _share(matches, width) for width in (4, 6, 8)}
        best = max(matches, key=lambda match: match.length, default=None)
        if best is None or not best.length:
            return TermCopy(0, "", -1, shares)
        tune = self._tunes[best.line]
        return TermCopy(best.length, tune.title, int(self._bar[tune.begin + best.index]), shares)


@dataclass(frozen=True, slots=True)
class Shared:
    """A run that two solos share.

    Parameters
    ----------
    notes : int
        Its number of notes.
    first, second : str
        The solos' titles.
    bars : tuple of (int, int)
        The bar of each in which it begins, from 0.
    """

    notes: int
    first: str
    second: str
    bars: tuple[int, int]


def longest_shared(tunes: Sequence[Tune], varied: bool = False) -> Shared | None:
    """Find the longest run, at any pitch, that two players share over two compositions: the threshold of copying.

    Runs are made one interval longer at a time; a run that no two players and compositions share any more is
    dropped, for none that begins with it is shared.

    Parameters
    ----------
    tunes : sequence of Tune
        With performers and works; the title replaces what is unknown.
    varied : bool
        Whether only varied runs count: see `is_varied`.

    Returns
    -------
    Shared or None
        None where no two share an interval.
    """
    positions: list[tuple[int, int]] = []
    text: list[int] = []
    bars: list[list[int]] = []
    for number, tune in enumerate(tunes):
        pitches, of = _line(tune)
        bars.append(of)
        intervals = _intervals(pitches)
        text += [*intervals, _APART]
        positions += [(number, index) for index in range(len(intervals) + 1)]
    players = _numbered([tune.performer or tune.title for tune in tunes])
    works = _numbered([composition(tune.work or tune.title) for tune in tunes])
    line = np.array([*text, _APART], np.int64)
    tune_of = np.array([number for number, _ in positions], np.int64)
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
    (one, at), (other, there) = positions[best[1]], positions[best[2]]
    return Shared(best[0] + 1, tunes[one].title, tunes[other].title, (bars[one][at], bars[other][there]))


def _differing(groups: Ints, player: Ints, work: Ints) -> Flags:
    """Return for each group whether two of its members differ both in player and in work.

    Members are edges between players and works. By König's theorem there are two without a common end unless one end
    is common to all: all have one player, or all have one work.
    """
    count = int(groups.max()) + 1 if len(groups) else 0

    def several(values: Ints) -> Flags:
        first = np.empty(count, np.int64)
        first[groups] = values
        differ = np.zeros(count, bool)
        differ[groups[values != first[groups]]] = True
        return differ

    return several(player) & several(work)


def _first_varied(line: Ints, begins: Ints, groups: Ints, length: int) -> int | None:
    """Return the first group whose run is varied; None where none is."""
    for group, first in zip(*np.unique(groups, return_index=True), strict=True):
        begin = int(begins[first])
        if is_varied(line[begin : begin + length].tolist()):
            return int(group)
    return None


def _pair(begins: Ints, player: Ints, work: Ints) -> tuple[int, int]:
    """Return two members of a group that differ in both."""
    for index, begin in enumerate(begins):
        others = begins[(player != player[index]) & (work != work[index])]
        if len(others):
            return int(begin), int(others[0])
    raise AssertionError("a group without two players over two works remained")


def _numbered(names: Sequence[str]) -> Ints:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)


def _line(tune: Tune) -> tuple[list[int], list[int]]:
    """Return the pitch of each note of a tune, and the bar it is in."""
    notes = [
        (event.pitch, number) for number, bar in enumerate(tune.bars) for event in bar.melody if isinstance(event, Note)
    ]
    return [pitch for pitch, _ in notes], [number for _, number in notes]


def _intervals(pitches: Sequence[int]) -> list[int]:
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
    """Return the sorted start indices of all suffixes, by prefix doubling (Manber & Myers, 1993)."""
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
