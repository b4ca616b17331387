"""Join a note with the one before where it only repeats it.

Where two notes of one pitch touch, the second is removed and the first lasts to its end. Across the barline the repeat
is removed and leaves a rest, as the note before belongs to another bar. Repeats after a silence stay.

With `faithful` a bar's terms, rests included, are compared in pairs, as in the original: the first with the second, the
third with the fourth. Of two notes with one name the second is removed and leaves a gap. Notes without an origin stay.
Source: deepjazz (Kim, 2016).
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

import jazzgram
from jazzgram import Note, hookimpl
from jazzgram.music import spelling


class Options(jazzgram.Options):
    """Which repeats are found."""

    faithful: bool = Field(False, description="Compare disjoint pairs of terms only, and leave gaps, as deepjazz does.")


@hookimpl
def prune_notes(notes: tuple[Note, ...], previous: Note | None, options: Options) -> list[Note]:
    """Join repeats that touch.

    Examples
    --------
    >>> bar = (Note(60, 0, 480), Note(60, 480, 240), Note(62, 720, 240))
    >>> [(note.pitch, note.duration) for note in prune_notes(bar, None, Options())]
    [(60, 720), (62, 240)]
    """
    if options.faithful:
        return _in_pairs(notes)
    joined: list[Note] = []
    for note in notes:
        before = joined[-1] if joined else previous
        if before is None or before.pitch != note.pitch or before.end < note.onset:
            joined.append(note)
        elif joined:
            joined[-1] = replace(before, duration=max(before.end, note.end) - before.onset)
    return joined


def _in_pairs(notes: tuple[Note, ...]) -> list[Note]:
    """Remove the second note of each pair of terms where both have the same name."""
    remaining: list[Note] = []
    names: dict[tuple[int, int], tuple[int, str]] = {}
    for note in notes:
        name = note.pitch, note.spelling or spelling(note.pitch)
        if note.origin is not None:
            bar, term = note.origin
            if term % 2 and names.get((bar, term - 1)) == name:
                continue
            names[bar, term] = name
        remaining.append(note)
    return remaining
