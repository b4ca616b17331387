"""First, second, ... endings: which brackets belong together, how far each reaches, in which passes it is played.

Programs leave brackets open, close them before the repeat sign, number them 1 and 3, 2 and 2, or leave the repeat sign
out. ``docs/played-order.md`` has the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jazzgram.music.notation.repeat_marks import RepeatMarks
from jazzgram.resources.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Ending:
    """A bracket.

    Parameters
    ----------
    begin, end : int
        Its first bar, and the bar after its last.
    written : frozenset of int
        The numbers under it.
    passes : frozenset of int
        In which passes it is played; empty where it is played whenever it is reached.
    """

    begin: int
    end: int
    written: frozenset[int]
    passes: frozenset[int] = frozenset()

    def has(self, number: int) -> bool:
        """Return whether a jump to the ending of that number means it."""
        return number in (self.passes or self.written)


@dataclass(frozen=True, slots=True)
class EndingGroup:
    """The endings of one section.

    Parameters
    ----------
    endings : tuple of Ending
        In the order of the page. First those between which the section is repeated, then those that only a da capo
        or dal segno chooses.
    repeated : int
        How many of them are of the first kind.
    end : int
        The bar after the last ending of the first kind; -1 where there is none.
    total : int
        How often the section is played. Where only the first ending has a bracket, what follows is the second.
    """

    endings: tuple[Ending, ...]
    repeated: int
    end: int
    total: int


def find_endings(marks: Sequence[RepeatMarks]) -> dict[int, tuple[EndingGroup, Ending]]:
    """Find the endings.

    Parameters
    ----------
    marks : sequence of RepeatMarks
        Of each notated bar.

    Returns
    -------
    dict of int to (EndingGroup, Ending)
        For each bar under a bracket, in order, the section's endings and the one it belongs to.
    """
    groups = [_connect(marks, brackets) for brackets in _brackets(marks)]
    return {
        index: (group, ending)
        for group in groups
        for ending in group.endings
        for index in range(ending.begin, ending.end)
    }


def has_beginning(marks: Sequence[RepeatMarks]) -> bool:
    """Return whether there is more than second endings with nothing to repeat."""
    endings = find_endings(marks)
    return (
        len(endings) < len(marks)
        or any(group.repeated or 1 in ending.written for group, ending in endings.values())
        or not marks
    )


def ending_end(marks: Sequence[RepeatMarks], begin: int, before: int = 0) -> int:
    """Find the bar after a last ending that begins with the bar `begin`, the one before being `before` bars long.

    It is often not closed: then a repeat sign or double bar counts only where it is not much later than the ending
    before was long, and without one the ending is as long as that.
    """
    for index in range(begin, len(marks)):
        here = marks[index]
        if index > begin and (here.ending is not None or here.forward):
            return index
        near = not before or index < begin + 2 * before
        if here.ending_stops or (near and (here.times or here.double)):
            return index + 1
        if here.times:
            break
    return min(begin + max(before, 1), len(marks))


def _brackets(marks: Sequence[RepeatMarks]) -> Iterator[list[Ending]]:
    """Yield the brackets that belong together, each up to its own end."""
    group: list[Ending] = []
    begins = [index for index, mark in enumerate(marks) if mark.ending is not None]
    for begin, limit in zip(begins, [*begins[1:], len(marks)], strict=False):
        numbers = marks[begin].ending or frozenset({1})
        if group and not _continues(marks, group[-1], begin, numbers):
            yield group
            group = []
        before = group[-1].end - group[-1].begin if group else 0
        end = _repeat_sign(marks, begin, limit, first=not group) or ending_end(marks, begin, before)
        group.append(Ending(begin, end, numbers))
    if group:
        yield group


def _repeat_sign(marks: Sequence[RepeatMarks], begin: int, limit: int, *, first: bool) -> int | None:
    """Find the repeat sign that ends an ending before the next one, even where its bracket closes before the sign."""
    if limit == len(marks) or min(marks[limit].ending or {0}) < min(marks[begin].ending or {0}):
        return None
    for index in range(begin, limit):
        if index > begin and marks[index].forward:
            return None
        if marks[index].times:
            return index + 1 if first or index + 1 == limit else None
    return None


def _continues(marks: Sequence[RepeatMarks], before: Ending, begin: int, numbers: frozenset[int]) -> bool:
    """Return whether a bracket goes on with the section of the bracket before it."""
    adjacent = before.end == begin
    if min(numbers) <= min(before.written) and not (adjacent and numbers == before.written):
        return False
    inside = marks[before.begin : begin]
    jumps = any("dacapo" in mark.sounds or "dalsegno" in mark.sounds for mark in inside)
    return jumps or not any(mark.forward for mark in marks[before.begin + 1 : begin + 1])


def _connect(marks: Sequence[RepeatMarks], brackets: Sequence[Ending]) -> EndingGroup:
    """Number the endings by what chooses them: the section's repeats, or only a da capo or dal segno."""
    repeated = 1
    while repeated < len(brackets) and _returns(marks, brackets[repeated - 1].end, brackets[repeated].begin):
        repeated += 1
    if repeated == 1 and not marks[brackets[0].end - 1].times:
        repeated = 0
    written = [ending.written for ending in brackets[:repeated]]
    passes = written if _is_complete(written) else list(_renumbered(written))
    numbered = [
        Ending(ending.begin, ending.end, ending.written, numbers)
        for ending, numbers in zip(brackets[:repeated], passes, strict=True)
    ]
    most = max((number for ending in numbered for number in ending.passes), default=0)
    end = numbered[-1].end if numbered else -1
    return EndingGroup((*numbered, *brackets[repeated:]), repeated, end, most + (repeated == 1))


def _returns(marks: Sequence[RepeatMarks], end: int, begin: int) -> bool:
    """Return whether a section is played again between the end of an ending and the beginning of the next one."""
    between = marks[end:begin]
    return not between or bool(marks[end - 1].times and not any(mark.times or mark.forward for mark in between))


def _is_complete(written: Sequence[frozenset[int]]) -> bool:
    """Return whether each pass from the first to the last has one ending."""
    numbers = sorted(number for ending in written for number in ending)
    return numbers == list(range(1, len(numbers) + 1))


def _renumbered(written: Sequence[frozenset[int]]) -> Iterator[frozenset[int]]:
    """Number endings in the order of the page, each for as many passes as it has numbers."""
    first = 1
    for numbers in written:
        yield frozenset(range(first, first + len(numbers)))
        first += len(numbers)
