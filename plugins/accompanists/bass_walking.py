"""Walk: chord tones on strong beats, and a way into every new root.

In four a note a beat; in two a note every half bar; in three, too. The line is the cheapest path through what may
be played (small steps, chord tones where they count, a slow curve over the register), so that it neither stumbles
nor repeats itself. Until the last beat of a bar no half step rubs against a tone of the chord. Skips and dead notes
are soft eighths before the beat. Where the changes stand still for four bars, the root may stay as a pedal point
for two of them.
Sources: Friedland, *Building Walking Bass Lines* (1995); Goldstein, *The Jazz Bass Book* (2002).
"""

from __future__ import annotations

from random import Random
from typing import Literal

from pydantic import Field

import jazzgram
from jazzgram import Chord, Form, Meter, Track, hookimpl

from ._bass import beats_of, decorated, pedal_points
from ._changes import Changes
from ._feel import perform
from ._lines import walk
from ._patterns import SWING_METERS

METERS = SWING_METERS


class Options(jazzgram.Options):
    """How the bass walks."""

    feel: Literal["auto", "two", "four"] = Field(
        "auto", description="Notes a bar; auto: in two under head and introduction, else on every beat."
    )
    skips: float = Field(0.14, ge=0, le=1, description="Share of beats that a skip or a dead note leads into.")
    pedals: float = Field(0.4, ge=0, le=1, description="Share of standing changes over a pedal point.")
    program: int = Field(32, ge=0, le=127, description="General MIDI program: 32 upright, 33 electric.")


@hookimpl
def accompany(
    chords: tuple[Chord, ...],
    meter: Meter,
    tempo: float,
    form: Form,
    ratio: float,
    options: Options,
    rng: Random,
) -> list[Track]:
    """Walk under the solo.

    Examples
    --------
    >>> chords = (Chord((50, 53, 57, 60), 0, 1920, "Dm7"), Chord((55, 59, 62, 65), 1920, 1920, "G7"))
    >>> form = Form.of(chords, Meter(), 2)
    >>> (bass,) = accompany(chords, Meter(), 160, form, 2.0, Options(feel="four", skips=0), Random(1))
    >>> [note.pitch % 12 for note in bass.notes][::4]  # D and G
    [2, 7]
    """
    changes = Changes.of(chords, meter, form)
    beats = beats_of(changes, meter, form, options.feel)
    pedals = pedal_points(changes, beats, meter, options.pedals, rng)
    line = walk(changes, beats, meter, rng, pedals)
    # Skips crowd a fast beat: from 220 on they become fewer.
    skips = options.skips * min(max((320 - tempo) / 100, 0.1), 1)
    played = decorated(changes, beats, line, meter, skips, rng)
    return [perform(Track("Bass", options.program, ()), played, meter, form, ratio, tempo, rng, spread=(0.0, 6.0))]
