"""Lengthen notes of zero duration, or remove them.

Such a note lasts until the next onset, a sixteenth at most; where the next note has the same onset, it is removed. With
`faithful` it becomes a sixteenth whatever follows, as in the original.
Source: deepjazz (Kim, 2016).
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

import jazzgram
from jazzgram import TICKS_PER_QUARTER, Note, hookimpl

_SIXTEENTH = TICKS_PER_QUARTER // 4


class Options(jazzgram.Options):
    """How notes of zero duration are lengthened."""

    faithful: bool = Field(False, description="Always make it a sixteenth, even over the next note, as deepjazz does.")


@hookimpl
def clean_up_notes(notes: tuple[Note, ...], options: Options) -> list[Note]:
    """Lengthen or remove the notes whose duration is 0.

    Examples
    --------
    >>> line = (Note(60, 0, 0), Note(62, 0, 240), Note(64, 240, 0))
    >>> [(note.pitch, note.duration) for note in clean_up_notes(line, Options())]
    [(62, 240), (64, 120)]
    """
    lasting: list[Note] = []
    for index, note in enumerate(notes):
        if note.duration == 0:
            followed = index + 1 < len(notes) and not options.faithful
            room = notes[index + 1].onset - note.onset if followed else _SIXTEENTH
            if room == 0:
                continue
            note = replace(note, duration=min(room, _SIXTEENTH))
        lasting.append(note)
    return lasting
