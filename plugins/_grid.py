"""Rhythmic grids, for plugins that move notes or terms to one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, groupby
from typing import Annotated

from pydantic import AfterValidator, Field

import jazzgram
from jazzgram import TICKS_PER_QUARTER, Meter, Term, to_ticks


def _whole_ticks(step: Fraction) -> Fraction:
    if (step * TICKS_PER_QUARTER).denominator > 1:
        raise ValueError(f"{step} of a quarter note is no whole number of ticks ({TICKS_PER_QUARTER} to the quarter)")
    return step


Step = Annotated[Fraction, Field(gt=0, le=4), AfterValidator(_whole_ticks)]
"""The step of a grid, as a fraction of a quarter note."""


class GridOptions(jazzgram.Options):
    """The grid that onsets and ends are quantised to."""

    grid: tuple[Step, ...] = Field(
        (Fraction(1, 4), Fraction(1, 3)),
        min_length=1,
        description="Steps of the grids, as fractions of a quarter note.",
    )


def on_grids(terms: Sequence[Term], grids: Sequence[Fraction], meter: Meter) -> list[Term]:
    """Move the ends of a bar's terms to grids, beat by beat to the nearest one; a term left without length is dropped.

    Examples
    --------
    >>> [str(term) for term in on_grids((Term("60", 250), Term("62", 230)), (Fraction(1, 4),), Meter(1, 4))]
    ['60,0.500', '62,0.500']
    """
    moved: list[Term] = []
    begun = 0
    ends = _ends(tuple(term.duration for term in terms), _steps(tuple(grids)), meter.bar)
    for term, ended in zip(terms, ends, strict=True):
        if ended > begun:
            moved.append(Term(term.category, ended - begun, term.interval_range, term.origin))
            begun = ended
    return moved


@lru_cache(maxsize=256)
def _steps(grids: tuple[Fraction, ...]) -> tuple[int, ...]:
    return tuple(map(to_ticks, grids))


@lru_cache(maxsize=4096)  # the bars of a corpus share their rhythms
def _ends(durations: tuple[int, ...], steps: tuple[int, ...], barline: int) -> tuple[int, ...]:
    """Return the grid position where each term ends, in ticks from the start of the bar."""
    positions: list[int] = []
    for _, beat in groupby(accumulate(durations), key=lambda end: end // TICKS_PER_QUARTER):
        in_beat = list(beat)
        # The barline of 7/8, say, is not on every grid, but a bar ends there.
        moved = [
            [end if end == barline else (2 * end + step) // (2 * step) * step for end in in_beat] for step in steps
        ]
        positions += min(moved, key=lambda positions: sum(abs(a - b) for a, b in zip(positions, in_beat, strict=True)))
    return tuple(positions)
