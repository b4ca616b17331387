"""Shared runs: the longest run that two players have in common, which is the threshold of copying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jazzgram.corpus.split import composition
from jazzgram.evaluation.copying import melodic_line, shifted_intervals
from jazzgram.evaluation.run_index import is_varied
from jazzgram.music.arrays import Flags, Ints
from jazzgram.music.tune import Tune

_APART = 0x10FFFF
"""Separates two lines: no run crosses it."""


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
        pitches, of = melodic_line(tune)
        bars.append(of)
        intervals = shifted_intervals(pitches)
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
