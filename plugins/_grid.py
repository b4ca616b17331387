"""The option of plugins that move notes or terms to a rhythmic grid."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, Field

import jazzgram
from jazzgram import TICKS_PER_QUARTER


def _whole_ticks(step: Fraction) -> Fraction:
    if (step * TICKS_PER_QUARTER).denominator > 1:
        raise ValueError(f"{step} of a quarter note is no whole number of ticks ({TICKS_PER_QUARTER} to the quarter)")
    return step


class GridOptions(jazzgram.Options):
    """The grid that onsets and ends are quantised to."""

    grid: tuple[Annotated[Fraction, Field(gt=0, le=4), AfterValidator(_whole_ticks)], ...] = Field(
        (Fraction(1, 4), Fraction(1, 3)),
        min_length=1,
        description="Steps of the grids, as fractions of a quarter note.",
    )
