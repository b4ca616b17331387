"""Remove notes below a pitch.

A soloist's register has a floor; notes under it sound like mistakes of the bass player.
Source: the project's tutorial.
"""

from __future__ import annotations

from pydantic import Field

import jazzgram
from jazzgram import Note, hookimpl


class Options(jazzgram.Options):
    """What counts as low."""

    below: int = Field(50, ge=0, le=127, description="Remove notes under this MIDI number.")


@hookimpl
def prune_notes(notes: tuple[Note, ...], options: Options) -> list[Note]:
    """Keep the notes at or above `options.below`.

    Examples
    --------
    >>> line = (Note(40, 0, 480), Note(60, 480, 480), Note(50, 960, 480))
    >>> [note.pitch for note in prune_notes(line, Options())]
    [60, 50]
    """
    return [note for note in notes if note.pitch >= options.below]
