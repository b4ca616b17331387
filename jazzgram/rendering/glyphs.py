"""The words of a score as outlines of a written hand, and the SMuFL glyphs among them.

Verovio writes words in Times, and the flat of a chord symbol as a letter of a music font: fonts that a file would have
to embed, and that mail programs, converters and PDF libraries ignore. Here both become outlines like Verovio's other
glyphs, the words in Petaluma Script (`data/make_script.py`), whose letters are as wide as those of Times, with which
Verovio computes its layout, to within a twentieth. The words stay in the file as text that is not painted, so that they
can be searched and copied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from jazzgram.resources.frozen import dataclass

MUSIC_FONT = "Petaluma"

SVG, _LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", _LINK)
_EM = 1000
"""Units of the music font, and of the letters, to their size."""
_MUSIC_SIZE = 1.4
"""Size of musical glyphs in words that Verovio has not recognised as such, to that of the words."""
_TITLE = 1.7
"""Size of a title to that which Verovio gives to a heading."""
_UNPAINTED = "fill:none;stroke:none"
_GLYPHS = re.compile("([\ue000-\uf8ff]+)")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class TextRun:
    """A stretch of text in one font and size (in the picture's units)."""

    text: str
    size: float
    music: bool


def outline_words(root: ElementTree.Element) -> None:
    """Draw the words of a picture, and the SMuFL glyphs among them, as outlines.

    Parameters
    ----------
    root : ElementTree.Element
        Engraved by Verovio with `MUSIC_FONT` as its font; changed in place. All ids are kept. Words with letters that
        the hand does not have stay text, in the viewer's font.
    """
    mark = root.get("id", "")
    used: dict[str, str] = {}
    for group in list(root.iter(f"{{{SVG}}}g")):
        for index, child in enumerate(list(group)):
            if child.tag == f"{{{SVG}}}text":
                title = _TITLE if "pgHead" in group.get("class", "") else 1.0
                group[index] = _drawn(lines_of(child), title, mark, used)
    _define(root, used)


def is_painted(text: ElementTree.Element) -> bool:
    """Return whether a text element is painted: its words are not drawn as outlines."""
    return text.get("style") != _UNPAINTED


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
            if part.get("font-family") == MUSIC_FONT:
                runs.append(TextRun(part.text, size, True))
                continue
            for piece in filter(None, _GLYPHS.split(part.text)):
                music = _GLYPHS.match(piece) is not None
                runs.append(TextRun(piece, size * (_MUSIC_SIZE if music else 1), music))
    if runs:
        yield start, anchor, runs


def _drawn(
    lines: Iterable[tuple[Point, str, list[TextRun]]], title: float, mark: str, used: dict[str, str]
) -> ElementTree.Element:
    """Write lines of text anew, each run at its coordinates, centred ones `title` times as large.

    `used` collects the outlines by their id.
    """
    drawn = ElementTree.Element(f"{{{SVG}}}g", {"class": "text"})
    for (x, y), anchor, runs in lines:
        if anchor == "middle":
            runs = [replace(run, size=run.size * title) for run in runs]
        widths = [_width(run) for run in runs]
        x -= sum(widths) * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
        for run, width in zip(runs, widths, strict=True):
            outlined = run.music or all(letter in _letters() for letter in run.text)
            if outlined:
                _draw_outlines(drawn, run, (x, y), mark, used)
            if not run.music and run.text.strip():
                blank = run.text[: len(run.text) - len(run.text.lstrip())]
                begin = x + _width(TextRun(blank, run.size, False))
                word = ElementTree.SubElement(drawn, f"{{{SVG}}}text", {"x": f"{begin:.0f}", "y": f"{y:.0f}"})
                word.set("font-size", f"{run.size:g}px")
                word.text = run.text.strip()
                if outlined:
                    word.set("style", _UNPAINTED)
            x += width
    return drawn


def _draw_outlines(drawn: ElementTree.Element, run: TextRun, start: Point, mark: str, used: dict[str, str]) -> None:
    x, y = start
    scale = run.size / _EM
    for character in run.text:
        outline, width = _glyph(character) if run.music else _letters()[character]
        if outline:
            name = f"{ord(character):04X}-{mark}"  # as Verovio names them
            used[name] = outline
            use = ElementTree.SubElement(drawn, f"{{{SVG}}}use", {f"{{{_LINK}}}href": f"#{name}"})
            use.set("transform", f"translate({x:.0f}, {y:.0f}) scale({scale:g}, {scale:g})")
        x += width * scale


def _define(root: ElementTree.Element, used: dict[str, str]) -> None:
    """Add the outlines of glyphs to those that Verovio defines, where they are missing."""
    defined = root.find(f"{{{SVG}}}defs")
    if defined is None:
        defined = ElementTree.Element(f"{{{SVG}}}defs")
        root.insert(0, defined)
    known = {group.get("id") for group in defined}
    for name, outline in used.items():
        if name not in known:
            group = ElementTree.SubElement(defined, f"{{{SVG}}}g", {"id": name})
            ElementTree.SubElement(group, f"{{{SVG}}}path", {"transform": "scale(1,-1)", "d": outline})


def _width(run: TextRun) -> float:
    if run.music:
        return sum(_glyph(character)[1] for character in run.text) * run.size / _EM
    return sum(_letters().get(character, ("", _EM / 2))[1] for character in run.text) * run.size / _EM


@cache
def _letters() -> dict[str, tuple[str, float]]:
    """Return the outline of each letter, y upwards, and its width, in thousandths of its size."""
    table = json.loads((Path(__file__).parent / "assets" / "script.json").read_text("utf-8"))
    letters = {letter: (outline, float(width)) for letter, (width, outline) in table.items()}
    return letters | {"\N{NO-BREAK SPACE}": letters[" "]}


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
