"""Seven features of bars, and clusters of similar bars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from jazzgram import TICKS_PER_QUARTER, Term
from jazzgram.music import Floats, interval_window

FEATURES = ("notes", "first onset", "rest", "steepness", "on the beat", "turns", "consonance")
"""The names of `features`, in order."""

_CONSONANCE = {"C": 1.0, "L": 0.5, "S": 0.5} | dict.fromkeys(("1", "b3", "3", "5", "b7", "7"), 1.0)
_CONSONANCE |= dict.fromkeys(("2", "4", "6"), 0.5)
_SIGNED = re.compile(r"([+-])(\d*)")
_STEP = 2.0


@cache
def interval(interval_range: str) -> float | None:
    """Return the interval of a term's range to the note before, in semitones; None where it has none.

    The middle of ``UP,DOWN``; of ``+`` and ``-`` only the direction is known without the chord, taken as a whole tone
    and 12 semitones for each octave; 0 for ``=``.

    Examples
    --------
    >>> interval("P1,d-5"), interval("+"), interval("-1"), interval("="), interval("o4")
    (-3.0, 2.0, -14.0, 0.0, None)
    """
    if interval_range == "=":
        return 0.0
    if signed := _SIGNED.fullmatch(interval_range):
        size = _STEP + 12 * int(signed[2] or 0)
        return size if signed[1] == "+" else -size
    try:
        low, high = interval_window(interval_range)
    except ValueError:
        return None
    return (low + high) / 2


def features(terms: Sequence[Term]) -> tuple[float, ...]:
    """Compute the seven features of Gillick, Tang & Keller (2010).

    Parameters
    ----------
    terms : sequence of Term
        The window's terms from its start; may be empty.

    Returns
    -------
    tuple of float
        The number of notes; the onset of the first note, in quarter notes (0 without notes); the sum of the rests, in
        quarter notes; the steepest interval of each run of notes in one direction, in semitones, averaged over the
        runs; whether the first note is on a beat, 0 or 1; how often the line turns; and its consonance: 1 for a chord
        tone, 0.5 for a scale or colour tone, 0 for any other, weighted by duration. The article does not define
        consonance and the order of a contour in numbers: these definitions are this project's.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> features(parse_terms("R,0.500 C,0.500 S,1.000,<P4,m-2> C,1.000,<P1,d-5> A,1.000,<P5,A1>"))
    (4.0, 0.5, 0.5, 3.0, 0.0, 2.0, 0.5714285714285714)
    """
    onset = first = None
    rest = sounding = consonant = now = 0.0
    notes = 0
    steepest: list[float] = []
    direction = 0
    for term in terms:
        length = term.duration / TICKS_PER_QUARTER
        if term.is_rest:
            rest += length
        else:
            notes += 1
            first = now if first is None else first
            sounding += length
            consonant += length * _CONSONANCE.get(term.category, 0.0)
            size = interval(term.interval_range) or 0.0
            if size:
                if (size > 0) - (size < 0) != direction:
                    direction = (size > 0) - (size < 0)
                    steepest.append(0.0)
                steepest[-1] = max(steepest[-1], abs(size))
        now += length
    onset = first or 0.0
    return (
        float(notes),
        onset,
        rest,
        sum(steepest) / len(steepest) if steepest else 0.0,
        float(first is not None and onset == int(onset)),
        float(max(len(steepest) - 1, 0)),
        consonant / sounding if sounding else 0.0,
    )


def k_means(points: Floats, clusters: int, seed: int, rounds: int = 50) -> NDArray[np.float32]:
    """Find centres among points (Lloyd 1982), beginning far apart (Arthur & Vassilvitskii, *k-means++*, 2007).

    Parameters
    ----------
    points : ndarray, shape (points, dimensions)
        At least one.
    clusters : int
        Number of centres, 1 or more; there are fewer where there are fewer different points.
    seed : int
        Decides the initial centres.
    rounds : int
        The most iterations.

    Returns
    -------
    ndarray of float32, shape (centres, dimensions)
        Each the mean of the points nearest to it.
    """
    rng = np.random.default_rng(seed)
    centres = points[rng.integers(len(points))][None]
    distance = ((points - centres[0]) ** 2).sum(axis=1)
    while len(centres) < clusters and distance.max() > 1e-12:
        chosen = points[rng.choice(len(points), p=distance / distance.sum())]
        centres = np.vstack((centres, chosen))
        distance = np.minimum(distance, ((points - chosen) ** 2).sum(axis=1))
    members = np.full(len(points), -1)
    for _ in range(rounds):
        found = nearest(points, centres)
        if np.array_equal(found, members):
            break
        members = found
        sizes = np.bincount(members, minlength=len(centres))
        for axis in range(points.shape[1]):
            sums = np.bincount(members, weights=points[:, axis], minlength=len(centres))
            centres[:, axis] = np.where(sizes > 0, sums / np.maximum(sizes, 1), centres[:, axis])
    return np.asarray(centres, np.float32)


def nearest(points: Floats, centres: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return the index of each point's nearest centre, the first of equals, shape ``(points,)``."""
    centres = centres.astype(np.float64)
    best = np.full(len(points), np.inf)
    found = np.zeros(len(points), np.int64)
    for number, centre in enumerate(centres):  # not as one array: points x centres x dimensions is large
        distance = ((points - centre) ** 2).sum(axis=1)
        closer = distance < best
        found[closer], best[closer] = number, distance[closer]
    return found
