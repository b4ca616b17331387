"""Write the solo as text: a piano roll for the terminal, for mails, and for `diff`.

`solo.txt` has the changes above each line of bars, a row for each pitch, ``●`` where a note begins and ``━`` while it
sounds. It shows the notes as a score does, before swing.
Source: the project.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import Field

from jazzgram import TICKS_PER_QUARTER, Solo, hookimpl
from jazzgram import Options as BaseOptions
from jazzgram.roll import text_roll

_MARGIN = 6
"""Characters before the first bar: the name of a pitch and a barline."""


class Options(BaseOptions):
    """How much stands in a line."""

    bars: int = Field(4, ge=1, le=16, description="Bars a line.")
    columns: Literal[1, 2, 3, 4, 6, 8, 12] = Field(4, description="Columns a quarter note; 3 for triplets.")


@hookimpl
def write_solo(solo: Solo, folder: Path, options: Options) -> list[Path]:
    """Write `solo.txt`.

    Examples
    --------
    >>> import tempfile
    >>> from jazzgram import Chord, Note
    >>> line = (Note(62, 0, 480), Note(60, 480, 480), Note(60, 1440, 240))
    >>> chords = (Chord((60, 63, 67, 70), 0, 960, "Cm7"), Chord((53, 57, 60, 63), 960, 960, "F7"))
    >>> (path,) = write_solo(Solo(line, chords, 1), Path(tempfile.mkdtemp()), Options())
    >>> print(path.read_text(encoding="utf-8"))
    Solo, 120 quarter notes a minute, 4/4
    <BLANKLINE>
       1  Cm7     F7
    D4   │●━━━············│
    C#4  │················│
    C4   │····●━━━····●━··│
    <BLANKLINE>
    """
    path = folder / "solo.txt"
    step = TICKS_PER_QUARTER // options.columns
    lines = [f"{solo.title}, {solo.tempo:g} quarter notes a minute, {solo.meter}", ""]
    for first in range(0, solo.bars, options.bars):
        last = min(first + options.bars, solo.bars)
        start, end = first * solo.meter.bar, last * solo.meter.bar
        notes = [
            replace(note, onset=note.onset - start) for note in solo.written or solo.notes if start <= note.onset < end
        ]
        lines.append(_changes(solo, start, end, step))
        lines += [text_roll(notes, end - start, step=step, bar=solo.meter.bar) or "      (silence)", ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    return [path]


def _changes(solo: Solo, start: int, end: int, step: int) -> str:
    """Put each chord's symbol over the column in which it begins, further right where the one before is long."""
    line = f"{start // solo.meter.bar + 1:>4}"
    for chord in solo.chords:
        if start <= chord.onset < end or chord.onset < start < chord.end:
            onset = max(chord.onset - start, 0)
            column = _MARGIN + onset // step + onset // solo.meter.bar  # each barline takes a column
            line = f"{line:<{max(column, len(line) + 1)}}{chord.symbol}"
    return line
