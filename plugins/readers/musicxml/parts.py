"""Choose the part and the voice of a score that are the melody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from jazzgram import JazzgramError

from .measure_styles import slashed_notes


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a score, counted.

    Parameters
    ----------
    number : int
        Its index in the score, from 0.
    name : str
        As the score lists it; empty where it does not.
    program : int or None
        General MIDI program, 0 to 127, if the score has one.
    element : Element
        The part itself.
    voices : Counter
        How many notes with a pitch each voice has.
    alone : int
        How many of these notes are in no chord.
    symbols : int
        How many chord symbols it has.
    """

    number: int
    name: str
    program: int | None
    element: Element
    voices: Counter[str]
    alone: int
    symbols: int

    @property
    def notes(self) -> int:
        """How many notes with a pitch it has."""
        return self.voices.total()

    @property
    def melodiousness(self) -> float:
        """How many notes, times their mean octave, times the share of them that are in no chord."""
        octaves = [found.text or "" for found in self.element.iterfind("measure/note/pitch/octave")]
        return (
            sum(int(octave) for octave in octaves if re.fullmatch(r"\s*\d\s*", octave, re.ASCII))
            * self.alone
            / max(self.notes, 1)
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name!r} ({self.notes} notes, {self.symbols} chord symbols)"


def list_parts(score: Element) -> list[Part]:
    """Count the parts of a score.

    Parameters
    ----------
    score : Element
        A ``score-partwise``.

    Returns
    -------
    list of Part
        In the order of the file.

    Raises
    ------
    JazzgramError
        Where none has notes or chord symbols.
    """
    listed = {element.get("id"): element for element in score.iterfind("part-list/score-part")}
    parts = []
    for number, element in enumerate(score.iterfind("part")):
        entry = listed.get(element.get("id"))
        name = entry.findtext("part-name", "") if entry is not None else ""
        program = (entry.findtext("midi-instrument/midi-program", "") if entry is not None else "").strip()
        slashed = slashed_notes(element)
        notes = [
            note for note in element.iterfind("measure/note") if note.find("pitch") is not None and note not in slashed
        ]
        parts.append(
            Part(
                number,
                " ".join(name.split())[:60],
                int(program) - 1 if re.fullmatch(r"[1-9]\d?|1[01]\d|12[0-8]", program, re.ASCII) else None,
                element,
                Counter(note.findtext("voice", "1").strip() for note in notes),
                sum(note.find("chord") is None for note in notes),
                sum(1 for _ in element.iterfind("measure/harmony")),
            )
        )
    if not any(part.notes or part.symbols for part in parts):
        raise JazzgramError("no part has any notes with a pitch or chord symbols (<harmony>); export the score again")
    return parts


def pick_part(parts: Sequence[Part], chosen: int | str | None) -> Part:
    """Choose the part that is the melody.

    Parameters
    ----------
    parts : sequence of Part
        At least one.
    chosen : int, str or None
        Its number or name; None for the first with notes and chord symbols, else the most melodic; where none has
        notes, the first with chord symbols.

    Returns
    -------
    Part

    Raises
    ------
    JazzgramError
        Where none or several are called so.
    """
    if chosen is None:
        complete = [part for part in parts if part.notes and part.symbols]
        charts = [part for part in parts if part.symbols] if not any(part.notes for part in parts) else []
        return (complete or charts or [max(parts, key=lambda part: part.melodiousness)])[0]
    found = [
        part
        for part in parts
        if part.number == chosen or (isinstance(chosen, str) and part.name.casefold() == chosen.strip().casefold())
    ]
    if len(found) != 1:
        what = "is not there" if not found else "is the name of several"
        raise JazzgramError(f"part {chosen!r} {what}; choose by its number among the parts {listing(parts)}")
    return found[0]


def pick_voice(part: Part, chosen: int | None) -> str:
    """Choose a voice of a part.

    Parameters
    ----------
    part : Part
        The melody's.
    chosen : int or None
        Its number; None for 1 where that has notes, else the lowest that has.

    Returns
    -------
    str
        As the file writes it.

    Raises
    ------
    JazzgramError
        Where it has no notes.
    """
    voices = sorted(part.voices, key=lambda voice: (voice != "1", len(voice), voice))
    if chosen is None and voices:
        return voices[0]
    if str(chosen) not in voices:
        which = f"choose among its voices {', '.join(voices)[:80]}" if voices else "choose another part"
        raise JazzgramError(f"part {part} has no notes in {f'voice {chosen}' if chosen else 'any voice'}; {which}")
    return str(chosen)


def listing(parts: Sequence[Part]) -> str:
    """Return the parts that have notes, for a message, where a dozen are enough.

    Parameters
    ----------
    parts : sequence of Part
        Any number.

    Returns
    -------
    str
    """
    shown = [str(part) for part in parts if part.notes]
    return ", ".join(shown[:12]) + (", ..." if len(shown) > 12 else "")
