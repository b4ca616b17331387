"""Write the solo as text: a piano roll for terminals, mails and `diff`.

`solo.txt` has the changes above each line of bars, a row for each pitch, ``●`` where a note begins and ``━`` while it
sounds. Notes are as notated, before swing.
Source: the project.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

import jazzgram
from jazzgram import Solo, hookimpl
from jazzgram.rendering import solo_roll


class Options(jazzgram.Options):
    """How much a line of text holds."""

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
    Db4  │················│
    C4   │····●━━━····●━··│
    <BLANKLINE>
    """
    path = folder / "solo.txt"
    path.write_text(solo_roll(solo, options.bars, options.columns), encoding="utf-8")
    return [path]
