"""Play time: ride cymbal with variation, feathered bass drum, hi-hat on two and four, and a snare drum that comps.

The snare drum speaks more in later choruses and into the soloist's rests; every fourth bar leads on, every eighth
has a fill, a chorus ends with a longer one and begins with a crash. With brushes the snare drum is swept and
tapped; a shuffle has its backbeat and its eighths. In three the hi-hat is on two. In other meters it plays plain
time.
Source: Riley, *The Art of Bop Drumming* (1994), ch. 1 to 4; on brushes ch. 5.
"""

from __future__ import annotations

from random import Random
from typing import Literal

from pydantic import Field

import jazzgram
from jazzgram import Chord, Form, Meter, Solo, Track, hookimpl

from ._changes import Changes
from ._feel import perform
from ._kit import BRUSHES, frame
from ._patterns import SWING_METERS
from ._time import time_strokes

METERS = SWING_METERS


class Options(jazzgram.Options):
    """How the drummer plays time."""

    sound: Literal["sticks", "brushes", "shuffle"] = Field("sticks", description="What plays time.")
    comping: float = Field(0.5, ge=0, le=1, description="How much the snare drum speaks.")
    fills: bool = Field(True, description="Whether there are fills at the ends of sections.")


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
    """Play time under the solo.

    Examples
    --------
    >>> chords = (Chord((50, 53, 57, 60), 0, 1920, "Dm7"),)
    >>> form = Form.of(chords, Meter(), 1)
    >>> (drums,) = accompany(chords, Meter(), 160, form, 2.0, Solo((), chords, 1), Options(), Random(1))
    >>> len([note for note in drums.notes if note.pitch == 44])  # the hi-hat, on two and four
    2
    """
    changes = Changes.of(chords, meter, form)
    brushes = options.sound == "brushes"
    played = list(time_strokes(changes, meter, form, solo, tempo, options.sound, options.comping, options.fills, rng))
    played += frame(changes, form, meter, soft=brushes)
    part = Track("Drums", BRUSHES if brushes else 0, (), is_drum=True)
    return [perform(part, played, meter, form, ratio, tempo, rng)]
