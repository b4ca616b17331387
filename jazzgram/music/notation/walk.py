"""A walk through notated bars, from sign to sign."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from jazzgram.errors import JazzgramError
from jazzgram.music.notation.endings import Ending, EndingGroup, ending_end, find_endings
from jazzgram.music.notation.repeat_marks import MOST_BARS, RepeatMarks

_MOST_STEPS = 10 * MOST_BARS
"""Bars that are played or skipped: without repeats of hundreds of endings there are less."""

TOO_MANY = f"its repeats make more than the {MOST_BARS} bars that are read"


class Walk:
    """A walk from the first bar to the end.

    Parameters
    ----------
    marks : sequence of RepeatMarks
        Of each notated bar.
    """

    def __init__(self, marks: Sequence[RepeatMarks]) -> None:
        self.order: list[int] = []
        """The bars that were played."""
        self.unheeded: set[int] = set()
        """The bars with a jump that has nowhere to go."""
        self._marks = _settled(marks)
        self._endings = find_endings(marks)
        self._numbered: dict[int, list[Ending]] = {}
        for index, (_, ending) in self._endings.items():
            for number in (ending.passes or ending.written) if index == ending.begin else ():
                self._numbered.setdefault(number, []).append(ending)
        self._seconds = {group.total for group, _ in self._endings.values() if group.repeated == 1}
        self._signs: dict[tuple[str, str | None], int] = {}
        for index, mark in enumerate(self._marks):
            for sound, label in mark.sounds.items():
                self._signs.setdefault((sound, label), index)
                self._signs.setdefault((sound, None), index)
        self._found: dict[tuple[int, str], Ending | None] = {}
        self._played: set[int] = set()
        self._unplayed = len(marks) - 1
        self._start, self._pass = 0, 1
        self._returned, self._repeating = False, True
        self._until = ""
        self._stop = -1
        self._jumped: set[int] = set()
        self._codas: set[int] = set()

    def run(self) -> None:
        """Walk to the end. There is one: repeats are taken as often as they say, jumps once."""
        index = steps = 0
        while index < len(self._marks):
            steps += 1
            if self._marks[index].forward and self._start != index:
                self._start, self._pass = index, 1
            elsewhere = self._before(index)
            if elsewhere is None:
                self.order.append(index)
                self._played.add(index)
                elsewhere = self._after(index)
            index = elsewhere
            if len(self.order) > MOST_BARS or steps > _MOST_STEPS:
                raise JazzgramError(TOO_MANY)

    def _before(self, index: int) -> int | None:
        """Return where to go instead of playing the bar at `index`; None where it is played."""
        if self._marks[index].positions.get("tocoda", 1) <= 0 and (coda := self._to_coda(index)) is not None:
            return coda
        if index not in self._endings:
            return None
        group, ending = self._endings[index]
        if self._returned and not self._repeating and not self._marks[ending.end - 1].after_jump:
            return self._choose(group, ending) if index == ending.begin else None
        return self._skip(group, ending) if ending.passes and self._pass not in ending.passes else None

    def _after(self, index: int) -> int:
        """Return the bar after the one at `index`, which was played."""
        here = self._marks[index]
        group, ending = self._endings.get(index, (None, None))
        if ending and not ending.passes:
            group = ending = None
        again = (self._repeating or here.after_jump) and self._pass < (group.total if group else here.times)
        if here.times and again:
            return self._repeat(index)
        if self._returned and "fine" in here.sounds and self._until != "coda":
            return len(self._marks)
        coda = self._to_coda(index) if here.positions.get("tocoda", 1) > 0 else None
        jump = self._jump(index) if coda is None else coda
        if jump is not None:
            return jump
        if group and ending and again and index + 1 == ending.end and group.repeated > 1:
            return self._repeat(index)
        # With its last repeat, or its last ending, a section is over.
        if index + 1 == group.end if group else here.times:
            self._start, self._pass = index + 1, 1
        return len(self._marks) if index + 1 == self._stop > self._last_unplayed() else index + 1

    def _last_unplayed(self) -> int:
        """Return the last bar that was not played so far; -1 where all were."""
        while self._unplayed in self._played:
            self._unplayed -= 1
        return self._unplayed

    def _repeat(self, index: int) -> int:
        self._pass += 1
        return _back_to(self._start, index, self._marks)

    def _skip(self, group: EndingGroup, ending: Ending) -> int:
        if ending.end == group.end:
            self._start, self._pass = ending.end, 1
        return ending.end

    def _choose(self, group: EndingGroup, ending: Ending) -> int | None:
        """Return the ending to play after a da capo or dal segno instead of the one reached; None for that one."""
        chosen = self._wanted(group)
        if chosen is None and len(group.endings) == 1:
            # What follows is the second ending; or the bracket is nothing but a bracket.
            if not group.repeated:
                return None
            if self._until == str(group.total):
                self._stop = ending_end(self._marks, ending.end, ending.end - ending.begin)
            return ending.end
        chosen = chosen or group.endings[-1]
        if self._until.isdigit():
            self._stop = chosen.end
        if chosen.begin > ending.begin:
            return chosen.begin
        return None if chosen == ending or ending.begin not in self._played else ending.end

    def _wanted(self, group: EndingGroup) -> Ending | None:
        """Find the ending that the da capo or dal segno asks for by its number or sign."""
        first = group.endings[0].begin
        if (first, self._until) not in self._found:
            self._found[first, self._until] = self._find(group)
        return self._found[first, self._until]

    def _find(self, group: EndingGroup) -> Ending | None:
        if self._until.isdigit():
            inside = (ending for ending in group.endings if ending.has(int(self._until)))
            numbered = self._numbered.get(int(self._until), [])
            later = bisect_right(numbered, group.endings[-1].begin, key=lambda ending: ending.begin)
            return next(inside, None) or next(iter(numbered[later:]), None)
        signs = {"fine": {"fine"}, "coda": {"tocoda"}}.get(self._until, {"fine", "tocoda"})
        for ending in reversed(group.endings):
            if any(signs & mark.sounds.keys() for mark in self._marks[ending.begin : ending.end]):
                return ending
        return None

    def _to_coda(self, index: int) -> int | None:
        """Return the coda, once for each, where this bar has a sign to it and a da capo or dal segno was taken."""
        label = self._marks[index].sounds.get("tocoda")
        if label is None or not self._returned or self._until not in ("", "coda"):
            return None
        coda = self._target("coda", label)
        if coda is None:
            self.unheeded.add(index)
        if coda is None or coda in self._codas:
            return None
        self._codas.add(coda)
        self._start, self._pass, self._repeating, self._until = coda, 1, True, ""
        return coda

    def _jump(self, index: int) -> int | None:
        """Return where the bar's da capo or dal segno goes, once; None where there is none, or nothing to go to."""
        here = self._marks[index]
        if index in self._jumped or not here.sounds.keys() & {"dalsegno", "dacapo"}:
            return None
        self._jumped.add(index)
        target: int | None = _back_to(0, index, self._marks)
        if "dalsegno" in here.sounds:
            target = self._target("segno", here.sounds["dalsegno"])
        if target is None:
            self.unheeded.add(index)
            return None
        self._until = here.until if self._has(here.until) else ""
        if self._until != here.until:
            self.unheeded.add(index)
        self._start, self._pass, self._returned, self._repeating = target, 1, True, False
        return target

    def _target(self, sound: str, label: str) -> int | None:
        """Find the bar with a segno or coda of that label, else the first one; None where there is none."""
        return self._signs.get((sound, label), self._signs.get((sound, None)))

    def _has(self, until: str) -> bool:
        """Return whether what a jump leads to is there."""
        if until.isdigit():
            return int(until) in self._numbered or int(until) in self._seconds
        return until not in ("fine", "coda") or (until, None) in self._signs


