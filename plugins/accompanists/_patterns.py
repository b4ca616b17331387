"""Which meters the patterns of the styles are for, and how a pattern is read.

A pattern has a character for each cell of its bars. In those of piano and bass ``-`` holds what stands before it, and
``.`` is a rest.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

import jazzgram
from jazzgram import Meter

SWING_METERS = frozenset({"4/4", "2/2", "3/4"})
STRAIGHT_METERS = frozenset({"4/4", "2/2", "12/8"})


class GrooveOptions(jazzgram.Options):
    """Which straight style is played."""

    groove: Literal["bossa", "funk", "afro"] = Field("bossa", description="The style.")


def has_patterns(groove: str, meter: Meter) -> bool:
    """Return whether a straight style has patterns for a meter: each in four, afro in twelve eighths, too.

    Examples
    --------
    >>> has_patterns("afro", Meter(12, 8)), has_patterns("funk", Meter(12, 8)), has_patterns("funk", Meter(4, 4))
    (True, False, True)
    """
    return str(meter) in STRAIGHT_METERS and (str(meter) != "12/8" or groove == "afro")


def struck_cells(pattern: str) -> list[tuple[int, str, int]]:
    """Return index, sign and length in cells of all that is struck.

    Examples
    --------
    >>> struck_cells("X--x..")
    [(0, 'X', 3), (3, 'x', 1)]
    """
    return [
        (index, sign, 1 + len(pattern[index + 1 :]) - len(pattern[index + 1 :].lstrip("-")))
        for index, sign in enumerate(pattern)
        if sign not in "-."
    ]
