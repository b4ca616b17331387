"""Complete the endings of a score as its brackets are meant: notation programs play them, whatever the file says.

Programs close a bracket before its repeat sign, number brackets 1 and 3 or 2 and 2, leave out the repeat sign between
the first and the second, leave out where the first begins, and write a second one alone after a repeated section
without brackets.
Source: Gould, *Behind Bars* (2011), *Repeat signs*: endings are numbered in order, and each but the last repeats.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from jazzgram.music import RepeatMarks


def complete_endings(marks: Sequence[RepeatMarks]) -> None:
    """Close endings at their repeat sign, number them in order, and add the repeat sign of each but the last.

    Parameters
    ----------
    marks : sequence of RepeatMarks
        Of each measure; changed in place.

    Examples
    --------
    >>> first, second = RepeatMarks(ending=frozenset({2})), RepeatMarks(ending=frozenset({2}))
    >>> complete_endings([RepeatMarks(), first, second])
    >>> first.ending, first.times, second.ending
    (frozenset({1}), 2, frozenset({2}))
    """
    _add_beginnings(marks)
    returns = any(sound in mark.sounds for mark in marks for sound in ("dacapo", "dalsegno"))
    for group in _groups(marks):
        for begin, following in pairwise(group):
            _close(marks, begin, following - 1)
            if not any(
                mark.times or "dacapo" in mark.sounds or "dalsegno" in mark.sounds for mark in marks[begin:following]
            ):
                marks[following - 1].times = 2
        numbers = [marks[begin].ending or frozenset() for begin in group]
        if len(group) == 1 and 1 in numbers[0]:
            repeat = _repeat(marks, group[0], _limit(marks, group[0]))
            if repeat is not None:
                _close(marks, group[0], repeat)
        elif len(group) == 1:
            # An ending for a later time may be reached after a da capo; not one that the section before repeats to.
            if not returns or (group[0] and marks[group[0] - 1].times):
                marks[group[0]].ending = None
        elif not _in_order(numbers):
            passes = 0
            for begin, own in zip(group, numbers, strict=True):
                marks[begin].ending = frozenset(range(passes + 1, passes + len(own) + 1))
                passes += len(own)


def _add_beginnings(marks: Sequence[RepeatMarks]) -> None:
    """Begin a first ending that has only its end, and a second after it, in the measure that is repeated from."""
    inside = False
    for mark, following in pairwise(marks):
        inside |= mark.ending is not None
        if mark.ending_stops and mark.times and not inside and 1 not in (following.ending or {1}):
            mark.ending = frozenset({1})
        inside &= not mark.ending_stops


def _groups(marks: Sequence[RepeatMarks]) -> list[list[int]]:
    """Return the first measures of the endings of each repeated section."""
    groups: list[list[int]] = []
    for index, mark in enumerate(marks):
        if mark.ending is None:
            continue
        before = groups[-1][-1] if groups else None
        misnumbered = bool(groups) and len(groups[-1]) == 1 and 1 in (marks[groups[-1][0]].ending or ())
        if (
            before is None
            or mark.forward
            or (1 in mark.ending and not misnumbered)
            or not _adjacent(marks, before, index)
        ):
            groups.append([index])
        else:
            groups[-1].append(index)
    return groups


def _adjacent(marks: Sequence[RepeatMarks], begin: int, following: int) -> bool:
    """Check whether an ending goes on, or is repeated, up to the next, which may be where a repeat sign is missing."""
    if _limit(marks, begin) != following:
        return False
    stop = next((index for index in range(begin, following) if marks[index].ending_stops), following - 1)
    if following - 1 in (stop, _repeat(marks, begin, following)):
        return True
    forward = next((index for index in range(begin, -1, -1) if marks[index].forward or marks[index].times), None)
    jumps = any("dacapo" in mark.sounds or "dalsegno" in mark.sounds for mark in marks[begin:following])
    return forward is not None and not jumps and _repeat(marks, forward, following) is None


def _limit(marks: Sequence[RepeatMarks], begin: int) -> int:
    """Return the measure at which an ending is over at the latest."""
    later = range(begin + 1, len(marks))
    return next((index for index in later if marks[index].ending is not None or marks[index].forward), len(marks))


def _repeat(marks: Sequence[RepeatMarks], begin: int, end: int) -> int | None:
    return next((index for index in range(begin, end) if marks[index].times), None)


def _close(marks: Sequence[RepeatMarks], begin: int, last: int) -> None:
    for mark in marks[begin:last]:
        mark.ending_stops = False
    marks[last].ending_stops = True


def _in_order(numbers: Sequence[frozenset[int]]) -> bool:
    """Check whether each pass from the first has one ending, and earlier ones have earlier endings."""
    passes = [number for own in numbers for number in sorted(own)]
    return sorted(passes) == list(range(1, len(passes) + 1)) and all(
        min(own) < min(later) for own, later in pairwise(numbers)
    )
