"""Put breaths into a bar that has none, and take them out where they chop it up.

A rest less than `shortest` after the rest before it is removed: the note before it is prolonged through it. Then a run
of notes longer than `longest` gets a rest in place of one note of at most a beat. Candidates begin between `shortest`
and `longest` after the start of the run; the metrically weakest one is taken, then the shorter, then the later one; one
that leaves a fragment at the end only if there is no other. Without a candidate the run is silenced from `longest` on
to the end of the note that sounds there. The step sees one bar: a run is counted from the barline. Where the limits
conflict, `longest` takes precedence.
Source: Temperley, *The Cognition of Basic Musical Structures* (2001, ch. 3), on phrases as what lies between gaps.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate, groupby

from pydantic import Field

import jazzgram
from jazzgram import Meter, Term, hookimpl, to_ticks


class Options(jazzgram.Options):
    """How long a phrase lasts."""

    longest: float = Field(3.0, ge=0.5, le=32, description="Longest run of notes without a rest, in quarter notes.")
    shortest: float = Field(1.0, ge=0, le=16, description="Shortest run of notes between two rests, in quarter notes.")


@hookimpl
def prune_grammar(terms: tuple[Term, ...], meter: Meter, options: Options) -> list[Term]:
    """Fill the rests that come too soon, then silence a note where no rest comes in time.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> bar = parse_terms("C,1.000 S,1.000 C,0.500 S,0.500 C,1.000")
    >>> " ".join(map(str, prune_grammar(bar, Meter(4, 4), Options(longest=3.0))))
    'C,1.000 S,1.000 C,0.500 R,0.500 C,1.000'
    """
    shortest, longest = to_ticks(options.shortest), to_ticks(options.longest)
    breathed: list[Term] = []
    onset = 0
    for is_rest, group in groupby(_prolonged(terms, shortest), key=lambda term: term.is_rest):
        run = list(group)
        breathed += run if is_rest else _with_breaths(run, onset, meter, longest, shortest)
        onset += _length(run)
    return breathed


def _prolonged(terms: tuple[Term, ...], shortest: int) -> list[Term]:
    """Return the terms with each rest that comes too soon after another added to the note before it."""
    prolonged: list[Term] = []
    since_rest: int | None = None
    for term in terms:
        if term.is_rest and since_rest is not None and 0 < since_rest < shortest:
            prolonged[-1] = replace(prolonged[-1], duration=prolonged[-1].duration + term.duration)
            since_rest += term.duration
            continue
        prolonged.append(term)
        if term.is_rest:
            since_rest = 0
        elif since_rest is not None:
            since_rest += term.duration
    return prolonged


def _with_breaths(run: list[Term], onset: int, meter: Meter, longest: int, shortest: int) -> list[Term]:
    """Return a run of notes with one note silenced in every stretch that is too long."""
    length = _length(run)
    if length <= longest:
        return run
    starts = list(accumulate((term.duration for term in run), initial=0))

    def weakness(index: int) -> tuple[bool, float, int, int]:
        fragment = 0 < length - starts[index + 1] < shortest
        return fragment, meter.strength(onset + starts[index]), run[index].duration, -starts[index]

    fitting = [
        index
        for index, term in enumerate(run)
        if max(shortest, 1) <= starts[index] <= longest and 0 < term.duration <= meter.beat
    ]
    if fitting:
        silent = min(fitting, key=weakness)
        sounding = 0
    else:
        silent = next(index for index in range(len(run)) if starts[index + 1] > longest)
        sounding = longest - starts[silent]
    rest = replace(run[silent], category="R", interval_range="", duration=run[silent].duration - sounding)
    cut = [replace(run[silent], duration=sounding)] if sounding else []
    after = _with_breaths(run[silent + 1 :], onset + starts[silent + 1], meter, longest, shortest)
    return [*run[:silent], *cut, rest, *after]


def _length(terms: list[Term]) -> int:
    return sum(term.duration for term in terms)
