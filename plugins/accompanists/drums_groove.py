"""Drum patterns of straight styles: bossa nova, funk, afro.

Bossa: closed hi-hat in eighths, cross-stick clave over two bars, bass drum in dotted rhythm; funk: backbeat,
sixteenths and dead notes; afro: the 12/8 bell on the ride, cross-stick and toms beneath. Patterns vary from bar to
bar, sections end with fills, choruses begin with a crash. In a meter that the style has no pattern for it plays
plain time.
Sources: Morales & Vinson, *The Brazilian Drumset* and Riley, *Beyond Bop Drumming* (1997), ch. 7 (straight-eighth
feels).
"""

from __future__ import annotations

from random import Random

from pydantic import Field

from jazzgram import Chord, Form, Meter, Track, hookimpl

from ._changes import Changes
from ._feel import perform
from ._grooves import GROOVES, groove_strokes
from ._kit import frame, plain
from ._patterns import STRAIGHT_METERS, GrooveOptions, has_patterns

METERS = STRAIGHT_METERS


class Options(GrooveOptions):
    """What the drummer plays."""

    fills: bool = Field(True, description="Whether there are fills at the ends of sections.")


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
    >>> chords = (Chord((50, 53, 57, 60), 0, 3840, "Dm7"),)
    >>> form = Form.of(chords, Meter(), 2)
    >>> (drums,) = accompany(chords, Meter(), 140, form, 1.0, Options(), Random(1))
    >>> len([note for note in drums.notes if note.pitch == 37])  # the clave has five strokes
    5
    """
    changes = Changes.of(chords, meter, form)
    voices = (
        GROOVES[options.groove]
        if has_patterns(options.groove, meter)
        else {key: (pattern,) for key, pattern in plain(meter).items()}
    )
    played = list(groove_strokes(changes, meter, form, voices, tempo, options.groove != "afro", options.fills, rng))
    played += frame(changes, form, meter)
    return [perform(Track("Drums", 0, (), is_drum=True), played, meter, form, ratio, tempo, rng)]
