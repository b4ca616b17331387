"""Notes and rests: the events of a melody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

VELOCITY = 80
"""The MIDI velocity of a note of which nothing says how loud it is."""


class Origin(NamedTuple):
    """The sampled term that a note or a term comes from.

    The pipeline sets it on every term, tokenizers copy it to the notes, and `dataclasses.replace` preserves it, so
    that a trace can follow a note through a chain whose steps are unaware of it. It is not compared.
    """

    bar: int
    """The bar of the solo, from 0."""
    term: int
    """The term's index in its bar as it was sampled, from 0."""


@dataclass(frozen=True, slots=True)
class Note:
    """A sounding note.

    Parameters
    ----------
    pitch : int
        MIDI number, 0 to 127; 60 is middle C.
    onset : int
        Ticks (480 to the quarter note) from the start of the bar or of the solo, as the hook specifies.
    duration : int
        Ticks, 0 or more.
    velocity : int
        MIDI velocity, 1 to 127.
    spelling : str or None
        The note's name without octave, as music21 writes it (``E-``, ``F#``), or None where the writer chooses.
    origin : Origin or None
        The sampled term it comes from; None for a note that a plugin added. Not compared.

    Examples
    --------
    >>> Note(64, 0, 240).end
    240
    """

    pitch: int
    onset: int
    duration: int
    velocity: int = VELOCITY
    spelling: str | None = None
    origin: Origin | None = field(default=None, compare=False)

    @property
    def end(self) -> int:
        """Ticks at which the note stops sounding."""
        return self.onset + self.duration

    def shifted(self, ticks: int) -> Note:
        """Return the note so many ticks later; `dataclasses.replace` takes eight times as long.

        Examples
        --------
        >>> Note(64, 0, 240).shifted(1920).onset
        1920
        """
        return Note(self.pitch, self.onset + ticks, self.duration, self.velocity, self.spelling, self.origin)


@dataclass(frozen=True, slots=True)
class Rest:
    """A notated rest. Silence between two notes needs none.

    Parameters
    ----------
    onset, duration : int
        Ticks, as in `Note`.
    """

    onset: int
    duration: int

    @property
    def end(self) -> int:
        """Ticks at which the rest ends."""
        return self.onset + self.duration
