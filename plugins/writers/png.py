"""Write the solo as a piano roll, with each note coloured by its relation to the chord (PNG).

`solo.png` has four bars a line, the chord symbols above and the numbers of the bars below; chord tones are blue,
tensions yellow, notes outside the chord's scale red.
Source: the project; colours after Okabe & Ito (*Color universal design*, 2008).
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

import jazzgram
from jazzgram import Solo, hookimpl
from jazzgram.rendering import roll_png


class Options(jazzgram.Options):
    """How large the picture is."""

    dpi: int = Field(120, ge=40, le=600, description="Dots per inch; the picture is twelve inches wide.")


@hookimpl
def write_solo(solo: Solo, folder: Path, options: Options) -> list[Path]:
    """Write `solo.png`.

    Examples
    --------
    >>> import tempfile
    >>> from jazzgram import Note
    >>> line = (Note(62, 0, 240), Note(65, 240, 240), Note(69, 480, 480))
    >>> [path.name for path in write_solo(Solo(line, (), 1), Path(tempfile.mkdtemp()), Options(dpi=40))]
    ['solo.png']
    """
    path = folder / "solo.png"
    path.write_bytes(roll_png(solo, options.dpi))
    return [path]
