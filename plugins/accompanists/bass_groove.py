"""Bass patterns of straight styles: bossa nova, funk, afro.

A bar's pattern says root, fifth, octave, third or seventh of the chord that sounds, ``n`` the root to come (on the
last beat of four, elsewhere only where it does not rub), ``g`` a dead note. Bossa: root and fifth in the dotted rhythm
of the bass drum; funk: syncopated sixteenths around a strong first beat; afro: three to a beat. Each bar is drawn,
seldom the same twice in a row. A new chord always begins with its root; in a meter that the style has no pattern for,
root on one and fifth in the middle of the bar.
Sources: Goldstein, *The Jazz Bass Book* (2002); Sher & Johnson, *Concepts for Bass Soloing and Latin Bass* (1993).
"""

from __future__ import annotations

from random import Random

from pydantic import Field

from jazzgram import Chord, Form, Meter, Track, hookimpl

from ._bass_patterns import PATTERNS, pattern_strokes, plain
from ._changes import Changes
from ._feel import perform
from ._patterns import STRAIGHT_METERS, GrooveOptions, has_patterns

METERS = STRAIGHT_METERS


class Options(GrooveOptions):
    """What the bass plays."""

    program: int | None = Field(
        None, ge=0, le=127, description="General MIDI program; none: 33 electric in funk, else 32 upright."
    )


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
    """Play the style's pattern under the solo.

    Examples
    --------
    >>> chords = (Chord((50, 53, 57, 60), 0, 1920, "Dm7"), Chord((55, 59, 62, 65), 1920, 1920, "G7"))
    >>> form = Form.of(chords, Meter(), 2)
    >>> (bass,) = accompany(chords, Meter(), 140, form, 1.0, Options(), Random(1))
    >>> [note.pitch % 12 for note in bass.notes if note.onset % 1920 < 20]  # D and G
    [2, 7]
    """
    patterns = PATTERNS[options.groove] if has_patterns(options.groove, meter) else plain(meter)
    played = pattern_strokes(Changes.of(chords, meter, form), meter, form, patterns, rng)
    program = options.program if options.program is not None else 33 if options.groove == "funk" else 32
    return [perform(Track("Bass", program, ()), played, meter, form, ratio, tempo, rng, spread=(0.0, 6.0))]
