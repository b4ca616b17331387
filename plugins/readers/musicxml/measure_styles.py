"""Read what a score abbreviates: measures that repeat those before them (``%``), and slashes instead of notes.

Source: MusicXML 4.0 (W3C Community Group, 2021), *measure-style*, *measure-repeat*, *beat-repeat*, *slash*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element

from .measure import Measure


def slashed_notes(part: Element) -> set[Element]:
    """Return the notes that are written as slashes: what is played there is up to the player.

    Parameters
    ----------
    part : Element
        A ``part`` of a partwise score.

    Returns
    -------
    set of Element
        Each ``note`` with a slash for a head, or in a ``slash`` passage. A passage without an end is one where all its
        notes have the same pitch, since some programs write a start and notes that are played.
    """
    slashed: set[Element] = set()
    passage: list[Element] | None = None
    for child in part.iterfind("measure/*"):
        if child.tag == "attributes":
            for slash in child.iterfind("measure-style/slash"):
                slashed.update(passage or ())
                passage = [] if slash.get("type") == "start" else None
        elif child.tag == "note":
            if child.findtext("notehead") == "slash":
                slashed.add(child)
            if passage is not None:
                passage.append(child)
    pitches = {tuple(pitch.itertext()) for note in passage or () if (pitch := note.find("pitch")) is not None}
    return slashed | set(passage or ()) if len(pitches) < 2 else slashed


def play_measure_repeats(part: Element, measures: Sequence[Measure]) -> None:
    """Copy into measures without notes what they repeat, and its chords where they have none; report what cannot be.

    Parameters
    ----------
    part : Element
        A ``part`` of a partwise score.
    measures : sequence of Measure
        Its measures; changed in place.
    """
    for index, count in _passages(part, "measure-repeat"):
        measure = measures[index]
        if measure.heads or measure.problem:
            continue
        repeated = measures[index - count] if index >= count else None
        if repeated is None or repeated.problem or repeated.meter != measure.meter:
            measure.left_out.append("a measure repeat without a measure before it that it can repeat")
            continue
        measure.heads, measure.rests, measure.length = list(repeated.heads), list(repeated.rests), repeated.length
        measure.harmonies = measure.harmonies or list(repeated.harmonies)
    for index, _ in _passages(part, "beat-repeat"):
        if not measures[index].heads:
            measures[index].left_out.append("a beat repeat, which is not played out")


def _passages(part: Element, style: str) -> Iterator[tuple[int, int]]:
    """Yield each measure in a passage of a style, with the passage's number of measures.

    A passage without an end is as long as that number says.
    """
    count = 0
    passage: list[int] = []
    for index, measure in enumerate(part.iterfind("measure")):
        begun = False
        for element in measure.iterfind(f"attributes/measure-style/{style}"):
            # An end is in the first measure after the passage; where a beginning is there too, it is for that measure.
            yield from ((one, count) for one in (*passage, *([index] if begun and count else ())))
            begun, text = element.get("type") == "start", (element.text or "").strip() or "1"
            count = int(text) if begun and re.fullmatch(r"[1-9]\d?", text, re.ASCII) else 0
            passage = []
        if count:
            passage.append(index)
    yield from ((one, count) for one in passage[:count])
