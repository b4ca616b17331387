"""Read the order of the measures: repeats, endings, da capo, dal segno, coda, fine.

A sign at the right end of a measure that can only begin something belongs to the next measure, as one at the left end
that can only end something belongs to the one before. Words count where playback marks (``sound``) are missing.
Source: MusicXML 4.0 (W3C Community Group, 2021), *barline*, *repeat*, *ending*, *sound*.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from jazzgram.music import RepeatMarks

from .._words import Instruction, obey
from .endings import complete_endings
from .measure import Measure
from .words import read_words

_JUMPS = frozenset({"segno", "coda", "tocoda", "dalsegno", "dacapo", "fine"})


def repeat_marks(parts: Sequence[Element], measures: Sequence[Measure]) -> tuple[list[RepeatMarks], list[str]]:
    """Read the order of the measures from all parts: some programs write it in the first part only.

    Parameters
    ----------
    parts : sequence of Element
        Each ``part`` of a partwise score.
    measures : sequence of Measure
        Those of the melody's part.

    Returns
    -------
    marks : list of RepeatMarks
        One for each measure.
    disobeyed : list of str
        The words that ask for a jump that is not clear, and why.
    """
    marks = [RepeatMarks(short=0 < measure.length < measure.meter.bar) for measure in measures]
    instructions: list[Instruction] = []
    for part in parts:
        for index, measure in enumerate(part.findall("measure")[: len(marks)]):
            _read_sounds(measure, marks[index])
            for barline in measure.iterfind("barline"):
                instructions += _read_barline(barline, marks, index)
            instructions += read_words(measure, index)
    disobeyed = obey(marks, instructions)
    complete_endings(marks)
    return marks, disobeyed


def _read_sounds(measure: Element, mark: RepeatMarks) -> None:
    for sound in (*measure.iterfind("direction/sound"), *measure.iterfind("sound")):
        mark.sounds.update((name, value) for name, value in sound.items() if name in _JUMPS and value != "no")
        mark.forward |= sound.get("forward-repeat") == "yes"


def _read_barline(barline: Element, marks: Sequence[RepeatMarks], index: int) -> list[Instruction]:
    """Add the signs of a barline to the measure that they belong to; return those that have no playback mark."""
    location = barline.get("location", "")
    begun = min(index + 1, len(marks)) if location == "right" else index
    beginning = marks[begun] if begun < len(marks) else RepeatMarks()
    ended = marks[index - 1] if location == "left" and index else marks[index]
    repeat, ending = barline.find("repeat"), barline.find("ending")
    if repeat is not None and repeat.get("direction") == "forward":
        beginning.forward = True
    elif repeat is not None and repeat.get("direction") == "backward":
        times = repeat.get("times", "2")
        ended.times = int(times) if re.fullmatch(r"[1-9]\d{0,3}", times, re.ASCII) else 2
    if ending is not None and ending.get("type") == "start":
        beginning.ending = _passes(ending.get("number", ""))
    elif ending is not None:
        ended.ending_stops = True
    signs = []
    for name in ("segno", "coda"):
        if (label := barline.get(name)) is not None:
            beginning.sounds[name] = label
        elif barline.find(name) is not None and begun < len(marks):
            signs.append(Instruction(begun, name, "", name))
    return signs


def _passes(numbers: str) -> frozenset[int]:
    """Read the numbers of an ending (``1``, ``1, 2``, ``1-3``); one without a number is the first."""
    passes: set[int] = set()
    for first, last in re.findall(r"([1-9]\d?)(?:\s*-\s*([1-9]\d?))?", numbers, re.ASCII):
        passes.update(range(int(first), max(int(last or first), int(first)) + 1))
    return frozenset(passes or {1})
