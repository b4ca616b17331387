"""Bring played notes to the notational grid and gather those played together into chords.

Both follow music21's MIDI import as deepjazz saw it (Cuthbert & Ariza, *music21: A Toolkit for Computer-Aided
Musicology*, ISMIR 2010; jisungk, deepjazz, 2016), in whole numbers, so that no result hangs on a rounding error.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jazzgram import TICKS_PER_QUARTER

Ints = NDArray[np.int64]

_HANDS = 64
"""Among how many notes after its first a chord is looked for: more than anybody plays at once."""


def scale(times: Ints, per_quarter: int) -> Ints:
    """Convert a file's ticks to the nearest of ours (480 to the quarter note), upwards from halfway.

    Examples
    --------
    >>> scale(np.array([0, 95, 96]), 96).tolist()
    [0, 475, 480]
    """
    scaled: Ints = (times * (2 * TICKS_PER_QUARTER) + per_quarter) // (2 * per_quarter)
    return scaled


def quantize(times: Ints, per_quarter: int, divisors: Sequence[int], origins: Ints | int = 0) -> Ints:
    """Take each time to the nearest line of several grids, and count it from where its grid begins.

    Of two lines of one grid that are equally near, the earlier is taken; of two grids, the finer.

    Parameters
    ----------
    times : ndarray of int
        Onsets or durations in the file's ticks. May be empty.
    per_quarter : int
        The file's ticks to the quarter note.
    divisors : sequence of int
        Into how many parts each grid divides the quarter note; each a divisor of 480. At least one.
    origins : ndarray of int, as long as `times`, or int
        Where the grids of each time begin, in ticks, 480 to the quarter note: at a barline.

    Returns
    -------
    ndarray of int, as long as `times`
        Ticks, 480 to the quarter note, from the origin.

    Examples
    --------
    A quarter of a beat, a third of one, and 7/24, which lies halfway between them:

    >>> quantize(np.array([110, 170, 140]), 480, (4, 3)).tolist()
    [120, 160, 120]
    """
    # Counted in 480ths of the file's tick, every grid line and every distance is a whole number.
    target = np.asarray(times, dtype=np.int64) * TICKS_PER_QUARTER - np.asarray(origins, dtype=np.int64) * per_quarter
    nearest, distance = target, np.full(target.shape, np.iinfo(np.int64).max)
    for divisor in sorted(divisors, reverse=True):
        step = TICKS_PER_QUARTER // divisor * per_quarter
        line = (2 * target + step - 1) // (2 * step) * step
        away = np.abs(target - line)
        closer = away < distance
        nearest, distance = np.where(closer, line, nearest), np.where(closer, away, distance)
    ticks: Ints = nearest // per_quarter
    return ticks


def gather_chords(
    onsets: Ints, ends: Ints, pitches: Ints, per_quarter: int
) -> tuple[Ints, Ints, tuple[tuple[int, ...], ...]]:
    """Gather the notes that begin and end together into chords; a note alone makes none.

    Together means at most 1/16 of a quarter note apart from the chord's first note. The chord lasts as long as
    its first note. A note whose end is near those of two others that are not near each other belongs to both chords.

    Parameters
    ----------
    onsets, ends : ndarray of int
        In the file's ticks, onsets ascending. May be empty.
    pitches : ndarray of int
        MIDI numbers, as many.
    per_quarter : int
        The file's ticks to the quarter note.

    Returns
    -------
    onsets, durations : ndarray of int
        Of each chord in order, in the file's ticks.
    pitches : tuple of tuple of int
        Of each chord, in the order in which they were played.

    Examples
    --------
    Three notes, of which the second is let go early:

    >>> onsets, ends, pitches = np.array([0, 0, 2]), np.array([96, 40, 97]), np.array([60, 64, 67])
    >>> gather_chords(onsets, ends, pitches, 96)
    (array([0]), array([96]), ((60, 67),))
    """
    starts, stops, numbers = onsets.tolist(), ends.tolist(), pitches.tolist()
    gathered = [False] * len(starts)
    chords: list[tuple[int, int, tuple[int, ...]]] = []
    for first, start in enumerate(starts):
        if gathered[first]:
            continue
        members = [first]
        for other in range(first + 1, min(first + _HANDS, len(starts))):
            if (starts[other] - start) * 16 > per_quarter:
                break
            if abs(stops[other] - stops[first]) * 16 <= per_quarter:
                members.append(other)
                gathered[other] = True
        if len(members) > 1:
            chords.append((start, stops[first] - start, tuple(numbers[member] for member in members)))
    return (
        np.array([onset for onset, _, _ in chords], dtype=np.int64),
        np.array([duration for _, duration, _ in chords], dtype=np.int64),
        tuple(voicing for _, _, voicing in chords),
    )
