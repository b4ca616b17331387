"""SMuFL glyphs within words, such as the flat of a chord symbol and the note of a tempo, as outlines without a font.

Verovio writes them as letters of a font that a file would have to embed, and that mail programs, converters and PDF
libraries ignore. Here they become outlines like its other glyphs, at the coordinates that follow from the widths of
Times, with which Verovio computes its layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

MUSIC_FONT = "Petaluma"

_SVG, _LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
BOLD = {"reh", "tempo"}
ITALIC = {"mNum", "dir"}
"""Classes of elements whose words are in that style, from Verovio's style sheet."""
_EM = 1000
"""Units of the music font to its size."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class TextRun:
    """A stretch of text in one font and size (in the picture's units)."""

    text: str
    size: float
    music: bool


def without_music_font(svg: str) -> str:
    """Draw the SMuFL glyphs in a picture's words as outlines.

    Parameters
    ----------
    svg : str
        Engraved by Verovio with `MUSIC_FONT` as its font.

    Returns
    -------
    str
        The same picture without that font, and without the white space that indents it. All ids are kept.
    """
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _LINK)
    root = ElementTree.fromstring(svg)
    mark = root.get("id", "")
    used: dict[str, str] = {}
    for group in list(root.iter(f"{{{_SVG}}}g")):
        for index, child in enumerate(list(group)):
            if child.tag != f"{{{_SVG}}}text":
                continue
            lines = list(lines_of(child))
            if any(run.music for _, _, runs in lines for run in runs):
                group[index] = _drawn(lines, frozenset(group.get("class", "").split()), mark, used)
    _define(root, used)
    for element in root.iter():
        if not (element.text or "x").strip() and not element.tag.endswith("tspan"):
            element.text = None
        if not (element.tail or "x").strip():
            element.tail = None
    return ElementTree.tostring(root, "unicode")


def lines_of(text: ElementTree.Element) -> Iterator[tuple[Point, str, list[TextRun]]]:
    """Yield each line of a text element: its point, which end of it that is (``text-anchor``), its runs."""
    start, anchor, runs = (0.0, 0.0), "start", list[TextRun]()
    for part in text.iter():
        if part.get("x") is not None or part.get("y") is not None:  # a 0 is omitted
            if runs:
                yield start, anchor, runs
                runs = []
            start, anchor = (float(part.get("x", 0)), float(part.get("y", 0))), part.get("text-anchor", "start")
        size = float(part.get("font-size", "0px").removesuffix("px"))
        if part.tag.rpartition("}")[2] in ("tspan", "text") and size and part.text:
            runs.append(TextRun(part.text, size, part.get("font-family") == MUSIC_FONT))
    if runs:
        yield start, anchor, runs


def _drawn(
    lines: list[tuple[Point, str, list[TextRun]]], classes: frozenset[str], mark: str, used: dict[str, str]
) -> ElementTree.Element:
    """Write lines of text anew, each run at its coordinates; `used` collects the glyphs by their id."""
    drawn = ElementTree.Element(f"{{{_SVG}}}g", {"class": "text"})
    for (x, y), anchor, runs in lines:
        widths = [_width(run, classes) for run in runs]
        x -= sum(widths) * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
        for run, width in zip(runs, widths, strict=True):
            if run.music:
                _draw_glyphs(drawn, run, (x, y), mark, used)
            elif run.text.strip():
                blank = run.text[: len(run.text) - len(run.text.lstrip())]
                begin = x + _width(TextRun(blank, run.size, False), classes)
                word = ElementTree.SubElement(drawn, f"{{{_SVG}}}text", {"x": f"{begin:.0f}", "y": f"{y:.0f}"})
                word.set("font-size", f"{run.size:g}px")
                word.text = run.text.strip()
            x += width
    return drawn


def _draw_glyphs(drawn: ElementTree.Element, run: TextRun, start: Point, mark: str, used: dict[str, str]) -> None:
    x, y = start
    scale = run.size / _EM
    for character in run.text:
        outline, width = _glyph(character)
        if outline:
            name = f"{ord(character):04X}-{mark}"  # as Verovio names them
            used[name] = outline
            use = ElementTree.SubElement(drawn, f"{{{_SVG}}}use", {f"{{{_LINK}}}href": f"#{name}"})
            use.set("transform", f"translate({x:.0f}, {y:.0f}) scale({scale:g}, {scale:g})")
        x += width * scale


def _define(root: ElementTree.Element, used: dict[str, str]) -> None:
    """Add the outlines of glyphs to those that Verovio defines, where they are missing."""
    defined = root.find(f"{{{_SVG}}}defs")
    if defined is None:
        defined = ElementTree.Element(f"{{{_SVG}}}defs")
        root.insert(0, defined)
    known = {group.get("id") for group in defined}
    for name, outline in used.items():
        if name not in known:
            group = ElementTree.SubElement(defined, f"{{{_SVG}}}g", {"id": name})
            ElementTree.SubElement(group, f"{{{_SVG}}}path", {"transform": "scale(1,-1)", "d": outline})


def _width(run: TextRun, classes: frozenset[str]) -> float:
    if run.music:
        return sum(_glyph(character)[1] for character in run.text) * run.size / _EM
    face = "".join(f"-{name}" for name, of in (("bold", BOLD), ("italic", ITALIC)) if classes & of)
    em, widths = _times(face)
    return sum(widths.get(ord(character), em / 2) for character in run.text) * run.size / em


@cache
def _times(face: str) -> tuple[float, dict[int, float]]:
    """Read the widths of Times: units to its size, and each character's."""
    table = ElementTree.parse(_folder() / "text" / f"Times{face}.xml").getroot()
    widths = {int(entry.get("c", "0"), 16): _advance(entry) for entry in table.iter("g")}
    return float(table.get("units-per-em", 2048)), widths


@cache
def _glyph(character: str) -> tuple[str, float]:
    """Return the outline of a glyph, y upwards, and its width, in thousandths of its size."""
    code = f"{ord(character):04X}"
    file = _folder() / MUSIC_FONT / f"{code}.xml"
    outline = re.search(r'\bd="([^"]*)"', file.read_text("utf-8")) if file.is_file() else None
    return (outline[1] if outline else ""), _advances().get(code, 0.0)


@cache
def _advances() -> dict[str, float]:
    table = ElementTree.parse(_folder() / f"{MUSIC_FONT}.xml").getroot()
    return {entry.get("c", ""): _advance(entry) for entry in table.iter("g")}


def _advance(entry: ElementTree.Element) -> float:
    """Return the width of a character; without an entry, the right edge of its ink."""
    if "h-a-x" in entry.attrib:
        return float(entry.get("h-a-x", 0))
    return float(entry.get("x", 0)) + float(entry.get("w", 0))


@cache
def _folder() -> Path:
    """Return the folder of data that Verovio comes with."""
    import verovio

    return Path(verovio.__file__).parent / "data"
