"""Find the order in which the measures of a score are played: repeats, endings, da capo, dal segno, coda, fine.

As musicians read it: a repeat without a beginning goes back to the last one's end or to the start; after a da capo or
dal segno no repeat is taken and of several endings the last is played; a coda is jumped to and a fine obeyed only then.
Source: Gould, *Behind Bars* (2011), *Repeat signs*; MusicXML 4.0 (W3C Community Group, 2021), *repeat*, *sound*.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from jazzgram import JazzgramError

MOST_MEASURES = 20_000
"""Eleven hours at 120: a file that asks for more repeats is damaged."""

_JUMPS = frozenset({"segno", "coda", "tocoda", "dalsegno", "dacapo", "fine"})


@dataclass(slots=True)
class Marks:
    """What one measure says about which measure is played after it.

    Parameters
    ----------
    short : bool
        Whether it is shorter than its meter, as a pick-up is.
    forward : bool
        Whether a repeated section begins with it.
    times : int
        How often the section that ends with it is played; 0 where none ends.
    ending : frozenset of int or None
        In which passes it is played; None: in all.
    ending_stops : bool
        Whether its ending closes with it.
    sounds : dict of str to str
        The jumps and the places they go to: ``segno``, ``coda``, ``tocoda``, ``dalsegno``, ``dacapo``, ``fine``.
    """

    short: bool = False
    forward: bool = False
    times: int = 0
    ending: frozenset[int] | None = None
    ending_stops: bool = False
    sounds: dict[str, str] = field(default_factory=dict)


def read_marks(measure: Element, marks: Marks) -> None:
    """Add what one measure of one part says to its marks.

    Parameters
    ----------
    measure : Element
        As in the file.
    marks : Marks
        Changed in place.
    """
    for sound in (*measure.iterfind("direction/sound"), *measure.iterfind("sound")):
        marks.sounds.update((name, value) for name, value in sound.items() if name in _JUMPS and value != "no")
    for barline in measure.iterfind("barline"):
        repeat, ending = barline.find("repeat"), barline.find("ending")
        if repeat is not None and repeat.get("direction") == "forward":
            marks.forward = True
        elif repeat is not None and repeat.get("direction") == "backward":
            times = repeat.get("times", "2")
            marks.times = int(times) if re.fullmatch(r"[1-9]\d{0,3}", times, re.ASCII) else 2
        if ending is not None and ending.get("type") == "start":
            numbers = re.findall(r"[1-9]\d?", ending.get("number", ""), re.ASCII)
            marks.ending = frozenset(map(int, numbers)) or None
        elif ending is not None:
            marks.ending_stops = True


def played_order(marks: Sequence[Marks]) -> list[int]:
    """Give the measures in the order in which they are played.

    Parameters
    ----------
    marks : sequence of Marks
        Of each measure as written. May be empty.

    Returns
    -------
    list of int
        Places in `marks`.

    Raises
    ------
    JazzgramError
        Where the repeats make more than `MOST_MEASURES`.

    Examples
    --------
    Two bars with a first and a second ending:

    >>> first, second = Marks(times=2, ending=frozenset({1})), Marks(ending=frozenset({2}), ending_stops=True)
    >>> played_order([Marks(), first, second, Marks(sounds={"fine": "yes"})])
    [0, 1, 0, 2, 3]
    """
    groups = _ending_groups(marks)
    order: list[int] = []
    start, passes, place = 0, 1, 0
    returned, repeating = False, True
    taken: set[int] = set()
    while place < len(marks):
        here = marks[place]
        if here.forward and start != place:
            start, passes = place, 1
        group = groups[place]
        if group is None or group.plays(place, passes, returned and not repeating):
            order.append(place)
            if len(order) > MOST_MEASURES:
                raise JazzgramError(f"its repeats make more than the {MOST_MEASURES} measures that are read")
            total = group.passes if group is not None else here.times
            if here.times and repeating and passes < total:
                passes += 1
                place = _back_to(start, place, marks)
                continue
            if returned and "fine" in here.sounds:
                break
            if (
                returned
                and "tocoda" in here.sounds
                and (coda := _labelled(marks, "coda", here.sounds["tocoda"])) is not None
            ):
                place = start = coda
                passes, repeating = 1, True
                continue
            jump = _jump(place, marks)
            if jump is not None and place not in taken:
                taken.add(place)
                place, returned, repeating = jump, True, False
                continue
        place += 1
        # With its last repeat, or its last ending, a section is over.
        if (here.times and group is None) or (group is not None and place == group.end):
            start, passes = place, 1
    return order


@dataclass(frozen=True, slots=True)
class _Endings:
    """The first, second, ... ending of a section."""

    spans: tuple[tuple[int, int, frozenset[int]], ...]
    """Of each its first measure, the measure after its last, and its passes."""

    @property
    def end(self) -> int:
        return self.spans[-1][1]

    @property
    def passes(self) -> int:
        """How often the section is played. Where only the first ending has a bracket, what follows is the second."""
        most = max(number for _, _, numbers in self.spans for number in numbers)
        return most + (len(self.spans) == 1)

    def plays(self, place: int, passes: int, last_only: bool) -> bool:
        """Say whether the measure at `place` is played in this pass."""
        _, end, numbers = next(span for span in self.spans if place < span[1])
        return (end == self.end and len(self.spans) > 1) if last_only else passes in numbers


def _ending_groups(marks: Sequence[Marks]) -> list[_Endings | None]:
    """Give each measure the endings it belongs to: brackets that follow each other immediately."""
    spans: list[list[tuple[int, int, frozenset[int]]]] = []
    end = -1
    for place, mark in enumerate(marks):
        if mark.ending is None or place < end:
            continue
        if not spans or end != place or min(mark.ending) == 1:
            spans.append([])
        end = _ending_end(marks, place)
        spans[-1].append((place, end, mark.ending))
    groups: list[_Endings | None] = [None] * len(marks)
    for group in spans:
        for place in range(group[0][0], group[-1][1]):
            groups[place] = _Endings(tuple(group))
    return groups


def _ending_end(marks: Sequence[Marks], begin: int) -> int:
    """Find the measure after an ending; one whose bracket is never closed is one measure long."""
    for place in range(begin, len(marks)):
        if place > begin and marks[place].ending is not None:
            break
        if marks[place].ending_stops or marks[place].times:
            return place + 1
    return begin + 1


def _jump(place: int, marks: Sequence[Marks]) -> int | None:
    """Find where a da capo or dal segno goes; None where there is none, or nothing to go to."""
    sounds = marks[place].sounds
    if "dalsegno" in sounds:
        return _labelled(marks, "segno", sounds["dalsegno"])
    return _back_to(0, place, marks) if "dacapo" in sounds else None


def _back_to(start: int, place: int, marks: Sequence[Marks]) -> int:
    """Go back to the start; past a pick-up, where the measure that is left is full and so has no room for it."""
    return 1 if start == 0 and place > 0 and marks[0].short and not marks[place].short else start


def _labelled(marks: Sequence[Marks], sign: str, label: str) -> int | None:
    """Find the sign of that name, else the first one; None where there is none."""
    places = [place for place, mark in enumerate(marks) if sign in mark.sounds]
    named = [place for place in places if marks[place].sounds[sign] == label]
    return next(iter(named or places), None)
