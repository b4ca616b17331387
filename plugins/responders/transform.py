"""Answer with your own idea turned round: upside down, backwards, or as a sequence.

The result is fitted to the chords to come.
Source: Coker, *Elements of the Jazz Language* (1991, ch. 8, on sequence); Nettles & Graf, *The Chord Scale Theory*
(1997) for the tones it is fitted to.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

import jazzgram
from jazzgram import Chord, Meter, Note, hookimpl, retuned

from .._octaves import into_range
from ._fitting import Bars, fitted, repeated

_LOWEST, _HIGHEST = 48, 88
"""The range of an answer: C3 to E6."""


class Options(jazzgram.Options):
    """What is done to the idea."""

    way: Literal["invert", "retrograde", "sequence"] = Field(
        "invert", description="Mirror it around its first note, play it backwards, or move it up from bar to bar."
    )
    semitones: int = Field(2, ge=-12, le=12, description="How far a sequence moves from one bar to the next.")


@hookimpl
def respond(notes: Bars, chords: tuple[tuple[Chord, ...], ...], meter: Meter, options: Options) -> Bars:
    """Return the bars that were played, transformed.

    Examples
    --------
    >>> up = ((Note(60, 0, 480), Note(64, 480, 480), Note(67, 960, 480)),)
    >>> c = ((Chord((60, 64, 67), 0, 1920, "C"),),)
    >>> [note.pitch for note in respond(up, c, Meter(), Options(way="retrograde"))[0]]
    [67, 64, 60]
    """
    idea = repeated(notes, len(chords))
    if options.way == "retrograde":
        idea = tuple(_backwards(bar) for bar in reversed(idea))
    axis = next((bar[0].pitch for bar in idea if bar), 60)
    if options.way == "invert":
        idea = tuple(tuple(retuned(note, 2 * axis - note.pitch) for note in bar) for bar in idea)
    if options.way == "sequence":
        idea = tuple(
            tuple(retuned(note, note.pitch + options.semitones * number) for note in bar)
            for number, bar in enumerate(idea)
        )
    return fitted(tuple(tuple(into_range(note, _LOWEST, _HIGHEST) for note in bar) for bar in idea), chords, meter)


def _backwards(bar: tuple[Note, ...]) -> tuple[Note, ...]:
    """Return a bar's pitches in reverse order, in the same rhythm: backwards, many rhythms begin off the beat."""
    return tuple(retuned(note, other.pitch) for note, other in zip(bar, reversed(bar), strict=True))
