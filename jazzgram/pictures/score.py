"""Lead sheets as pictures: MusicXML engraved as SVG, with the time at which each note head sounds.

Engraved by Verovio (Pugin, Zitellini & Roland, *Verovio: A library for engraving MEI music notation into SVG*, ISMIR
2014) in the hand-written font Petaluma, which is part of the picture: nothing is fetched when it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from jazzgram.errors import JazzgramError
from jazzgram.music.time import TICKS_PER_QUARTER

_OPTIONS = {
    "breaks": "line",  # the page says where its lines end: every four bars
    "adjustPageHeight": True,
    "pageHeight": 60000,
    "svgViewBox": True,
    "footer": "none",
    "font": "Petaluma",
    "smuflTextFont": "embedded",
    "xmlIdSeed": 7,  # so that equal scores give equal pictures
    "minLastJustification": 0,
}


@dataclass(frozen=True, slots=True)
class Engraving:
    """An engraved page.

    Parameters
    ----------
    svg : str
        One SVG document, as high as its systems need. Its background is transparent.
    onsets : dict of str to int
        For each note head's ``id`` in `svg` the ticks at which it begins, from the start of the solo, in time order.
        What is tied to a head before it stands here too.
    """

    svg: str
    onsets: dict[str, int]


def engrave(musicxml: bytes | str) -> Engraving:
    """Engrave a score as one picture.

    Parameters
    ----------
    musicxml : bytes or str
        An uncompressed MusicXML score; bytes are UTF-8. Its system breaks are kept.

    Returns
    -------
    Engraving
        The picture and where its notes are. No onsets where it has no notes.

    Raises
    ------
    JazzgramError
        Where it is no MusicXML.
    """
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setOptions(_OPTIONS)
    text = musicxml.decode("utf-8", "replace") if isinstance(musicxml, bytes) else musicxml
    if "<score-partwise" not in text or not toolkit.loadData(text) or toolkit.getPageCount() < 1:
        raise JazzgramError(
            f"what begins with {text[:40]!r} cannot be engraved (expected uncompressed MusicXML, score-partwise)"
        )
    svg = toolkit.renderToSVG(1)
    onsets = {
        head: round(moment["qstamp"] * TICKS_PER_QUARTER)
        for moment in toolkit.renderToTimemap({"includeRests": False})
        for head in moment.get("on", ())
    }
    return Engraving(svg, onsets)
