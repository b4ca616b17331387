"""Run indices: the runs of a line of whole numbers that occur in other lines, and where.

Runs are searched in an index of all suffixes (Manber & Myers, *Suffix arrays: a new method for on-line string
searches*, SIAM Journal on Computing 22, 1993), so that a solo of 200 notes takes milliseconds in a corpus of 200,000.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from jazzgram.resources.frozen import dataclass

_APART = 0x10FFFF
"""Separates two lines: no run crosses it."""
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
