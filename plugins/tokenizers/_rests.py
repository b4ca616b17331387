"""Gaps of a melody as rests, for tokenizers whose terms fill the bar."""

from __future__ import annotations

from pydantic import Field

import jazzgram
from jazzgram import Meter, Note, Rest


class Options(jazzgram.Options):
    """Which gaps become rests."""

    shortest: float = Field(0.25, gt=0, le=4, description="Shortest gap that becomes a rest, in quarter notes.")


def with_rests(melody: tuple[Note | Rest, ...], meter: Meter, shortest: int) -> tuple[Note | Rest, ...]:
    """Fill one bar of melody with rests, so that nothing overlaps and no gap is left.

    Parameters
    ----------
    melody : tuple of Note or Rest
        In time order, onsets from the start of the bar. Its own rests count as gaps.
    meter : Meter
        The bar's meter.
    shortest : int
        Ticks; a shorter gap after a note is added to it.

    Returns
    -------
    tuple of Note or Rest
        In time order, each beginning where the one before ends, from 0 to the barline. Empty for an empty melody.

    Examples
    --------
    >>> bar = with_rests((Note(60, 480, 440), Note(62, 960, 240)), Meter(), 120)
    >>> [(type(event).__name__, event.onset, event.duration) for event in bar]
    [('Rest', 0, 480), ('Note', 480, 480), ('Note', 960, 240), ('Rest', 1200, 720)]
    """
    if not melody:
        return ()
    barline = meter.bar
    highest: dict[int, Note] = {}
    for event in melody:
        if isinstance(event, Note) and event.onset < barline:
            rival = highest.get(event.onset)
            if rival is None or event.pitch > rival.pitch:
                highest[event.onset] = event
    onsets = [*highest, barline]
    filled: list[Note | Rest] = [Rest(0, onsets[0])] if onsets[0] > 0 else []
    for note, later in zip(highest.values(), onsets[1:], strict=True):
        end = min(note.end, later)
        if later - end < shortest:
            end = later
        # A corpus has hundreds of thousands of notes, and `dataclasses.replace` takes five times as long.
        filled.append(Note(note.pitch, note.onset, end - note.onset, note.velocity, note.spelling, note.origin))
        if end < later:
            filled.append(Rest(end, later - end))
    return tuple(filled)
