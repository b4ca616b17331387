"""Keep one note where several begin together.

A solo line has one voice. Of notes that begin together the highest is the melody: it stays, of two at the same pitch
the longer one. With `faithful` the first of its bar stays, as in the original, which compares notes within a bar only.
Source: deepjazz (Kim, 2016).
"""

from __future__ import annotations

from itertools import groupby

from pydantic import Field

import jazzgram
from jazzgram import Note, hookimpl


class Options(jazzgram.Options):
    """Which of the notes stays."""

    faithful: bool = Field(False, description="Keep the first of each bar instead of the highest, as deepjazz does.")


@hookimpl
def clean_up_notes(notes: tuple[Note, ...], options: Options) -> list[Note]:
    """Keep the highest of the notes that share an onset.

    Examples
    --------
    >>> line = (Note(60, 0, 240), Note(67, 0, 240), Note(64, 240, 240))
    >>> [note.pitch for note in clean_up_notes(line, Options())]
    [67, 64]
    """
    if options.faithful:
        return [next(together) for _, together in groupby(notes, key=_onset_and_bar)]
    return [max(together, key=_height) for _, together in groupby(notes, key=lambda note: note.onset)]


def _onset_and_bar(note: Note) -> tuple[int, int | None]:
    return note.onset, note.origin.bar if note.origin else None


def _height(note: Note) -> tuple[int, int]:
    return note.pitch, note.duration
