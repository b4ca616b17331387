"""Turn seconds into ticks, by the barlines or beats that are known in both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jazzgram import TICKS_PER_QUARTER
from jazzgram.music import Floats, Ints


def to_ticks(seconds: Sequence[float], known: Sequence[float], ticks: Sequence[int]) -> Floats:
    """Convert times to ticks, evenly between those that are known, and at their pace before and after.

    Parameters
    ----------
    seconds : sequence of float
        Times. May be empty.
    known : sequence of float
        Seconds of at least two times, ascending.
    ticks : sequence of int
        The same times in ticks, ascending.

    Examples
    --------
    Two beats of half a second, and what lies around them:

    >>> to_ticks([0.0, 0.75, 2.0], [0.5, 1.0], [0, 480]).tolist()
    [-480.0, 240.0, 1440.0]
    """
    times, onsets = np.asarray(known, dtype=float), np.asarray(ticks, dtype=float)
    wanted = np.asarray(seconds, dtype=float)
    index = np.clip(np.searchsorted(times, wanted, side="right") - 1, 0, len(times) - 2)
    pace = np.diff(onsets)[index] / np.diff(times)[index]
    converted: Floats = onsets[index] + (wanted - times[index]) * pace
    return converted


def nearest(ticks: Floats, divisors: Sequence[int]) -> Ints:
    """Return the nearest lines of several grids; of two that are equally near, that of the finer grid.

    Parameters
    ----------
    ticks : ndarray of float
        From the start of the tune.
    divisors : sequence of int
        Into how many parts each grid divides the quarter note.

    Examples
    --------
    >>> nearest(np.array([118.0, 163.0, 470.0]), (4, 3)).tolist()
    [120, 160, 480]
    """
    grids = [TICKS_PER_QUARTER // divisor for divisor in sorted(divisors, reverse=True)]
    lines = np.array([np.floor(ticks / step + 0.5) * step for step in grids])
    best = np.argmin(np.abs(lines - ticks), axis=0)
    chosen: Ints = np.take_along_axis(lines, best[np.newaxis], axis=0)[0].astype(np.int64)
    return chosen
