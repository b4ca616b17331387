"""Comp in straight eighths or in 12/8: bossa nova, funk, afro.

Two-bar rhythms of the style over rootless voicings, drawn as `piano_swing` draws its own: no four bars twice in a
row. The bossa nova's come from its clave, the afro ones from the 6/8 bell; funk is played short, in sixteenths. In
a meter that the style has no rhythms for it plays held chords.
Sources: Levine, *The Jazz Piano Book* (1989), ch. 22 and 23 (salsa and Latin jazz).
"""

from __future__ import annotations

from random import Random

from pydantic import Field

from jazzgram import Chord, Form, Meter, Solo, Track, hookimpl

from ._changes import Changes
from ._comping import RHYTHMS, comp, plain
from ._feel import perform
from ._patterns import STRAIGHT_METERS, GrooveOptions, has_patterns

METERS = STRAIGHT_METERS


class Options(GrooveOptions):
    """What the pianist plays, and how much."""

    density: float = Field(0.5, ge=0, le=1, description="From 0, sparse, to 1, busy.")
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
    >>> chords = (Chord((50, 53, 57, 60), 0, 3840, "Dm7"),)
    >>> form = Form.of(chords, Meter(), 2)
    >>> (piano,) = accompany(chords, Meter(), 140, form, 1.0, Solo((), chords, 2), Options(), Random(1))
    >>> len({note.onset for note in piano.notes}) > 3
    True
    """
    rhythms = RHYTHMS[options.groove] if has_patterns(options.groove, meter) else plain(meter)
    changes = Changes.of(chords, meter, form)
    played = comp(changes, meter, form, solo, rhythms, options.density, rng)
    return [perform(Track("Piano", options.program, ()), played, meter, form, ratio, tempo, rng)]
