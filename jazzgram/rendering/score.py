"""Lead sheets as pictures: MusicXML engraved as SVG, with the time at which each note head sounds.

Engraved by Verovio (Pugin, Zitellini & Roland, *Verovio: A library for engraving MEI music notation into SVG*, ISMIR
2014) with the hand-written glyphs of Petaluma, as outlines: a picture needs a font for words only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from importlib.resources import files
from typing import Any

from jazzgram.errors import JazzgramError
from jazzgram.music.solo import Solo
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.rendering.glyphs import MUSIC_FONT, without_music_font
from jazzgram.rendering.lead_sheet import BARS_A_LINE, lead_sheet_musicxml

_OPTIONS = {
    "breaks": "line",  # the MusicXML has the line breaks: every four bars
    "adjustPageHeight": True,
    "pageHeight": 60000,
    "svgViewBox": True,
    "footer": "none",
    "font": MUSIC_FONT,
    "smuflTextFont": "none",
    "xmlIdSeed": 7,  # so that equal scores give equal pictures
}

_MARGINS = {"pageMarginTop": 120, "pageMarginBottom": 120, "pageMarginLeft": 120, "pageMarginRight": 120}
"""Tenths of a millimetre."""

_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Engraving:
    """An engraved page.

    Parameters
    ----------
    svg : str
        One SVG document, as high as its systems need. Its background is transparent.
    onsets : dict of str to int
        For each note head's ``id`` in `svg` the ticks at which it begins, from the start of the solo, in time order.
        Tied note heads are included.
    """

    svg: str
    onsets: dict[str, int]


def engrave(musicxml: bytes | str) -> Engraving:
    """Engrave a score as one picture.

    Parameters
    ----------
    musicxml : bytes or str
        An uncompressed MusicXML score; bytes are UTF-8. Its system breaks are preserved.

    Returns
    -------
    Engraving
        The picture and its onsets; no onsets where it has no notes.

    Raises
    ------
    JazzgramError
        Where `musicxml` is not MusicXML.
    """
    toolkit = _engraver(musicxml, _OPTIONS)
    svg = without_music_font(toolkit.renderToSVG(1))
    onsets = {
        head: round(moment["qstamp"] * TICKS_PER_QUARTER)
        for moment in toolkit.renderToTimemap({"includeRests": False})
        for head in moment.get("on", ())
    }
    return Engraving(svg, onsets)


def without_style(svg: str) -> tuple[str, str]:
    """Return an engraved picture without its style element, and the style: for pages whose policy allows none in them.

    Examples
    --------
    >>> without_style("<svg><style>g {color: red}</style><g/></svg>")
    ('<svg><g/></svg>', 'g {color: red}')
    """
    styles = _STYLE.findall(svg)
    return _STYLE.sub("", svg), unescape("".join(styles))


def lead_sheet_svg(solo: Solo) -> str:
    """Engrave a solo's lead sheet as one picture, black on white.

    Parameters
    ----------
    solo : Solo
        May have no notes and no chords.
    """
    head, bracket, rest = engrave(lead_sheet_musicxml(solo)).svg.partition(">")
    return f'{head}{bracket}<rect width="100%" height="100%" style="fill:#fff;stroke:none"/>{rest}'


def pages(solo: Solo, width: int, height: int) -> list[str]:
    """Engrave a solo's lead sheet on pages.

    Parameters
    ----------
    solo : Solo
        May have no notes and no chords.
    width, height : int
        Of a page, in tenths of a millimetre.

    Returns
    -------
    list of str
        An SVG document for each page, at least one.
    """
    size = {"pageWidth": width, "pageHeight": height, "adjustPageHeight": False, "scale": 100}
    toolkit = _engraver(lead_sheet_musicxml(solo), _OPTIONS | _MARGINS | size)
    return [without_music_font(toolkit.renderToSVG(page)) for page in range(1, toolkit.getPageCount() + 1)]


def _engraver(musicxml: bytes | str, options: dict[str, Any]) -> Any:
    """Return Verovio's toolkit with a score loaded."""
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    # Verovio stores the path of its fonts for each thread, and its import sets that of the importing thread only.
    verovio.setDefaultResourcePath(str(files("verovio") / "data"))
    text = musicxml.decode("utf-8", "replace") if isinstance(musicxml, bytes) else musicxml
    toolkit = verovio.toolkit()
    # A last line with fewer bars than the others is as long as its bars need; a full one is as long as the others.
    toolkit.setOptions(options | {"minLastJustification": 0 if _last_line_is_full(text) else 1})
    if "<score-partwise" not in text or not toolkit.loadData(text) or toolkit.getPageCount() < 1:
        raise JazzgramError(
            f"what begins with {text[:40]!r} cannot be engraved (expected uncompressed MusicXML, score-partwise)"
        )
    return toolkit


def _last_line_is_full(musicxml: str) -> bool:
    """Return whether the last line has as many bars as the longest of the others, or as a line should have."""
    lines = re.split(r'<print [^>]*new-system="yes"', musicxml)
    # A line's break is inside its first measure, which is therefore counted in the line before.
    bars = [len(re.findall(r"<measure[ >]", line)) for line in lines]
    counts = [count + (line > 0) - (line < len(bars) - 1) for line, count in enumerate(bars)]
    return counts[-1] >= max(counts[:-1], default=BARS_A_LINE)
