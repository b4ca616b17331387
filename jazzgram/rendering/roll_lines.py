"""Layout of a piano roll: lines of bars, with the notes that begin in each and the changes above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.rendering.printed_chords import plain_symbol


@dataclass(frozen=True, slots=True)
class RollLine:
    """One line of a piano roll; all times in ticks from the start of the solo.

    Parameters
    ----------
    start, end : int
        From the first barline to the last. The last line may have fewer bars than the others.
    notes : tuple of Note
        Those that begin in it. The first line also has notes before the solo, the last those after it.
    changes : tuple of (int, str)
        The chord symbols and their onsets: that of the chord, or `start` where it continues.
    """

    start: int
    end: int
    notes: tuple[Note, ...]
    changes: tuple[tuple[int, str], ...]


def roll_lines(solo: Solo, notes: Sequence[Note], bars: int) -> tuple[RollLine, ...]:
    """Lay out a solo.

    Parameters
    ----------
    solo : Solo
        With or without notes; one without bars makes an empty line.
    notes : sequence of Note
        The notes to draw: the solo's as played or as notated.
    bars : int
        Bars a line, 1 or more.

    Returns
    -------
    tuple of RollLine
        At least one.

    Examples
    --------
    >>> from jazzgram.music.chord import Chord
    >>> solo = Solo((Note(60, 2400, 480),), (Chord((60, 63, 67), 0, 3840, "Cm"),), 2)
    >>> [(line.start, line.end, len(line.notes), line.changes) for line in roll_lines(solo, solo.notes, 1)]
    [(0, 1920, 0, ((0, 'Cm'),)), (1920, 3840, 1, ((1920, 'Cm'),))]
    """
    starts = range(0, max(solo.bars, 1) * solo.meter.bar, bars * solo.meter.bar)
    inside: list[list[Note]] = [[] for _ in starts]
    for note in notes:
        inside[min(max(note.onset // starts.step, 0), len(starts) - 1)].append(note)
    lines = []
    for start, begun in zip(starts, inside, strict=True):
        end = min(start + starts.step, solo.bars * solo.meter.bar)
        changes = tuple(
            (max(chord.onset, start), plain_symbol(chord).canonical)
            for chord in solo.chords
            if start <= chord.onset < end or chord.onset < start < chord.end
        )
        lines.append(RollLine(start, end, tuple(begun), changes))
    return tuple(lines)
