"""Lead sheets as pictures: MusicXML engraved as SVG, with the time at which each note head sounds.

Engraved by Verovio (Pugin, Zitellini & Roland, *Verovio: A library for engraving MEI music notation into SVG*, ISMIR
2014) with the hand-written glyphs of Petaluma, as outlines: a picture needs a font for words only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

from jazzgram.errors import JazzgramError
from jazzgram.music.solo import Solo
from jazzgram.music.time import TICKS_PER_QUARTER
from jazzgram.rendering.glyphs import MUSIC_FONT, outline_words
from jazzgram.rendering.layout import BARS_A_LINE, beats_a_minute, style_mark
from jazzgram.rendering.lead_sheet import lead_sheet_musicxml, without_illegal
from jazzgram.rendering.parts import part_of
from jazzgram.rendering.triplet_numbers import lift_triplet_numbers
from jazzgram.resources.frozen import dataclass

_OPTIONS = {
    "breaks": "line",  # the MusicXML has the line breaks: every four bars
    "adjustPageHeight": True,
    "pageHeight": 60000,
    "svgViewBox": True,
    "footer": "none",
    "font": MUSIC_FONT,
    "smuflTextFont": "none",
    "bottomMarginHarm": 1.5,
    "xmlIdSeed": 7,  # so that equal scores give equal pictures
}

_NOTES = {4 * TICKS_PER_QUARTER >> power: glyph for power, glyph in enumerate("\ueca2\ueca3\ueca5\ueca7\ueca9\uecab")}
_DOT = "\uecb7"
"""SMuFL's notes of metronome marks by their ticks, whole to 32nd, and their dot."""
_TEMPO = re.compile(r"<direction [^>]*>(?:(?!</direction>).)*<metronome.*?</direction>\s*", re.DOTALL)
_ABOVE_CHORDS = "translate(0, -80)"
"""Moves the mark of a section off the chord symbol below it."""

_MARGINS = {"pageMarginTop": 120, "pageMarginBottom": 120, "pageMarginLeft": 120, "pageMarginRight": 120}
"""Tenths of a millimetre."""

_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL)
_STYLE_ATTRIBUTE = re.compile(r' style="([^"]*)"')


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
    svg = _finished(toolkit.renderToSVG(1))
    onsets = {
        head: round(moment["qstamp"] * TICKS_PER_QUARTER)
        for moment in toolkit.renderToTimemap({"includeRests": False})
        for head in moment.get("on", ())
    }
    return Engraving(svg, onsets)


def without_style(svg: str) -> tuple[str, str]:
    """Return an engraved picture without its style element, and the style: for pages whose policy allows none in them.

    Styles of single elements, which such a policy forbids too, become attributes.

    Examples
    --------
    >>> without_style('<svg><style>g {color: red}</style><g style="fill:none;stroke:none"/></svg>')
    ('<svg><g fill="none" stroke="none"/></svg>', 'g {color: red}')
    """
    styles = _STYLE.findall(svg)
    return _STYLE_ATTRIBUTE.sub(_as_attributes, _STYLE.sub("", svg)), unescape("".join(styles))


def _as_attributes(style: re.Match[str]) -> str:
    pairs = (each.split(":", 1) for each in style[1].split(";") if ":" in each)
    return "".join(f' {name.strip()}="{value.strip()}"' for name, value in pairs)


@lru_cache(maxsize=4)
def engrave_solo(solo: Solo, *, transposed: bool = False) -> Engraving:
    """Engrave a solo's lead sheet as one picture; the last ones are cached.

    Parameters
    ----------
    solo : Solo
        May have no notes and no chords.
    transposed : bool
        Whether it is the part of a transposing instrument.
    """
    return engrave(_with_heading(solo, transposed))


def lead_sheet_svg(solo: Solo, *, transposed: bool = False) -> str:
    """Engrave a solo's lead sheet as one picture, black on white, in millimetres.

    Parameters
    ----------
    solo : Solo
        May have no notes and no chords.
    transposed : bool
        Whether it is the part of a transposing instrument.
    """
    head, bracket, rest = engrave_solo(solo, transposed=transposed).svg.partition(">")
    width, height = (int(number) / 10 for number in re.findall(r'viewBox="0 0 (\d+) (\d+)"', head)[0])
    size = f' width="{width:g}mm" height="{height:g}mm"'
    return f'{head}{size}{bracket}<rect width="100%" height="100%" style="fill:#fff;stroke:none"/>{rest}'


def pages(solo: Solo, width: int, height: int, *, transposed: bool = False) -> list[str]:
    """Engrave a solo's lead sheet on pages.

    Parameters
    ----------
    solo : Solo
        May have no notes and no chords.
    width, height : int
        Of a page, in tenths of a millimetre.
    transposed : bool
        Whether it is the part of a transposing instrument.

    Returns
    -------
    list of str
        An SVG document for each page, at least one.
    """
    size = {"pageWidth": width, "pageHeight": height, "adjustPageHeight": False, "scale": 100}
    toolkit = _engraver(_with_heading(solo, transposed), _OPTIONS | _MARGINS | size)
    return [_finished(toolkit.renderToSVG(page)) for page in range(1, toolkit.getPageCount() + 1)]


def _with_heading(solo: Solo, transposed: bool) -> str:
    """Write a lead sheet with its tempo left below the title, where a fake book has it.

    Verovio would print the tempo between the chord symbols and the staff.
    """
    sheet = _TEMPO.sub("", lead_sheet_musicxml(solo, transposed=transposed), count=1)
    beat = next(glyph for value, glyph in _NOTES.items() if value <= solo.meter.beat)
    dot = "" if solo.meter.beat in _NOTES else _DOT
    tempo = f"{style_mark(solo)} {beat}{dot} = {beats_a_minute(solo)}"
    words = (("center", "top", (part_of(solo) if transposed else solo).title), ("left", "bottom", tempo.strip()))
    heading = "".join(
        f'<credit page="1"><credit-words justify="{justify}" valign="{valign}">'
        f"{escape(text, quote=False)}</credit-words></credit>"
        for justify, valign, text in words
    )
    return sheet.replace("<part-list>", f"{without_illegal(heading)}<part-list>", 1)


def _finished(svg: str) -> str:
    """Return Verovio's picture with outlines for words, and without the white space that indents it."""
    root = ElementTree.fromstring(svg)
    lift_triplet_numbers(root)
    outline_words(root)
    for element in root.iter():
        if element.get("class") == "reh":
            element.set("transform", _ABOVE_CHORDS)
        if not (element.text or "x").strip() and not element.tag.endswith("tspan"):
            element.text = None
        if not (element.tail or "x").strip():
            element.tail = None
    return ElementTree.tostring(root, "unicode")


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
