"""The order in which notated bars are played: repeats, endings, da capo, dal segno, coda, fine.

By convention, a repeat without a beginning goes back to the last one's end or to the start; after a da capo or
dal segno no repeat is taken and of several endings the last is played; coda and fine apply only then.
Source: Gould, *Behind Bars* (2011), *Repeat signs*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from jazzgram.errors import JazzgramError

MOST_BARS = 20_000
"""Eleven hours at 120: a file that asks for more is damaged."""


@dataclass(slots=True)
class RepeatMarks:
    """The repeat signs of one notated bar; a reader fills them in as it parses.

    Parameters
    ----------
    short : bool
        Whether it is shorter than its meter, as a pick-up is.
    forward : bool
        Whether a repeated section begins with it.
    times : int
        How often the section that ends with it is played; 0 where none ends.
    ending : frozenset of int or None
        In which passes it is played, where an ending begins with it; None where none does.
    ending_stops : bool
        Whether its ending is closed with it.
    double : bool
        Whether a double bar follows, which closes an ending where nothing else does.
    sounds : dict of str to str
        The jumps and their targets, each with its label, which may be empty: ``segno``, ``coda``, ``tocoda``,
        ``dalsegno``, ``dacapo``, ``fine``.
    """

    short: bool = False
    forward: bool = False
    times: int = 0
    ending: frozenset[int] | None = None
    ending_stops: bool = False
    double: bool = False
    sounds: dict[str, str] = field(default_factory=dict)


def played_order(marks: Sequence[RepeatMarks]) -> list[int]:
    """Return the bars in the order in which they are played.

    Parameters
    ----------
    marks : sequence of RepeatMarks
        Of each notated bar. May be empty.

    Returns
    -------
    list of int
        Indices into `marks`.

    Raises
    ------
    JazzgramError
        Where the repeats make more than `MOST_BARS`, or none is ever played.

    Examples
    --------
    Two bars with a first and a second ending:

    >>> first = RepeatMarks(times=2, ending=frozenset({1}))
    >>> second = RepeatMarks(ending=frozenset({2}), ending_stops=True)
    >>> played_order([RepeatMarks(), first, second, RepeatMarks(sounds={"fine": ""})])
    [0, 1, 0, 2, 3]
    """
    groups = _ending_groups(marks)
    order: list[int] = []
    start, passes, index = 0, 1, 0
    returned, repeating = False, True
    jumps: set[int] = set()
    codas: set[int] = set()
    while index < len(marks):
        here = marks[index]
        if here.forward and start != index:
            start, passes = index, 1
        group = groups[index]
        if group is None or group.plays(index, passes, returned and not repeating):
            order.append(index)
            if len(order) > MOST_BARS:
                raise JazzgramError(f"its repeats make more than the {MOST_BARS} bars that are read")
            total = group.passes if group is not None else here.times
            if here.times and repeating and passes < total:
                passes += 1
                index = _back_to(start, index, marks)
                continue
            if returned and "fine" in here.sounds:
                break
            coda = _labelled(marks, "coda", here.sounds["tocoda"]) if returned and "tocoda" in here.sounds else None
            if coda is not None and coda not in codas:
                codas.add(coda)
                index = start = coda
                passes, repeating = 1, True
                continue
            jump = _jump(index, marks)
            if jump is not None and index not in jumps:
                jumps.add(index)
                index, returned, repeating = jump, True, False
                continue
        index += 1
        # With its last repeat, or its last ending, a section is over.
        if (here.times and group is None) or (group is not None and index == group.end):
            start, passes = index, 1
    if marks and not order:
        raise JazzgramError("none of its bars is ever played: an ending such as 2. needs a repeat before it")
    return order


@dataclass(frozen=True, slots=True)
class _Endings:
    """The first, second, ... ending of a section."""

    spans: tuple[tuple[int, int, frozenset[int]], ...]
    """Of each its first bar, the bar after its last, and its passes."""

    @property
    def end(self) -> int:
        return self.spans[-1][1]

    @property
    def passes(self) -> int:
        """How often the section is played. Where only the first ending has a bracket, what follows is the second."""
        most = max(number for _, _, numbers in self.spans for number in numbers)
        return most + (len(self.spans) == 1)

    def plays(self, index: int, passes: int, last_only: bool) -> bool:
        """Return whether the bar at `index` is played in this pass."""
        _, end, numbers = next(span for span in self.spans if index < span[1])
        return (end == self.end and len(self.spans) > 1) if last_only else passes in numbers


def _ending_groups(marks: Sequence[RepeatMarks]) -> list[_Endings | None]:
    """Return for each bar the endings it belongs to: brackets that follow each other immediately."""
    spans: list[list[tuple[int, int, frozenset[int]]]] = []
    end = -1
    for index, mark in enumerate(marks):
        if mark.ending is None or index < end:
            continue
        if not spans or end != index or min(mark.ending) == 1:
            spans.append([])
        before = spans[-1][-1] if spans[-1] else None
        end = _ending_end(marks, index, before[1] - before[0] if before else 0)
        spans[-1].append((index, end, mark.ending))
    groups: list[_Endings | None] = [None] * len(marks)
    for group in spans:
        endings = _Endings(tuple(group))
        for index in range(group[0][0], group[-1][1]):
            groups[index] = endings
    return groups


def _ending_end(marks: Sequence[RepeatMarks], begin: int, before: int) -> int:
    """Find the bar after an ending.

    The last ending is often not closed: then a repeat sign or double bar counts only where it is not much later than
    the ending before was long, and without one the ending is as long as that.
    """
    for index in range(begin, len(marks)):
        here = marks[index]
        if index > begin and (here.ending is not None or here.forward):
            return index
        if here.ending_stops or ((here.times or here.double) and (not before or index < begin + 2 * before)):
            return index + 1
    return min(begin + max(before, 1), len(marks))


def _jump(index: int, marks: Sequence[RepeatMarks]) -> int | None:
    """Find where a da capo or dal segno goes; None where there is none, or nothing to go to."""
    sounds = marks[index].sounds
    if "dalsegno" in sounds:
        return _labelled(marks, "segno", sounds["dalsegno"])
    return _back_to(0, index, marks) if "dacapo" in sounds else None


def _back_to(start: int, index: int, marks: Sequence[RepeatMarks]) -> int:
    """Go back to the start; past a pick-up, where the bar before the jump is full and so has no room for it."""
    return 1 if start == 0 and index > 0 and marks[0].short and not marks[index].short else start


def _labelled(marks: Sequence[RepeatMarks], sound: str, label: str) -> int | None:
    """Find the bar with a segno or coda of that label, else the first one; None where there is none."""
    found = [index for index, mark in enumerate(marks) if sound in mark.sounds]
    named = [index for index in found if marks[index].sounds[sound] == label]
    return next(iter(named or found), None)
