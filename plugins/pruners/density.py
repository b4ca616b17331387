"""Bring the notes per beat of each bar toward a target.

Only sounding time counts; rests stay as they are. Where a bar is too dense, neighbouring notes are tied: within a beat
before across beats, the shortest pair first, then the one whose second note has the weakest onset. Where it
is too sparse, the longest note is struck again at the strongest beat inside it; where it holds no beat, at the half
beat, then at the quarter beat. Triplets stay triplets and a compound beat has three eighths; nothing shorter than a
quarter of a beat, a triplet or a compound meter's sixteenth is made. The bar keeps its length, and a note that is
struck again keeps kind and interval.
Source: note density as in Gillick, Tang & Keller, *Learning jazz grammars* (2009), who cluster bars by it among
other measures; metrical weights after Palmer & Krumhansl, *Mental representations for musical meter* (1990).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

from pydantic import Field

import jazzgram
from jazzgram import Meter, Term, hookimpl


class Options(jazzgram.Options):
    """How many notes a beat has."""

    target: float = Field(2.0, ge=0.25, le=4, description="Target in notes per beat of sounding time.")
    tolerance: float = Field(0.5, ge=0, le=4, description="Largest deviation that is left alone, in notes per beat.")


@hookimpl
def prune_grammar(terms: tuple[Term, ...], meter: Meter, options: Options) -> list[Term]:
    """Tie or split notes until the bar is as dense as `options` allow.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> bar = parse_terms("C,0.500 S,0.250 C,0.250 S,1.000 C,2.000")
    >>> " ".join(map(str, prune_grammar(bar, Meter(4, 4), Options(target=1.0, tolerance=0.0))))
    'C,0.500 S,0.500 S,1.000 C,2.000'
    >>> " ".join(map(str, prune_grammar(parse_terms("C,0.667 S,0.333"), Meter(1, 4), Options(target=3, tolerance=0))))
    'C,0.333 C,0.333 S,0.333'
    """
    beats = sum(term.duration for term in terms if not term.is_rest) / meter.beat
    fewest = round(max(0.0, options.target - options.tolerance) * beats)
    most = max(1, round((options.target + options.tolerance) * beats))
    changed = list(terms)
    while _notes(changed) > most and (pair := _pair_to_tie(changed, meter)) is not None:
        changed[pair] = replace(changed[pair], duration=changed[pair].duration + changed.pop(pair + 1).duration)
    while 0 < _notes(changed) < fewest and (split := _note_to_split(changed, meter)) is not None:
        index, first = split
        note = changed[index]
        changed[index : index + 1] = [replace(note, duration=first), replace(note, duration=note.duration - first)]
    return changed


def _notes(terms: list[Term]) -> int:
    return sum(not term.is_rest for term in terms)


def _onsets(terms: list[Term]) -> list[int]:
    return list(accumulate((term.duration for term in terms), initial=0))


def _pair_to_tie(terms: list[Term], meter: Meter) -> int | None:
    """Find the first of two neighbouring notes that are best tied; None where no two notes are neighbours."""
    onsets = _onsets(terms)

    def cost(index: int) -> tuple[bool, int, float, int]:
        second = onsets[index + 1]
        across = onsets[index] // meter.beat != second // meter.beat
        return across, terms[index].duration + terms[index + 1].duration, meter.strength(second), second

    pairs = [index for index in range(len(terms) - 1) if not (terms[index].is_rest or terms[index + 1].is_rest)]
    return min(pairs, key=cost, default=None)


def _note_to_split(terms: list[Term], meter: Meter) -> tuple[int, int] | None:
    """Find the longest note that can be split, and the length of its first part in ticks; None where there is none."""
    onsets = _onsets(terms)
    for index in sorted(range(len(terms)), key=lambda index: (-terms[index].duration, index)):
        onset, end = onsets[index : index + 2]
        tick = None if terms[index].is_rest else _split_tick(onset, end, meter)
        if tick is not None:
            return index, tick - onset
    return None


def _split_tick(onset: int, end: int, meter: Meter) -> int | None:
    """Find the tick at which a note is struck again; None where it is too short for two.

    The coarsest grid that has a point inside the note decides; of its points the metrically strongest one, then the
    one nearest to the middle. Neither part is shorter than a step of the finest grid. A whole note in 4/4:

        beat      1     2     3     4
        strength  1    1/4   1/2   1/4
        before    |-----------------------|
        after     |-----------|-----------|
    """
    grids = _grids(onset, end, meter)
    earliest, latest = onset + grids[-1], end - grids[-1]
    for step in grids:
        inside = range(-(-earliest // step) * step, latest + 1, step)
        if inside:
            return min(inside, key=lambda tick: (-meter.strength(tick), abs(2 * tick - onset - end)))
    return None


def _grids(onset: int, end: int, meter: Meter) -> tuple[int, ...]:
    """Return the steps of the grids on which a note may be split, in ticks, the coarsest first."""
    beat = meter.beat
    if meter.is_compound:
        return beat, beat // 3, beat // 6
    if all(tick % (beat // 6) == 0 for tick in (onset, end)) and any(tick % (beat // 4) for tick in (onset, end)):
        return beat, beat // 3
    return beat, beat // 2, beat // 4
