"""Read the signs of an iReal Pro chart into the description of its form: repeats, endings, jumps, sections.

Text precedes its chord and is often a bar or two early: a da capo, dal segno or fine acts at the end of the section in
which it stands.
Source: iReal Pro's *custom chord chart protocol* and *How the coda symbol works in iReal Pro* (irealpro.com).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jazzgram import Dropped
from jazzgram.music import RepeatMarks

_JUMP = re.compile(
    r"\b(?:(?P<dacapo>D\.?\s?C\b\.?|da capo\b)|(?P<dalsegno>D\.?\s?S\b\.?|dal segno\b))"
    r"(?:\s*al\s+(?P<until>fine|coda|[1-9]))?",
    re.IGNORECASE,
)
_FINE = re.compile(r"\bfine\b", re.IGNORECASE)
_TIMES = re.compile(r"\b([2-9]|1[0-9])\s?x|\bx\s?([2-9]|1[0-9])\b", re.IGNORECASE)
_HEIGHT = re.compile(r"\*\d\d")
_LAST_CHORUS = re.compile(r"\b(?:after|on cue|last)\b", re.IGNORECASE)
_NEAR = 2
"""Bars by which a fine may be early."""


@dataclass(frozen=True, slots=True)
class _Direction:
    """A jump or fine, the bar in which it stands, and where it leads."""

    sign: str
    bar: int
    until: str = ""


class Signs:
    """The signs of a chart, read from left to right."""

    def __init__(self) -> None:
        self.marks: list[RepeatMarks] = []
        """Of each bar."""
        self.labels: dict[int, str] = {}
        """The bars with which sections begin."""
        self.unheeded: list[Dropped] = []
        """Directions that are not for every chorus."""
        self._next = RepeatMarks()
        self._label = ""
        self._times = 2
        self._number = 0
        self._codas: list[RepeatMarks] = []
        self._coda_opens = False
        self._ends: list[int] = []
        self._early: list[_Direction] = []
        self._behind: list[_Direction] = []
        self._closed = False
        self._opened = False

    @property
    def bar(self) -> int:
        """The index of the bar that is being read."""
        return len(self.marks)

    def chord(self) -> None:
        """Note that something stands in the bar: text before it belongs to its section."""
        self._early += self._behind
        self._behind = []
        self._closed = self._opened = False

    def add_bar(self) -> None:
        """End the bar that is being read."""
        if self._label:
            self.labels[self.bar] = self._label
        self.marks.append(self._next)
        self._next, self._label = RepeatMarks(), ""

    def text(self, text: str) -> None:
        """Read a text: a jump, *Fine*, ``3x``, or words."""
        text = _HEIGHT.sub("", text).strip()
        jump, times = _JUMP.search(text), _TIMES.search(text)
        if jump and _LAST_CHORUS.search(text):
            self.unheeded.append(Dropped(f"a direction that is not for every chorus: {text[:40]!r}"))
        elif jump or _FINE.search(text):
            direction = _Direction("fine", self.bar)
            if jump:
                sign = "dacapo" if jump["dacapo"] else "dalsegno"
                direction = _Direction(sign, self.bar, (jump["until"] or "").lower())
            (self._behind if self._closed else self._early).append(direction)
        elif times:
            self._times = int(times[1] or times[2])

    def ending(self, number: int, *, first: bool) -> None:
        """Begin an ending; 0 is the one after the one before. `first` says that nothing stands in the bar so far."""
        if first and self.marks:
            jumps = [direction for direction in self._early if direction.sign != "fine"]
            self._early = [direction for direction in self._early if direction.sign == "fine"]
            self._act(jumps)
        self._number = number or self._number + 1
        self._next.ending = frozenset({self._number})

    def coda(self, *, first: bool) -> None:
        """Read a coda sign, which is a coda or leads there: that depends on those that follow."""
        if not self._codas or self._codas[-1] is not self._next:
            self._next.positions["tocoda"] = 0.0 if first else 0.5
            self._coda_opens = first and self._opened and bool(self.marks)
            self._codas.append(self._next)

    def segno(self) -> None:
        """Read a segno."""
        self._next.sounds["segno"] = ""

    def end(self) -> None:
        """Read a fermata or END, at which a chart without *Fine* ends; behind a barline that of the bar before."""
        self._ends.append(self.bar - 1 if self._closed else self.bar)

    def section(self, label: str) -> None:
        """Begin a section with a letter."""
        self._label = label
        if self.marks:
            self.marks[-1].double = True
        self._end_section()
        self._opened = True

    def barline(self, sign: str) -> None:
        """Read a barline; the bar before it has been added."""
        if sign == "|":
            return
        if self.marks and sign == "}":
            self.marks[-1].times, self._times = self._times, 2
        elif self.marks and sign != "{":
            self.marks[-1].double = True
        self._next.forward = self._next.forward or sign == "{"
        self._end_section()
        self._closed, self._opened = sign in "]}Z", True

    def finish(self) -> None:
        """End the chart."""
        self._end_section()
        codas = [mark for mark in self._codas if mark is not self._next]
        target = codas[-1] if len(codas) > 1 or (codas and self._coda_opens) else None
        for mark in codas:
            mark.sounds["coda" if mark is target else "tocoda"] = ""
        sounds = {sound for mark in self.marks for sound in mark.sounds}
        if "segno" not in sounds and "dalsegno" in sounds:
            self.unheeded.append(Dropped("D.S. without a segno, read as D.C."))
            for mark in self.marks:
                if mark.sounds.pop("dalsegno", None) is not None:
                    mark.sounds["dacapo"] = ""
        if "fine" not in sounds and any(mark.until == "fine" for mark in self.marks) and self._ends:
            self.marks[min(self._ends[0], self.bar - 1)].sounds["fine"] = ""

    def _end_section(self) -> None:
        if self.marks:
            self._act([*self._early, *self._behind])
            self._early, self._behind = [], []

    def _act(self, directions: list[_Direction]) -> None:
        """Put directions at the end of the section, a fine that is far from it or from its jump at its own bar."""
        last = self.bar - 1
        jumps = any(direction.sign != "fine" for direction in directions)
        for direction in directions:
            stays = direction.sign == "fine" and (jumps or last - direction.bar > _NEAR)
            mark = self.marks[min(direction.bar, last) if stays else last]
            mark.sounds[direction.sign] = ""
            if direction.sign != "fine":
                mark.until = direction.until
