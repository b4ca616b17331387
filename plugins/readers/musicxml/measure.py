"""One measure of one part as it is written, in ticks and at concert pitch."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from jazzgram import Meter


class Head(NamedTuple):
    """A note head: a note, or what a tie makes part of one."""

    onset: int
    """Ticks from the start of the measure."""
    end: int
    """Ticks from the start of the measure, after `onset`."""
    pitch: int
    """MIDI number, sounding."""
    spelling: str
    """Sounding, as music21 writes it."""
    tied_from: bool
    """Whether a tie ends at it."""
    tied_to: bool
    """Whether a tie begins at it."""


@dataclass(slots=True)
class Measure:
    """One measure as it is written.

    Parameters
    ----------
    number : str
        As the file counts it.
    is_pickup : bool
        Whether the file marks it as not counted.
    meter : Meter
        What holds in it.
    key : int
        The key signature at concert pitch, sharps up, flats down, -7 to 7.
    length : int
        Ticks from its start to the last end in it; 0 where nothing is in it.
    heads : list of Head
        In time order, the highest of each onset.
    rests : list of (int, int)
        Onset and end of each.
    harmonies : list of (int, str)
        Onset and chord symbol of each, in time order.
    dropped : Counter
        Note heads that are left out, by reason.
    left_out : list of str
        What else of it is not read, and why.
    problem : str
        Why it is given up, if it cannot be read: then nothing is in it. Empty where it can.
    """

    number: str
    is_pickup: bool
    meter: Meter
    key: int
    length: int = 0
    heads: list[Head] = field(default_factory=list)
    rests: list[tuple[int, int]] = field(default_factory=list)
    harmonies: list[tuple[int, str]] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    left_out: list[str] = field(default_factory=list)
    problem: str = ""
