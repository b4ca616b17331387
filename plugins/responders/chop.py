"""Recombine fragments of what was played so far.

Each half bar of the answer is a half bar of either player's bars, drawn from those that begin nearest to where the
one before ends, and fitted to the chords.
Source: recombination after Cope, *Computer Models of Musical Creativity* (2005); the concatenative improvisers OMax and
Somax2 (Assayag & Dubnov 2004).
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from jazzgram import Chord, Meter, Note, hookimpl

from ._fitting import Bars, fitted

_BARS = 64
"""How many of the latest bars they are taken from: in an hour's session the sorting would take too long."""
_CHOICES = 4
"""How many of the nearest fragments one is drawn from."""


@hookimpl
def respond(history: Bars, chords: tuple[tuple[Chord, ...], ...], meter: Meter, rng: Random) -> Bars:
    """Return bars of fragments.

    Examples
    --------
    >>> bar, c = (Note(60, 0, 480), Note(64, 960, 480)), (Chord((60, 64, 67), 0, 1920, "C"),)
    >>> {note.pitch for note in respond((bar,), (c,), Meter(), Random(1))[0]} <= {60, 64}
    True
    """
    half = meter.bar // 2
    fragments = [part for bar in history[-_BARS:] for start in (0, half) if (part := _part(bar, start, half))]
    if not fragments:
        return ((),) * len(chords)
    last = fragments[-1][-1].pitch
    answer = []
    for _ in chords:
        bar: list[Note] = []
        for start in (0, half):
            nearest = sorted(fragments, key=lambda part: abs(part[0].pitch - last))[:_CHOICES]
            chosen = rng.choice(nearest)
            last = chosen[-1].pitch
            bar += [replace(note, onset=note.onset + start) for note in chosen]
        answer.append(tuple(bar))
    return fitted(tuple(answer), chords, meter)


def _part(bar: tuple[Note, ...], start: int, length: int) -> tuple[Note, ...]:
    """Return a part of a bar, onsets from its start, cut off at its end."""
    return tuple(
        replace(note, onset=note.onset - start, duration=min(note.end, start + length) - note.onset)
        for note in bar
        if start <= note.onset < start + length
    )
