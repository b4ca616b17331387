"""Let each chorus build on the one before: higher and denser.

Where the form builds (``improvise: {build: true}``) each chorus after the soloist's first has

- whole phrases that move up by `steps` degrees of the scale of each chord, so that the line keeps its contour; notes
  outside the scale keep their distance to the note after them. A phrase stays where its top would come more than
  `reach` semitones above that of the first chorus;
- notes of a beat or longer inside a phrase that divide, with a scale tone on the way to the next note;
- pick-ups of one to four eighths, by scale steps, into phrases after a long rest, of which a beat stays.

Steps and probabilities count once in the second chorus, twice in the third, and three times in all later ones. Head and
ending stay as they are, and so does everything where the form does not build.
Source: the project's own; Berliner, *Thinking in Jazz* (1994, ch. 7, on pacing a solo over choruses).
"""

from __future__ import annotations

from random import Random

from pydantic import Field

import jazzgram
from jazzgram import Chord, Form, Meter, Note, hookimpl

from .._phrases import phrases
from ._filling import divided, pick_up
from ._scalewise import raised

NEEDS = frozenset({"grid", "monophonic"})

_MOST = 3
"""How many times steps and probabilities count at most."""


class Options(jazzgram.Options):
    """How far a chorus goes beyond the one before."""

    steps: int = Field(2, ge=0, le=7, description="Scale degrees that phrases move up.")
    reach: int = Field(5, ge=0, le=24, description="Semitones that the top may come above that of the first chorus.")
    density: float = Field(0.7, ge=0, le=1, description="Probability that a long note divides, or a pick-up is added.")


@hookimpl
def clean_up_notes(
    notes: tuple[Note, ...], chords: tuple[Chord, ...], meter: Meter, form: Form, options: Options, rng: Random
) -> list[Note]:
    """Raise and fill the phrases of later choruses.

    Examples
    --------
    >>> from jazzgram import Section
    >>> f7 = (Chord((53, 57, 60, 63), 0, 3840, "F7"),)
    >>> form = Form((Section(0, 1), Section(1, 1, chorus=2)), builds=True)
    >>> line = [Note(pitch, onset, 480) for onset, pitch in ((0, 65), (480, 69), (1920, 65), (2400, 69))]
    >>> [(n.pitch, n.duration) for n in clean_up_notes(tuple(line), f7, Meter(), form, Options(density=1), Random(1))]
    [(65, 480), (69, 480), (65, 240), (67, 240), (69, 240), (70, 240), (72, 480)]
    """
    solos = [section.chorus for section in form.sections if section.part == "solo"]
    if not form.builds or not notes or not solos:
        return list(notes)
    first = min(solos)
    opening = [note.pitch for note in notes if form.at(note.onset // meter.bar).chorus == first]
    top = max(opening, default=127) + options.reach
    built: list[Note] = []
    for phrase in phrases(notes):
        section = form.at(phrase[0].onset // meter.bar)
        times = min(section.chorus - first, _MOST) if section.part == "solo" else 0
        if times > 0:
            higher = raised(phrase, chords, options.steps * times)
            phrase = higher if max(note.pitch for note in higher) <= min(top, 127) else phrase
            start = built[-1].end if built else 0
            more = min(options.density * times, 1)
            phrase = [*pick_up(phrase[0], start, chords, more, rng), *divided(phrase, chords, more, rng)]
        built += phrase
    return built
