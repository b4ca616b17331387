"""Go on from what was played: the model continues the line.

The model is conditioned on every bar of both players; its own continuation over the chords to come is the answer. It
stays near the register of the bars that it answers: left alone, the line follows the persona's instrument, which may
be two octaves away.
Source: the project; trading fours after Berliner, *Thinking in Jazz* (1994, ch. 13). Of the notes that soloists of the
Weimar Jazz Database play in four bars 2.6 % are more than a fifth outside the range of the four bars before.
"""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field

import jazzgram
from jazzgram import Grammar, hookimpl

from ._fitting import Bars


class Options(jazzgram.Options):
    """How far it goes."""

    reach: int | None = Field(
        7, ge=0, le=60, description="Semitones by which it may leave the range of what it answers; null: anywhere."
    )


@hookimpl
def respond(notes: Bars, go_on: Callable[..., Grammar], options: Options) -> Grammar:
    """Return the model's continuation.

    Examples
    --------
    >>> from jazzgram import Note, parse_terms
    >>> answer = lambda within: (parse_terms(f"{within[0]},2.000 {within[1]},2.000"),)
    >>> " ".join(map(str, respond(((Note(60, 0, 480), Note(72, 480, 480)),), answer, Options())[0]))
    '53,2.000 79,2.000'
    """
    pitches = [note.pitch for bar in notes for note in bar]
    if options.reach is None or not pitches:
        return go_on()
    return go_on(within=(min(pitches) - options.reach, max(pitches) + options.reach))
