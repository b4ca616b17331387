"""Connect notes that are separated by a short gap.

Improvised lines are slurred: a note sounds until the next one begins, and only the end of a phrase is short. A note
grows towards the next onset where the gap between them is small. A longer gap is a breath and stays, as the last note
does, and a note that ends within its bar grows to the barline at most.
Source: the project's own; the common rule of swing articulation that eighths are long unless marked short.
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

import jazzgram
from jazzgram import Meter, Note, hookimpl, to_ticks


class Options(jazzgram.Options):
    """Which gaps are closed, and how far."""

    gap: float = Field(0.25, ge=0, le=4, description="Longest gap that is closed, in quarter notes.")
    share: float = Field(1.0, gt=0, le=1, description="Share of the time to the next onset that a note then sounds.")


@hookimpl
def clean_up_notes(notes: tuple[Note, ...], meter: Meter, options: Options) -> list[Note]:
    """Lengthen the notes that end at most `options.gap` before the next onset.

    Examples
    --------
    >>> line = (Note(60, 0, 200), Note(62, 240, 120), Note(64, 960, 120))
    >>> [note.duration for note in clean_up_notes(line, Meter(), Options())]
    [240, 120, 120]
    """
    longest = to_ticks(options.gap)
    connected: list[Note] = []
    later: int | None = None
    onset: int | None = None
    for note in reversed(notes):
        # Notes of one chord share the onset that comes after all of them.
        if onset is not None and note.onset < onset:
            later = onset
        onset = note.onset
        if later is not None and 0 < later - note.end <= longest:
            barline = (note.onset // meter.bar + 1) * meter.bar
            limit = min(later, barline) if note.end <= barline else later
            sounding = int(options.share * (limit - note.onset))
            note = replace(note, duration=max(note.duration, sounding))
        connected.append(note)
    return connected[::-1]
