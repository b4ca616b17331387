"""Write the solo as a lead sheet for print (PDF).

`solo.pdf` has the layout of the `musicxml` writer: the title, the changes above the melody, four bars a line, on as
many pages as needed. Musical glyphs are outlines, so that it looks the same in every viewer.
Source: the project; engraved by Verovio (Pugin, Zitellini & Roland, ISMIR 2014).
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

import jazzgram
from jazzgram import Solo, hookimpl
from jazzgram.rendering import lead_sheet_pdf, parts_of


class Options(jazzgram.Options):
    """The paper it is printed on."""

    paper: Literal["a4", "letter"] = Field("a4", description="Size of a page: 210 x 297 mm, or 8.5 x 11 inches.")


@hookimpl
def write_solo(solo: Solo, folder: Path, options: Options) -> list[Path]:
    """Write `solo.pdf` and, for a transposing instrument, its part.

    Examples
    --------
    >>> import tempfile
    >>> from jazzgram import Note
    >>> line = (Note(62, 0, 240), Note(65, 240, 240), Note(69, 480, 480))
    >>> [path.name for path in write_solo(Solo(line, (), 1), Path(tempfile.mkdtemp()), Options())]
    ['solo.pdf']
    """
    paths = []
    for part, transposed in parts_of(solo).items():
        paths.append(folder / f"solo{part}.pdf")
        paths[-1].write_bytes(lead_sheet_pdf(solo, options.paper, transposed=transposed))
    return paths
