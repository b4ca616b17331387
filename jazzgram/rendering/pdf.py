"""PDF writer of lead sheets: pages engraved by Verovio, drawn with matplotlib.

Glyphs and letters are outlines; the words are text as well, not painted, so that they can be searched.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from jazzgram.music.solo import Solo
from jazzgram.rendering.glyphs import Point, is_painted, lines_of
from jazzgram.rendering.score import pages

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Outline = tuple[NDArray[np.float64], tuple[int, ...]]
"""Vertices, shape (n, 2), and the code of each, as in `matplotlib.path.Path`."""

_MOVE, _LINE, _CLOSE = 1, 2, 79

SIZES = {"a4": (2100, 2970), "letter": (2159, 2794)}
"""Width and height of a page in tenths of a millimetre."""

_UNITS = 10
"""Units of Verovio's pictures to a tenth of a millimetre."""
_POINTS = 72 / 254 / _UNITS
_HIDDEN = {"placeholder"}
_FAMILIES = ["STIXGeneral", "DejaVu Sans"]


def lead_sheet_pdf(solo: Solo, paper: str = "a4", *, transposed: bool = False) -> bytes:
    """Write a solo's lead sheet as PDF.

    Parameters
    ----------
    solo : Solo
        May have no notes and no chords.
    paper : {"a4", "letter"}
        The size of a page, upright.
    transposed : bool
        Whether it is the part of a transposing instrument.

    Returns
    -------
    bytes
        At least one page; pages after the first are numbered. Equal solos give equal files.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_pdf import PdfPages

    width, height = SIZES[paper]
    target = io.BytesIO()
    about = {"Title": solo.title, "Creator": "jazzgram", "CreationDate": None}
    with mpl.rc_context({"pdf.fonttype": 42}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # a title in letters that these fonts lack
        with PdfPages(target, metadata=about) as pdf:
            for number, svg in enumerate(pages(solo, width, height, transposed=transposed), 1):
                pdf.savefig(_figure(svg, width, height, number))
    return target.getvalue()


@dataclass
class _Drawing:
    """The shapes and words of a page, in Verovio's units from its upper left corner."""

    glyphs: list[Outline] = field(default_factory=list)
    shapes: list[Outline] = field(default_factory=list)
    lines: dict[float, list[Outline]] = field(default_factory=dict)
    words: list[tuple[float, float, str, float, bool]] = field(default_factory=list)


def _figure(svg: str, width: int, height: int, number: int) -> Figure:
    from matplotlib.figure import Figure
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Shape

    drawing = _read(svg)
    figure = Figure(figsize=(width / 254, height / 254))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width * _UNITS)
    axes.set_ylim(height * _UNITS, 0)
    axes.axis("off")

    def draw(outlines: list[Outline], **how: Any) -> None:
        if outlines:
            shape = Shape(
                np.concatenate([corners for corners, _ in outlines]),
                np.concatenate([np.array(codes, np.uint8) for _, codes in outlines]),
            )
            axes.add_patch(PathPatch(shape, **how))

    # Not in one path: where two that turn opposite ways overlap there would be a hole.
    draw(drawing.glyphs, facecolor="black", linewidth=0)
    draw(drawing.shapes, facecolor="black", linewidth=0)
    for thickness, outlines in drawing.lines.items():
        draw(outlines, fill=False, linewidth=thickness * _POINTS, capstyle="butt", joinstyle="miter")
    for x, y, text, size, painted in drawing.words:
        how: dict[str, Any] = {"fontsize": size * _POINTS, "alpha": float(painted)}
        axes.text(x, y, text, family=_FAMILIES, va="baseline", parse_math=False, **how)
    if number > 1:
        axes.text(0.5, 0.02, str(number), transform=axes.transAxes, ha="center", family=_FAMILIES, fontsize=10)
    return figure


def _read(svg: str) -> _Drawing:
    """Read the SVG elements that Verovio uses: paths, polygons, rectangles, glyphs from <defs>, and text."""
    root = ElementTree.fromstring(re.sub(r'\sxmlns(:\w+)?="[^"]*"|xlink:|xml:', "", svg))
    glyphs = {
        group.get("id", ""): path for group in root.iterfind("defs/g") if (path := group.find("path")) is not None
    }
    drawing = _Drawing()
    page = root.find("svg/g")
    if page is not None:
        _walk(page, 0.0, 0.0, frozenset(), drawing, glyphs)
    return drawing


