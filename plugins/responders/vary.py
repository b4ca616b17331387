"""Play your line again, varied.

By chance a note is passed over, moved to a neighbour in the scale, or split in two with a neighbour; the more, the
larger the degree. The result is fitted to the chords to come.
Source: paraphrase as in Kernfeld, *What to Listen for in Jazz* (1995, ch. 5).
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from pydantic import Field

import jazzgram
from jazzgram import Chord, Meter, Note, hookimpl

from ._fitting import Bars, fitted, repeated

_EIGHTH = 240


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
    step = rng.choice((-2, -1, 1, 2))
    if note.duration >= 2 * _EIGHTH:
        half = note.duration // 2
        return replace(note, duration=half), replace(
            note, pitch=note.pitch + step, onset=note.onset + half, duration=note.duration - half
        )
    return () if rng.random() < 0.25 else (replace(note, pitch=note.pitch + step),)
