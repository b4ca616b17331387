"""Find how far a melody swings, and write its eighths straight.

Jazz eighths are written even and played long-short, from about 1:1 at fast tempi to 3:1 at slow ones (Friberg &
Sundström, *Swing ratios and ensemble timing in jazz performance*, Music Perception 19/3, 2002). So an off-beat eighth
begins later in its beat than the middle. It is looked for where it can be nothing else: as the only note between two
beats. Beats with more notes (triplets, sixteenths), or with one elsewhere, are left as they were played.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jazzgram import TICKS_PER_QUARTER

from .bar_grid import Bars
from .file import Part
from .quantize import Ints, scale

_LEAST = 8
"""How many off-beats distinguish a ratio from randomness."""

_ON_THE_BEAT = 0.12
"""In parts of a beat: nearer than that, a note is a beat's own."""

_SWUNG = (0.55, 0.72)
"""Where in its beat a swung eighth begins: 1.2:1 to 2.6:1. Earlier is even, later is a dotted eighth."""

_NEAR = 0.1
"""In parts of a beat: how far a swung eighth may be from the others."""


def swing_phase(part: Part, bars: Bars) -> float | None:
    """Find where in its beat a melody's off-beat eighth begins: its phase.

    Returns
    -------
    float or None
        In parts of a beat, 0.55 to 0.72: the mean of what lies around the highest peak of their distribution (Gaussian
        kernel of 0.02 beats); None where that peak is elsewhere, or there are fewer than eight lone off-beats.
    """
    _, phases, inner = _beats(part, bars)
    lone = phases[inner == 1]
    lone = lone[(lone > _ON_THE_BEAT) & (lone < 1 - _ON_THE_BEAT)]
    if len(lone) < _LEAST:
        return None
    candidates = np.arange(0.2, 0.85, 0.01)
    heights = np.exp(-0.5 * ((candidates[:, None] - lone) / 0.02) ** 2).sum(axis=1)
    peak = candidates[int(np.argmax(heights))]
    phase = float(lone[np.abs(lone - peak) <= 0.05].mean())
    return phase if _SWUNG[0] <= phase <= _SWUNG[1] else None


def straighten(part: Part, bars: Bars, phase: float) -> Part:
    """Move what is at `phase` of its beat to the middle of it, and all else in proportion.

    Parameters
    ----------
    part : Part
        What is played.
    bars : Bars
        Where its beats are. Only quarter-note beats are touched, and only those in these bars.
    phase : float
        As `swing_phase` returns it.

    Returns
    -------
    Part
        In ticks of 480 to the quarter note.
    """
    beats, phases, inner = _beats(part, bars)
    astray = (phases > _ON_THE_BEAT) & (phases < 1 - _ON_THE_BEAT) & ((inner > 1) | (np.abs(phases - phase) > _NEAR))
    as_played = np.unique(beats[astray])
    onsets, ends = (_even(scale(times, part.per_quarter), bars, as_played, phase) for times in (part.onsets, part.ends))
    return replace(part, per_quarter=TICKS_PER_QUARTER, onsets=onsets, durations=ends - onsets)


def _even(times: Ints, bars: Bars, as_played: Ints, phase: float) -> Ints:
    beats = _beats_of(times, bars)
    inside = (beats >= 0) & ~np.isin(beats, as_played)
    swung = (times - beats) / TICKS_PER_QUARTER
    straight = np.where(swung < phase, swung / phase, 1 + (swung - phase) / (1 - phase)) / 2
    evened: Ints = np.where(inside, beats + np.rint(straight * TICKS_PER_QUARTER).astype(np.int64), times)
    return evened


def _beats_of(times: Ints, bars: Bars) -> Ints:
    """Return the ticks at which each time's beat begins; -1 outside the bars and where the beat is no quarter note."""
    numbers = bars.at(times, TICKS_PER_QUARTER)
    starts = bars.starts[numbers]
    in_quarters = np.array([meter.beat == TICKS_PER_QUARTER for meter in bars.meters])[numbers]
    known = in_quarters & (bars.start <= times) & (times < bars.end)
    return np.where(known, starts + (times - starts) // TICKS_PER_QUARTER * TICKS_PER_QUARTER, -1)


def _beats(part: Part, bars: Bars) -> tuple[Ints, NDArray[np.float64], Ints]:
    """Return, for each onset on a quarter-note beat: its beat, its phase, how many lie between the beats there.

    What is played together (within a 64th note) counts once.
    """
    times = scale(part.onsets, part.per_quarter)
    beats = _beats_of(times, bars)
    times, beats = times[beats >= 0], beats[beats >= 0]
    phases = (times - beats) / TICKS_PER_QUARTER
    between = (phases > _ON_THE_BEAT) & (phases < 1 - _ON_THE_BEAT)
    apart = np.diff(times[between], prepend=-TICKS_PER_QUARTER) > TICKS_PER_QUARTER // 16
    lone, counts = np.unique(beats[between][apart], return_counts=True)
    inner = np.zeros(len(beats), dtype=np.int64)
    known = np.isin(beats, lone)
    inner[known] = counts[np.searchsorted(lone, beats[known])]
    return beats, phases, inner