def _walk(
    element: ElementTree.Element,
    dx: float,
    dy: float,
    classes: frozenset[str],
    drawing: _Drawing,
    glyphs: dict[str, ElementTree.Element],
) -> None:
    classes |= frozenset(element.get("class", "").split())
    if classes & _HIDDEN:
        return
    move, scale = _transform(element.get("transform", ""))
    if element.tag == "use":
        path = glyphs[element.get("href", "").lstrip("#")]
        drawing.glyphs.append(_outline(path.get("d", ""), dx + move[0], dy + move[1], scale, -scale))
        return
    dx, dy = dx + move[0], dy + move[1]
    if element.tag == "text":
        for (x, y), _, (run, *_) in lines_of(element):
            drawing.words.append((dx + x, dy + y, run.text, run.size, is_painted(element)))
        return
    thickness = float(element.get("stroke-width", 0))
    for outline in _shape(element, dx, dy):
        if not _is_open(element):
            drawing.shapes.append(outline)
        if thickness:
            drawing.lines.setdefault(thickness, []).append(outline)
    for child in element:
        _walk(child, dx, dy, classes, drawing, glyphs)


def _transform(text: str) -> tuple[Point, float]:
    """Read ``translate(x, y) scale(s, s)``."""
    found = {
        name: [float(number) for number in re.split(r"[ ,]+", values)]
        for name, values in re.findall(r"(\w+)\(([^)]*)\)", text)
    }
    x, y = found.get("translate", [0.0, 0.0])
    return (x, y), found.get("scale", [1.0])[0]


def _is_open(element: ElementTree.Element) -> bool:
    """Return whether an element is a line, without an area."""
    straight = element.tag == "path" and "C" not in element.get("d", "")
    return straight or element.get("fill") == "none" or element.get("fill-opacity") == "0"


def _shape(element: ElementTree.Element, dx: float, dy: float) -> Iterator[Outline]:
    if element.tag == "path":
        yield _outline(element.get("d", ""), dx, dy)
    elif element.tag in ("polygon", "polyline"):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", element.get("points", ""))]
        corners = [(dx + x, dy + y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        yield _joined(corners, closed=element.tag == "polygon")
    elif element.tag == "rect":
        x, y, width, height = (float(element.get(name, 0)) for name in ("x", "y", "width", "height"))
        x, y = dx + x, dy + y
        yield _joined([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], closed=True)
    elif element.tag == "ellipse":
        from matplotlib.path import Path as Shape

        circle = Shape.unit_circle()
        centre = dx + float(element.get("cx", 0)), dy + float(element.get("cy", 0))
        radii = float(element.get("rx", 0)), float(element.get("ry", 0))
        codes = np.asarray(circle.codes, np.uint8)
        yield np.asarray(circle.vertices, float) * radii + centre, tuple(int(code) for code in codes)


def _joined(corners: list[Point], *, closed: bool) -> Outline:
    codes = (_MOVE, *[_LINE] * (len(corners) - 1))
    if closed:
        corners, codes = corners + corners[:1], (*codes, _CLOSE)
    return np.array(corners, float).reshape(-1, 2), codes


@cache
def _commands(path: str) -> Outline:
    """Read an SVG path."""
    from fontTools.pens.recordingPen import RecordingPen
    from fontTools.svgLib.path import parse_path

    pen = RecordingPen()
    parse_path(path, pen)
    corners: list[Point] = []
    codes: list[int] = []
    for command, points in pen.value:
        if command == "closePath":
            corners.append(corners[-1])
            codes.append(_CLOSE)
        elif command != "endPath":
            corners.extend(points)
            codes.extend([{"moveTo": _MOVE, "lineTo": _LINE, "qCurveTo": 3, "curveTo": 4}[command]] * len(points))
    return np.array(corners, float).reshape(-1, 2), tuple(codes)


def _outline(path: str, dx: float, dy: float, across: float = 1.0, down: float = 1.0) -> Outline:
    corners, codes = _commands(path)
    return corners * (across, down) + (dx, dy), codes
