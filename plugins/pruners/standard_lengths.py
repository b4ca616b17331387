"""Bring the durations of a bar to a grid, by default sixteenths and eighth triplets.

Onsets and ends are quantised, not lengths, so that nothing drifts and a bar that sums to its meter still does. All
points within a quarter note go to the same grid, the nearest one: a beat has sixteenths or triplets, and stays legible.
Triplets stay within their beat, unless `tied_triplets` lets a note be tied into or out of them, as transcriptions do.
A beat into which a note is tied has eighths where others have sixteenths, so that one odd sixteenth does not push the
rest of the bar off the beat; where others have thirty-seconds it has eighths if no term is lost by it, else sixteenths.
A term that is left without length is dropped.

With `faithful` each length is rounded up or down at random to a multiple of a sixteenth, as in the original: triplets
are lost, a length that is on the grid already may grow, one below a sixteenth may become zero, and bars no longer sum.
Source: deepjazz (Kim, 2016).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate, groupby
from random import Random

from pydantic import Field

from jazzgram import TICKS_PER_QUARTER, Meter, Term, hookimpl, to_ticks

from .._grid import GridOptions

_EIGHTH = TICKS_PER_QUARTER // 2
_SIXTEENTH = TICKS_PER_QUARTER // 4
_TRIPLET = TICKS_PER_QUARTER // 3


class Options(GridOptions):
    """Where terms may begin and end."""

    tied_triplets: bool = Field(False, description="Keep eighth triplets that a note is tied into or out of.")
    faithful: bool = Field(False, description="Round each length up or down to sixteenths at random, as deepjazz does.")


@hookimpl
def prune_grammar(terms: tuple[Term, ...], meter: Meter, options: Options, rng: Random) -> list[Term]:
    """Move the ends of the terms to the grids of `options.grid`, beat by beat.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> bar = parse_terms("C,0.500 S,0.333 C,0.500 A,0.333 R,0.333")
    >>> " ".join(map(str, prune_grammar(bar, Meter(2, 4), Options(), Random(1))))
    'C,0.500 S,0.250 C,0.750 R,0.500'
    """
    if options.faithful:
        # One draw a term, and upwards means to the next multiple even from a multiple.
        return [
            replace(term, duration=(term.duration // _SIXTEENTH + (rng.choice([-1, 1]) > 0)) * _SIXTEENTH)
            for term in terms
        ]
    steps = [to_ticks(step) for step in options.grid]
    standard: list[Term] = []
    begun = 0
    for term, ended in zip(terms, _on_grids(terms, steps, meter.bar, options.tied_triplets), strict=True):
        if ended > begun:
            length = ended - begun
            standard.append(term if term.duration == length else replace(term, duration=length))
            begun = ended
    return standard


def _on_grids(terms: tuple[Term, ...], steps: list[int], barline: int, tied_triplets: bool) -> list[int]:
    """Return the grid position where each term ends, in ticks from the start of the bar."""
    positions: list[int] = []
    ends = list(accumulate(term.duration for term in terms))
    for beat, group in groupby(ends, key=lambda end: end // TICKS_PER_QUARTER):
        in_beat = list(group)
        begins, ends_there = (_is_struck(edge * TICKS_PER_QUARTER, ends, barline) for edge in (beat, beat + 1))
        # The barline of 7/8, say, is not on every grid, but a bar ends there.
        moved = [
            [end if end == barline else _nearest(end, step) for end in in_beat]
            for step in _readable(steps, begins, ends_there, in_beat, tied_triplets)
        ]
        positions += min(moved, key=lambda positions: _distance(positions, in_beat))
    return positions


def _readable(steps: list[int], begins: bool, ends: bool, in_beat: list[int], tied_triplets: bool) -> list[int]:
    """Return the grids that can be read at sight in a beat, by whether notes begin with it and with the next."""
    binary = [step for step in steps if _EIGHTH % step == 0 and (_EIGHTH // step).bit_count() == 1]
    if (begins and (ends or tied_triplets)) or not binary:
        return steps
    if begins:
        return binary
    if tied_triplets and any(_TRIPLET % step == 0 for step in steps if step not in binary):
        triplets, sixteenths = (
            _distance([_nearest(end, step) for end in in_beat], in_beat) for step in (_TRIPLET, _SIXTEENTH)
        )
        if triplets < sixteenths and _keeps_all(in_beat, _TRIPLET, ends):
            return [_TRIPLET]
    return [_EIGHTH if _keeps_all(in_beat, _EIGHTH, ends) else min(2 * min(binary), _EIGHTH)]


def _keeps_all(in_beat: list[int], step: int, ends: bool) -> bool:
    """Return whether no term is left without length on a grid, in a beat that a note is tied into."""
    moved = [_nearest(end % TICKS_PER_QUARTER, step) for end in in_beat]
    return 0 not in moved and len({*moved}) == len(moved) and not (ends and moved[-1] == TICKS_PER_QUARTER)


def _nearest(end: int, step: int) -> int:
    return (2 * end + step) // (2 * step) * step


def _distance(positions: Iterable[int], in_beat: list[int]) -> int:
    return sum(abs(a - b) for a, b in zip(positions, in_beat, strict=True))


def _is_struck(beat: int, ends: list[int], barline: int) -> bool:
    """Return whether a note begins or ends near a beat."""
    return beat == 0 or beat >= barline or any(abs(end - beat) < _SIXTEENTH // 2 for end in ends)
