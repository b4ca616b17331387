"""The parts of an ABC tune, and the order in which a field ``P:`` of its head has them played.

Source: Walshaw, *The abc music standard 2.1* (2011), section 3.1.9: ``P:A3`` is AAA, ``P:(AB)3`` is ABABAB, dots and
spaces mean nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from jazzgram import JazzgramError
from jazzgram.music import MOST_BARS, PlayedOrder, RepeatMarks, follow_repeats

_TOKEN = re.compile(r"([A-Za-z(])|(\))|(\d{1,3})|[.,\s]+")
_JUMPS = frozenset(("dacapo", "dalsegno", "tocoda"))


@dataclass(slots=True)
class PartOrder:
    """The part order of a tune's head, with the parts as its body marks them.

    Parameters
    ----------
    text : str
        The field ``P:`` of the head; empty where there is none.
    starts : list of (str, int)
        For each part of the body its label and the index of its first measure, in the order of the body.
    """

    text: str = ""
    starts: list[tuple[str, int]] = field(default_factory=list)

    def begin(self, label: str, index: int) -> None:
        """Let a part begin with the measure at `index`; a part without measures is none."""
        if self.starts and self.starts[-1][1] == index:
            self.starts.pop()
        self.starts.append((label, index))

    def playing(self, marks: Sequence[RepeatMarks]) -> tuple[PlayedOrder, tuple[str, ...]]:
        """Return the order in which measures with these marks are played, and what of ``P:`` and jumps is not obeyed.

        Every time a part is played, so are its repeats. What comes before the first part is played once, first.
        Where the body has the parts of the order one by one, they are played as they stand. Of several
        parts with one label the order means the first.

        Raises
        ------
        JazzgramError
            Where the order makes more than `MOST_BARS`, or no measure is ever played.
        """
        starts = [(label, index) for label, index in self.starts if index < len(marks)]
        labels = [label for label, _ in starts]
        order = expand_order(self.text) if self.text else []
        if order is None:
            return follow_repeats(marks), (f"a part order that is not understood: P:{self.text[:40]}",)
        missing = [name for name in dict.fromkeys(order) if name not in labels]
        remarks = [f"a part that the order P:{self.text[:40]} names and the tune does not have: {it}" for it in missing]
        present = [name for name in order if name in labels]
        if not present:
            remarks = [f"a part order whose parts the tune does not have: P:{self.text[:40]}"] if order else []
        if not present or (present == labels and not missing):
            return follow_repeats(marks), tuple(remarks)
        ends = [*(index for _, index in starts[1:]), len(marks)]
        spans = [range(starts[0][1])]
        named: dict[str, range] = {}
        for (label, start), end in zip(starts, ends, strict=True):
            named.setdefault(label, range(start, end))
        spans += [named[name] for name in present]
        if any(_JUMPS & marks[index].sounds.keys() for span in spans for index in span):
            remarks.append("a jump (D.C., D.S., to coda), as the parts have an order")
        return follow_repeats([replace(mark, sounds={}) for mark in marks], spans), tuple(remarks)


def expand_order(text: str) -> list[str] | None:
    """Read a part order; None where it is none.

    Raises
    ------
    JazzgramError
        Where it has more than `MOST_BARS` parts.

    Examples
    --------
    >>> ["".join(expand_order(text)) for text in ("A2BA", "(AB)3C", "((AB)2.C)2", "A B A")]
    ['AABA', 'ABABABC', 'ABABCABABC', 'ABA']
    """
    groups: list[list[str]] = [[]]
    last: list[str] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            return None
        position = match.end()
        if match[1] == "(":
            groups.append([])
            last = []
        elif match[1]:
            last = [match[1]]
            groups[-1] += last
        elif match[2]:
            if len(groups) == 1:
                return None
            last = groups.pop()
            groups[-1] += last
        elif match[3]:
            if not last or int(match[3]) == 0:
                return None
            if len(groups[-1]) + len(last) * int(match[3]) > MOST_BARS:
                raise JazzgramError(f"its part order names more than {MOST_BARS} parts")
            groups[-1] += last * (int(match[3]) - 1)
            last = []
    return groups[0] if len(groups) == 1 else None


def part_label(text: str) -> str:
    """Return the label of a part: its letter, or the whole text where that is more than a letter and a remark.

    Examples
    --------
    >>> part_label("A"), part_label("B (slow)"), part_label("Trio")
    ('A', 'B', 'Trio')
    """
    match = re.match(r"\s*([A-Za-z])(?![A-Za-z])", text)
    return match[1] if match else text.strip()[:30]
