"""Read from a measure which one is played after it: repeats, endings, da capo, dal segno, coda, fine.

Source: MusicXML 4.0 (W3C Community Group, 2021), *repeat*, *ending*, *sound*.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from jazzgram.music import RepeatMarks

_JUMPS = frozenset({"segno", "coda", "tocoda", "dalsegno", "dacapo", "fine"})


def read_marks(measure: Element, marks: RepeatMarks) -> None:
    """Add the marks of one measure of one part.

    Parameters
    ----------
    measure : Element
        As in the file.
    marks : RepeatMarks
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
