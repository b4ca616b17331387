"""Take the machine's evenness out of onsets and velocities.

Each onset comes a little early or late and each note a little louder or softer: normally distributed, with half the
given bound as standard deviation and cut off at the bound. A note never passes its neighbours, nor the start or the end
of the solo; notes that touched still touch, notes that did not overlap still do not, and notes that begin together stay
together.
Source: the project's own; the usual "humanize" of sequencers, bounded.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise
from operator import attrgetter
from random import Random

from pydantic import Field

import jazzgram
from jazzgram import TICKS_PER_QUARTER, Chord, Note, hookimpl

DESTROYS = frozenset({"grid", "within_bar"})


class Options(jazzgram.Options):
    """How far a note may deviate from its notated onset and velocity."""

    timing: float = Field(12.0, ge=0, le=100, description="Largest deviation from the notated onset, in ms.")
    velocity: int = Field(8, ge=0, le=40, description="Largest deviation from the notated velocity.")


def _bounded(rng: Random, bound: float) -> float:
    return max(-bound, min(bound, rng.gauss(0, bound / 2)))


@hookimpl
def clean_up_notes(
    notes: tuple[Note, ...], chords: tuple[Chord, ...], tempo: float, options: Options, rng: Random
) -> list[Note]:
    """Shift onsets and velocities at random within `options.timing` and `options.velocity`.

    Examples
    --------
    >>> line = (Note(60, 0, 240), Note(62, 240, 240), Note(64, 480, 480))
    >>> played = clean_up_notes(line, (Chord((48,), 0, 1920),), 120, Options(timing=10, velocity=5), Random(1))
    >>> all(abs(new.onset - old.onset) <= 10 and abs(new.velocity - 80) <= 5 for new, old in zip(played, line))
    True
    """
    bound = options.timing / 60_000 * tempo * TICKS_PER_QUARTER
    groups = [(onset, tuple(group)) for onset, group in groupby(notes, attrgetter("onset"))]
    end = max([chord.end for chord in chords] + [note.end for note in notes], default=0)
    onsets = [onset for onset, _ in groups] + [end]
    # Less than half the way to each neighbour, so that two notes never meet.
    room = [max(0, (later - onset - 1) // 2) for onset, later in pairwise(onsets)]
    starts = [
        onset + max(-earlier, min(later, int(_bounded(rng, bound))))
        for onset, earlier, later in zip(onsets, [onsets[0], *room], room, strict=False)
    ] + [end]
    played: list[Note] = []
    for (_, group), start, later, moved in zip(groups, starts, onsets[1:], starts[1:], strict=False):
        for note in group:
            stop = note.end
            if note.end <= later:
                stop = moved if note.end == later else min(start + note.duration, moved)
            velocity = max(1, min(127, note.velocity + round(_bounded(rng, options.velocity))))
            played.append(replace(note, onset=start, duration=stop - start, velocity=velocity))
    return played
