"""The numbers of triplets that Verovio engraves on their beam, moved off it.

Verovio computes the distance for a level beam and upright figures; those of a written hand lie on a slanted beam.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import mean
from xml.etree import ElementTree

_GAP = 50
"""From the beam to the number, in units of which a staff space has 180."""
_SCALE = 0.72
_LOW, _HIGH, _WIDTH = -20 * _SCALE, 469 * _SCALE, 356 * _SCALE
"""The extent of a figure from its point, y upwards."""

_Edge = tuple[tuple[float, float], tuple[float, float]]


def lift_triplet_numbers(root: ElementTree.Element) -> None:
    """Move the number of each triplet under or over one beam to a clear distance from it.

    Parameters
    ----------
    root : ElementTree.Element
        A picture by Verovio; changed in place. Triplets with brackets stay.
    """
    for parent in root.iter():
        beamed = "beam" in _classes(parent)
        for group in parent:
            if "tuplet" in _classes(group):
                _lift(group, parent if beamed else group)


def _lift(triplet: ElementTree.Element, beam: ElementTree.Element) -> None:
    parts = {name: part for part in triplet for name in _classes(part)}
    if "tupletNum" not in parts or "tupletBracket" in parts:
        return
    heads = [_point(use)[1] for part in triplet.iter() if "notehead" in _classes(part) for use in _uses(part)]
    figures = list(_uses(parts["tupletNum"]))
    edges = [edge for part in beam.iter() if part.tag.endswith("}polygon") for edge in _edges(part)]
    if not heads or not figures:
        return
    left, baseline = _point(figures[0])
    crossed = [
        y1 + (min(max(x, x1), x2) - x1) * (y2 - y1) / (x2 - x1)
        for (x1, y1), (x2, y2) in edges
        for x in (left, left + _WIDTH * len(figures))
        if x1 < left + _WIDTH and left < x2
    ]
    if not crossed:
        return
    if baseline < mean(heads):
        moved = min(baseline, min(crossed) - _GAP + _LOW)
    else:
        moved = max(baseline, max(crossed) + _GAP + _HIGH)
    for use in figures:
        x, _ = _point(use)
        use.set("transform", f"translate({x:.0f}, {moved:.0f}) scale({_SCALE}, {_SCALE})")


def _classes(element: ElementTree.Element) -> list[str]:
    return element.get("class", "").split()


def _uses(element: ElementTree.Element) -> Iterator[ElementTree.Element]:
    return (part for part in element.iter() if part.tag.endswith("}use"))


def _point(use: ElementTree.Element) -> tuple[float, float]:
    x, y = re.findall(r"-?[\d.]+", use.get("transform", ""))[:2]
    return float(x), float(y)


def _edges(polygon: ElementTree.Element) -> Iterator[_Edge]:
    """Yield the upper and the lower edge of a beam, each from left to right."""
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", polygon.get("points", ""))]
    corners = list(zip(numbers[::2], numbers[1::2], strict=True))
    for first, second in (corners[:2], corners[2:4]):
        left, right = sorted((first, second))
        if left[0] < right[0]:
            yield left, right
