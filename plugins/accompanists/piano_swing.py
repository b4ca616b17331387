"""Comp in the idiom of swing: rootless voicings, led smoothly, in two-bar rhythms that leave the soloist room.

Each two bars the rhythm is drawn that fits best what is asked for: as dense as `density` and the chorus say, less
where the soloist is busy, with few chords into phrases and more into rests. The same four bars are never played
twice in a row. In three it plays waltz rhythms; in a meter that it has no rhythms for, held chords.
Sources: Levine, *The Jazz Piano Book* (1989), ch. 7 (rootless voicings), 19 (drop-2), 22 (comping).
"""

from __future__ import annotations

from random import Random
from typing import Literal

from pydantic import Field

import jazzgram
from jazzgram import Chord, Form, Meter, Solo, Track, hookimpl

from ._changes import Changes
from ._comping import RHYTHMS, comp, plain
from ._feel import perform
from ._patterns import SWING_METERS

METERS = SWING_METERS


class Options(jazzgram.Options):
    """What the pianist plays, and how much."""

    rhythms: Literal["swing", "ballad", "shuffle"] = Field("swing", description="The vocabulary, in four.")
    density: float = Field(0.5, ge=0, le=1, description="From 0, a chord a bar, to 1, about four.")
    program: int = Field(0, ge=0, le=127, description="General MIDI program: 0 grand piano, 4 electric piano.")


@hookimpl
def accompany(
    chords: tuple[Chord, ...],
    meter: Meter,
    tempo: float,
    form: Form,
    ratio: float,
    solo: Solo,
    options: Options,
    rng: Random,
) -> list[Track]:
    """Comp under the solo.

    Examples
    --------
    >>> chords = (Chord((50, 53, 57, 60), 0, 1920, "Dm7"), Chord((55, 59, 62, 65), 1920, 1920, "G7"))
    >>> form = Form.of(chords, Meter(), 2)
    >>> (piano,) = accompany(chords, Meter(), 160, form, 2.0, Solo((), chords, 2), Options(), Random(1))
    >>> sorted({note.pitch for note in piano.notes if note.onset < 1500})  # F A C E: the A form of Dm9
    [53, 57, 60, 64]
    """
    in_three = str(meter) == "3/4"
    rhythms = RHYTHMS["waltz" if in_three else options.rhythms] if str(meter) in METERS else plain(meter)
    changes = Changes.of(chords, meter, form)
    played = comp(changes, meter, form, solo, rhythms, options.density, rng)
    return [perform(Track("Piano", options.program, ()), played, meter, form, ratio, tempo, rng)]
