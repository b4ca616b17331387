"""Measures of ABC as written, and the notes, rests and chord symbols in them."""

from __future__ import annotations

from dataclasses import dataclass, field

from jazzgram import Meter
from jazzgram.music import RepeatMarks

PARTS = 672
"""Parts of a tick: 2**10 * 3**2 * 5 * 7 to the quarter note, so that tuplets of tuplets are whole numbers."""


@dataclass(slots=True)
class Event:
    """A note, a rest or a chord symbol; what it is not is empty.

    Parameters
    ----------
    duration : int
        `PARTS` of a tick; 0 for a chord symbol.
    pitch : int or None
        MIDI number.
    spelling : str
        As music21 writes it.
    tied : bool
        Whether it goes on in the next note.
    symbol : str
        A chord symbol, as it can be read.
    """

    duration: int
    pitch: int | None = None
    spelling: str = ""
    tied: bool = False
    symbol: str = ""


@dataclass(slots=True)
class Measure:
    """The music between two barlines; its meter is None where no field sets it."""

    meter: Meter | None
    events: list[Event] = field(default_factory=list)
    marks: RepeatMarks = field(default_factory=RepeatMarks)

    @property
    def length(self) -> int:
        """`PARTS` of a tick."""
        return sum(event.duration for event in self.events)
