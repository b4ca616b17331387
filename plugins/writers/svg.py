"""Write the solo as an engraved lead sheet, scalable to any size (SVG).

`solo.svg` has the changes above the melody, four bars a line, in a handwritten music font embedded in the file, laid
out as the `musicxml` writer does.
Source: the project; engraved by Verovio (Pugin, Zitellini & Roland, ISMIR 2014).
"""

from __future__ import annotations

from pathlib import Path

from jazzgram import Solo, hookimpl
from jazzgram.rendering import lead_sheet_svg, parts_of


@hookimpl
def write_solo(solo: Solo, folder: Path) -> list[Path]:
    """Write `solo.svg` and, for a transposing instrument, its part.

    Examples
    --------
    >>> import tempfile
    >>> from jazzgram import Note
    >>> line = (Note(62, 0, 240), Note(65, 240, 240), Note(69, 480, 480))
    >>> [path.name for path in write_solo(Solo(line, (), 1), Path(tempfile.mkdtemp()))]
    ['solo.svg']
    """
    paths = []
    for part, transposed in parts_of(solo).items():
        paths.append(folder / f"solo{part}.svg")
        paths[-1].write_text(lead_sheet_svg(solo, transposed=transposed), encoding="utf-8")
    return paths
