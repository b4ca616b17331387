"""The options of critics that follow a curve over the bars, and how a value is weighed against it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

import jazzgram
from jazzgram import JazzgramError, Position

Share = Annotated[float, Field(ge=0, le=1)]
"""A share of a bar or of its notes."""

CURVE: Any = Field(
    (),
    description="Values over the solo, each for an equal share of its bars: one for all, or one for each section or"
    " bar. Empty: no opinion.",
)
"""The option `curve`, for critics whose values have bounds of their own."""


class CurveOptions(jazzgram.Options):
    """What is asked for in each bar, and how strongly."""

    curve: tuple[float, ...] = CURVE
    weight: float = Field(1.0, ge=0, le=100, description="How strongly it is followed; 0 has no effect.")


def asked(curve: tuple[float, ...], position: Position) -> float | None:
    """Return what a curve asks for in a bar; None for an empty curve.

    Raises
    ------
    JazzgramError
        Where the bars cannot be shared out evenly.

    Examples
    --------
    >>> [asked((1.0, 3.0), Position(bar, 0, 1920, None, None, bars=4)) for bar in range(4)]
    [1.0, 1.0, 3.0, 3.0]
    """
    if not curve:
        return None
    if position.bars % len(curve):
        raise JazzgramError(
            f"a curve of {len(curve)} values over {position.bars} bars: expected a number that divides the bars"
        )
    return curve[position.bar * len(curve) // position.bars]


def normal(value: float, mean: float, deviation: float) -> float:
    """Return the log density of a normal distribution without its constant: 0 at the mean, -0.5 at a deviation.

    Examples
    --------
    >>> normal(3.0, 1.0, 2.0)
    -0.5
    """
    z = (value - mean) / deviation
    return -0.5 * z * z if z else 0.0