def _settled(marks: Sequence[RepeatMarks]) -> list[RepeatMarks]:
    """Return the marks with each sign at the bar whose start or end it counts for.

    A segno or coda at a bar's end is the next bar's. A jump or fine at a bar's start counts for the bar's end, as
    programs anchor words at a first note; but right after a double bar or repeat sign for the bar before, unless the
    bar is the last one.
    """
    settled = [replace(mark, sounds={}, until="") for mark in marks]
    for index, mark in enumerate(marks):
        closed = 0 < index < len(marks) - 1 and bool(marks[index - 1].double or marks[index - 1].times)
        for sound, label in mark.sounds.items():
            target = index
            if sound in ("segno", "coda"):
                target += mark.positions.get(sound, 0) >= 1 and index + 1 < len(marks)
            elif sound != "tocoda":
                target -= closed and mark.positions.get(sound, 1) <= 0
            settled[target].sounds.setdefault(sound, label)
            if sound in ("dacapo", "dalsegno"):
                settled[target].until = mark.until
    return settled


def _back_to(start: int, index: int, marks: Sequence[RepeatMarks]) -> int:
    """Go back to the start; past a pick-up, where the bar before the jump is full and so has no room for it."""
    return 1 if start == 0 and index > 0 and marks[0].short and not marks[index].short else start
