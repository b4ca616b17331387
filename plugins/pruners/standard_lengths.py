"""Bring the durations of a bar to a grid, by default sixteenths and eighth triplets.

Onsets and ends are quantised, not lengths, so that nothing drifts and a bar that sums to its meter still does. All
points within a quarter note go to the same grid, the nearest one: a beat has sixteenths or triplets, and stays legible.
A term that is left without length is dropped.

With `faithful` each length is rounded up or down at random to a multiple of a sixteenth, as in the original: triplets
are lost, a length that is on the grid already may grow, one below a sixteenth may become zero, and bars no longer sum.
Source: deepjazz (Kim, 2016).
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from pydantic import Field

from jazzgram import TICKS_PER_QUARTER, Meter, Term, hookimpl

from .._grid import GridOptions, on_grids

_SIXTEENTH = TICKS_PER_QUARTER // 4


class Options(GridOptions):
    """Where terms may begin and end."""

    faithful: bool = Field(False, description="Round each length up or down to sixteenths at random, as deepjazz does.")


@hookimpl
def prune_grammar(terms: tuple[Term, ...], meter: Meter, options: Options, rng: Random) -> list[Term]:
    """Move the ends of the terms to the grids of `options.grid`, beat by beat.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> bar = parse_terms("C,0.500 S,0.333 C,0.500 A,0.333 R,0.333")
    >>> " ".join(map(str, prune_grammar(bar, Meter(2, 4), Options(), Random(1))))
    'C,0.500 S,0.250 C,0.583 A,0.333 R,0.333'
    """
    if options.faithful:
        # One draw a term, and upwards means to the next multiple even from a multiple.
        return [
            replace(term, duration=(term.duration // _SIXTEENTH + (rng.choice([-1, 1]) > 0)) * _SIXTEENTH)
            for term in terms
        ]
    return on_grids(terms, options.grid, meter)
