"""Piano rolls as text, for the terminal and the docs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jazzgram.music.harmony.spell import spell, spell_notes
from jazzgram.music.note import Note
from jazzgram.music.note_names import pitch_name
from jazzgram.music.solo import Solo
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.rendering.roll_lines import RollLine, roll_lines

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
    names: Mapping[int, str] | None = None,
) -> str:
    """Draw notes as rows of pitches over columns of time.

    Parameters
    ----------
    notes : sequence of Note
        Onsets from the left edge.
    length : int
        How many ticks to draw.
    step : int
        Ticks a column; a sixteenth by default. Triplets are in the column of their onset.
    bar : int
        Ticks between barlines.
    low, high : int or None
        The lowest and highest row (MIDI numbers); those of the notes where None.
    names : mapping of int to str or None
        Names of rows; `pitch_name` for the others.

    Returns
    -------
    str
        One line a pitch, highest first: ``●`` where a note begins, ``━`` while it sounds, ``·`` elsewhere. An empty
        text without notes and without `low` or `high`.

    Examples
    --------
    >>> print(text_roll((Note(62, 0, 480), Note(60, 480, 240)), 960))
    D4   │●━━━····│
    Db4  │········│
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
        name = (names or {}).get(pitch) or pitch_name(pitch)
        lines.append(f"{name:<5}│{'│'.join(bars)}│")
    return "\n".join(lines)


def solo_roll(solo: Solo, bars: int = 4, columns: int = 4) -> str:
    """Draw a solo as notated, before swing, with the changes above.

    A row is named as its first note in the line is spelled over its chord; one without notes, as the key has it.

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
    heads = solo.notated or solo.notes
    spelled = dict(zip(map(id, heads), spell_notes(heads, solo.chords, solo.key), strict=True))
    unplayed = {pitch: pitch_name(pitch, spell([pitch], [None], solo.key)[0]) for pitch in range(128)}
    lines = [f"{solo.title}, {solo.tempo:g} quarter notes a minute, {solo.meter}", ""]
    for line in roll_lines(solo, heads, bars) if solo.bars else ():
        notes = [note for note in line.notes if line.start <= note.onset < line.end]
        names = unplayed | {note.pitch: pitch_name(note.pitch, spelled[id(note)]) for note in reversed(notes)}
        moved = [replace(note, onset=note.onset - line.start) for note in notes]
        roll = text_roll(moved, line.end - line.start, step=step, bar=solo.meter.bar, names=names)
        lines += [_changes(line, solo.meter.bar, step), roll or "      (silence)", ""]
    return "\n".join(lines)


def _changes(line: RollLine, bar: int, step: int) -> str:
    """Write each chord's symbol over its column, further right where the one before is long."""
    text = f"{line.start // bar + 1:>4}"
    for onset, symbol in line.changes:
        within = onset - line.start
        column = _MARGIN + within // step + within // bar  # each barline takes a column
        text = f"{text:<{max(column, len(text) + 1)}}{symbol}"
    return text
