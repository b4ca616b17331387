"""Obey the texts of an ABC tune that say how to go on: "D.C.", "^Segno", "D.S. al Fine".

Source: Walshaw, *The abc music standard 2.1* (2011), section 4.19 *Annotations*, whose position is that of the note
after them; tunebooks have such texts as chord symbols, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from .._words import Instruction, obey
from .measures import Measure

_JUMPS = frozenset(("dacapo", "dalsegno"))


def settled(word: Instruction, at_end: bool) -> Instruction:
    """Return a text of a measure at the measure for which it counts: a segno or coda at the end is the next one's.

    >>> settled(Instruction(3, "segno", "", "Segno"), True).measure
    4
    """
    return word._replace(measure=word.measure + 1) if at_end and word.what in ("segno", "coda") else word


def obey_texts(measures: Sequence[Measure], words: Sequence[Instruction]) -> list[str]:
    """Add to the measures' marks what the texts say, where that is clear; return what is not obeyed, and why.

    A second segno after the last measure is a D.S., as in old tunebooks: nothing that could come back to it follows.
    """
    last = len(measures) - 1
    jumps = any(word.what in _JUMPS for word in words)
    earlier = any(word.what == "segno" and word.measure <= last for word in words)
    found = []
    for word in words:
        if word.measure > last and word.what == "segno":
            if jumps:
                continue
            word = word._replace(what="dalsegno") if earlier else word
        found.append(word._replace(measure=min(word.measure, last)))
    marks = [measure.marks for measure in measures]
    remarks = obey(marks, found)
    if not any(mark.sounds.keys() & _JUMPS for mark in marks) and not remarks:
        remarks = [f"{word.text!r} is not obeyed: no D.C. or D.S. comes after it" for word in found]
    return remarks
