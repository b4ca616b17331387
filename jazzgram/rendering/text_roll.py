"""Piano rolls as text, for the terminal and the docs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jazzgram.music.harmony.spell import symbol_of
from jazzgram.music.note import Note
from jazzgram.music.note_names import pitch_name
from jazzgram.music.solo import Solo
from jazzgram.music.time import TICKS_PER_QUARTER

_MARGIN = 6
"""Characters before the first bar: the name of a pitch and a barline."""


def text_roll(
    notes: Sequence[Note],
    length: int,
    *,
    step: int = 120,
    bar: int = 1920,
    low: int | None = None,
    high: int | None = None,
) -> str:
    """Draw notes as rows of pitches over columns of time.

    Parameters
    ----------
    notes : sequence of Note
        Onsets from the left edge.
    length : int
        How many ticks to draw.
    step : int
        Ticks a column; a sixteenth by default. Triplets stand in the column their onset falls into.
    bar : int
        Ticks between barlines.
    low, high : int or None
        The lowest and highest row (MIDI numbers); those of the notes where None.

    Returns
    -------
    str
        One line a pitch, highest first: ``●`` where a note begins, ``━`` while it sounds, ``·`` elsewhere. An empty
        text where there are no notes and no rows were asked for.

    Examples
    --------
    >>> print(text_roll((Note(62, 0, 480), Note(60, 480, 240)), 960))
    D4   │●━━━····│
    C#4  │········│
    C4   │····●━··│
    """
    pitches = [note.pitch for note in notes]
    if not pitches and (low is None or high is None):
        return ""
    top = max(pitches) if high is None else high
    bottom = min(pitches) if low is None else low
    columns = -(-length // step)
    lines = []
    for pitch in range(top, bottom - 1, -1):
        row = ["·"] * columns
        for note in notes:
            if note.pitch == pitch:
                first = min(note.onset // step, columns - 1)
                for column in range(first, min(columns, max(first + 1, -(-note.end // step)))):
                    row[column] = "━"
                row[first] = "●"
        bars = ["".join(row[start : start + bar // step]) for start in range(0, columns, bar // step)]
        lines.append(f"{pitch_name(pitch):<5}│{'│'.join(bars)}│")
    return "\n".join(lines)


def solo_roll(solo: Solo, bars: int = 4, columns: int = 4) -> str:
    """Draw a solo as its page has it, before swing, with the changes above.

    Parameters
    ----------
    solo : Solo
        With or without notes.
    bars : int
        Bars a line, 1 or more.
    columns : int
        Columns a quarter note, a divisor of 480.

    Returns
    -------
    str
        A title, then for each line of bars the changes and `text_roll`.
    """
    step = TICKS_PER_QUARTER // columns
    lines = [f"{solo.title}, {solo.tempo:g} quarter notes a minute, {solo.meter}", ""]
    for first in range(0, solo.bars, bars):
        start, end = first * solo.meter.bar, min(first + bars, solo.bars) * solo.meter.bar
        notes = [
            replace(note, onset=note.onset - start) for note in solo.written or solo.notes if start <= note.onset < end
        ]
        lines.append(_changes(solo, start, end, step))
        lines += [text_roll(notes, end - start, step=step, bar=solo.meter.bar) or "      (silence)", ""]
    return "\n".join(lines)


def _changes(solo: Solo, start: int, end: int, step: int) -> str:
    """Put each chord's symbol over the column in which it begins, further right where the one before is long."""
    line = f"{start // solo.meter.bar + 1:>4}"
    for chord in solo.chords:
        if start <= chord.onset < end or chord.onset < start < chord.end:
            onset = max(chord.onset - start, 0)
            column = _MARGIN + onset // step + onset // solo.meter.bar  # each barline takes a column
            line = f"{line:<{max(column, len(line) + 1)}}{symbol_of(chord).canonical}"
    return line
