"""Play your line again, varied.

At random notes are left out, moved by a step, or split in two, the second a step away; the larger the degree,
the more. The result is fitted to the chords to come.
Source: paraphrase as in Kernfeld, *What to Listen for in Jazz* (1995, ch. 5).
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from pydantic import Field

import jazzgram
from jazzgram import TICKS_PER_QUARTER, Chord, Meter, Note, hookimpl, retuned

from ._fitting import Bars, fitted, repeated


class Options(jazzgram.Options):
    """How far it goes."""

    degree: float = Field(0.4, ge=0, le=1, description="Share of the notes that are varied: 0 for none, 1 for all.")


@hookimpl
def respond(notes: Bars, chords: tuple[tuple[Chord, ...], ...], meter: Meter, options: Options, rng: Random) -> Bars:
    """Return the bars that were played, varied.

    Examples
    --------
    >>> bar, c = ((Note(60, 0, 960),),), ((Chord((60, 64, 67), 0, 1920, "C"),),)
    >>> respond(bar, c, Meter(), Options(degree=0), Random(1)) == bar
    True
    """
    varied = tuple(
        tuple(new for note in bar for new in (_varied(note, rng) if rng.random() < options.degree else (note,)))
        for bar in repeated(notes, len(chords))
    )
    return fitted(varied, chords, meter)


def _varied(note: Note, rng: Random) -> tuple[Note, ...]:
    neighbour = retuned(note, min(max(note.pitch + rng.choice((-2, -1, 1, 2)), 0), 127))
    if note.duration >= TICKS_PER_QUARTER:
        half = note.duration // 2
        second = replace(neighbour, onset=note.onset + half, duration=note.duration - half)
        return replace(note, duration=half), second
    return () if rng.random() < 0.25 else (neighbour,)
