"""Answer with the opposite: busy with sparse, high with low.

Where the musician was busy, each short note of the model's continuation lasts over those after it, up to a quarter.
Where its mean pitch is on the same side of `middle` as the musician's, it moves by an octave towards the other. Only
terms that name a pitch (tokenizer `events`) can be moved.
Source: contrast in trading, Berliner, *Thinking in Jazz* (1994, ch. 13).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from statistics import mean

from pydantic import Field

import jazzgram
from jazzgram import TICKS_PER_QUARTER, Grammar, Meter, Term, hookimpl

from ._fitting import Bars

_LOWEST, _HIGHEST = 36, 96
"""No term moves out of this range: C2 to C7."""


class Options(jazzgram.Options):
    """What counts as busy and as high."""

    busy: float = Field(1.5, gt=0, le=12, description="Notes a beat from which on the answer is sparse.")
    middle: int = Field(67, ge=0, le=127, description="Mean pitch (MIDI number) that divides high from low.")


@hookimpl
def respond(notes: Bars, meter: Meter, go_on: Callable[..., Grammar], options: Options) -> Grammar:
    """Return the model's continuation, thinned out and moved.

    Examples
    --------
    >>> from jazzgram import Note, parse_terms
    >>> busy = (tuple(Note(72, 240 * n, 240) for n in range(8)),)
    >>> answer = respond(busy, Meter(), lambda: (parse_terms("72,0.500 74,0.500 76,3.000"),), Options())
    >>> " ".join(map(str, answer[0]))
    '60,1.000 64,3.000'
    """
    answer = go_on()
    pitches = [note.pitch for bar in notes for note in bar]
    if not pitches:
        return answer
    if len(pitches) * meter.beat > options.busy * len(notes) * meter.bar:
        answer = tuple(map(_thinned, answer))
    own = [int(term.category) for bar in answer for term in bar if term.category.isdecimal()]
    if own and (mean(own) > options.middle) == (mean(pitches) > options.middle):
        octave = -12 if mean(pitches) > options.middle else 12
        answer = tuple(tuple(_moved(term, octave) for term in bar) for bar in answer)
    return answer


def _thinned(bar: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return a bar in which notes last over the terms after them until they are a quarter or longer."""
    found: list[Term] = []
    for term in bar:
        if found and not found[-1].is_rest and found[-1].duration < TICKS_PER_QUARTER:
            found[-1] = replace(found[-1], duration=found[-1].duration + term.duration)
        else:
            found.append(term)
    return tuple(found)


def _moved(term: Term, semitones: int) -> Term:
    if not term.category.isdecimal() or not _LOWEST <= int(term.category) + semitones <= _HIGHEST:
        return term
    return replace(term, category=str(int(term.category) + semitones))
