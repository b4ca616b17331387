"""Write the solo as a lead sheet in MusicXML.

`solo.musicxml` is laid out as a page of a fake book: title, tempo, key and meter, chord symbols above the melody, four
bars a line (two where there are too many notes for four), a letter where a section of the form begins, "Swing" where
the solo swings, beams, triplets, and ties where a note crosses a barline or would hide a beat. Rhythm is notated on the
nearest binary or triplet grid of each beat (see `jazzgram.music.notate`), so that a humanised solo stays legible. A
note without a spelling gets one from its chord and the direction of the line. A chord symbol is not repeated while it
lasts, except at the head of a line.

Source: the project; engraving rules after Gould, *Behind Bars* (2011).
"""

from __future__ import annotations

from pathlib import Path

from jazzgram import Solo, hookimpl
from jazzgram.rendering import lead_sheet_musicxml, parts_of


@hookimpl
def write_solo(solo: Solo, folder: Path) -> list[Path]:
    """Write `solo.musicxml` and, for a transposing instrument, its part.

    Examples
    --------
    >>> import tempfile
    >>> from jazzgram import Note
    >>> line = (Note(62, 0, 240), Note(65, 240, 240), Note(69, 480, 480))
    >>> [path.name for path in write_solo(Solo(line, (), 1), Path(tempfile.mkdtemp()))]
    ['solo.musicxml']
    """
    paths = []
    for part, transposed in parts_of(solo).items():
        paths.append(folder / f"solo{part}.musicxml")
        paths[-1].write_text(lead_sheet_musicxml(solo, transposed=transposed), encoding="utf-8")
    return paths
