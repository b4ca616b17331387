"""Distributions: whether generated solos differ from each other and from real ones as much as real ones do.

For each of nine features the distances between all pairs of real solos (intra-set, each solo left out of its own
neighbours) and between all pairs of a real and a generated one (inter-set) are compared: where generated solos vary as
real ones do, both have one density.

Source: Yang & Lerch, *On the evaluation of generative models in music* (Neural Computing and Applications 32, 2020),
sec. 3. Two things differ from their published code (``mgeval``). There the Kullback-Leibler divergence compares the
density of one set on a grid of its own range with that of the other set on a grid of the other's, point by point, so
that sets that are far apart can seem alike; here both densities, for the overlap too, are on **one common grid**.
And the time between onsets is counted in quarter notes, not in seconds, which would compare tempi.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from jazzgram.music.arrays import Floats, Ints
from jazzgram.music.solo import Solo
from jazzgram.music.time import TICKS_PER_QUARTER

SOLO_FEATURES = (
    "used_pitches",
    "used_notes",
    "ioi",
    "pitch_shift",
    "note_lengths",
    "pitch_classes",
    "length_transitions",
    "pitch_class_transitions",
    "range",
)
"""Names here; there, in this order: total_used_pitch, total_used_note, avg_IOI, avg_pitch_shift, note_length_hist,
total_pitch_class_histogram, note_length_transition_matrix, pitch_class_transition_matrix, pitch_range."""

PUBLISHED = dict(zip(SOLO_FEATURES, (0.796, 0.794, 0.842, 0.821, 0.821, 0.864, 0.850, 0.836, 0.844), strict=True))
"""The best overlapping areas that are published for generated solos against those of the Weimar Jazz Database, each the
best of several models; made with other solos, another split and the code of the paper, so not like for like."""

_LENGTHS = np.array([4, 2, 1, 1 / 2, 1 / 4, 3, 3 / 2, 3 / 4, 3 / 8, 4 / 3, 2 / 3, 1 / 3])
"""Quarter notes: whole to 16th, dotted half to dotted 16th, half to eighth triplet; the order of the published code."""
_GRID = 1024
_TAIL = 4.0
"""Bandwidths by which the grid reaches beyond the outermost distance."""
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Overlap:
    """How alike the distances within the real solos and those to the generated ones are.

    Parameters
    ----------
    overlapping_area : float
        The integral of the smaller of the two densities, 0 (nothing in common) to 1 (the same).
    kl : float
        The Kullback-Leibler divergence of the inter-set density from the intra-set density, in nats: 0 for the
        same, no upper bound.
    low, high : float
        The 95 % interval of the overlapping area: percentiles 2.5 and 97.5 over resamples of both sets of solos.
    """

    overlapping_area: float
    kl: float
    low: float
    high: float


def solo_features(solo: Solo) -> dict[str, Floats]:
    """Return the nine features of a solo.

    Parameters
    ----------
    solo : Solo
        Its notated notes are used (before swing and the like).

    Returns
    -------
    dict of str to ndarray of float
        Each of `SOLO_FEATURES`. Of shape (): different pitches, notes, mean time between onsets in quarter notes, mean
        interval in semitones without its direction, and semitones from the lowest to the highest note; of shape (12,):
        shares of the notes by nearest of twelve lengths, and of the sounding time by pitch class; of shape (12, 12):
        how often a length, a pitch class follows another. 0 where there are too few notes.
    """
    notes = solo.notated or solo.notes
    pitches = np.array([note.pitch for note in notes], np.int64)
    onsets = np.array([note.onset for note in notes], np.float64) / TICKS_PER_QUARTER
    durations = np.array([note.duration for note in notes], np.float64) / TICKS_PER_QUARTER
    lengths = np.abs(durations[:, None] - _LENGTHS).argmin(axis=1)
    classes = pitches % 12
    some = len(notes) > 1
    return {
        "used_pitches": np.array(float(len(set(pitches.tolist())))),
        "used_notes": np.array(float(len(notes))),
        "ioi": np.array(np.diff(onsets).mean() if some else 0.0),
        "pitch_shift": np.array(np.abs(np.diff(pitches)).mean() if some else 0.0),
        "note_lengths": _shares(lengths, np.ones(len(notes))),
        "pitch_classes": _shares(classes, durations),
        "length_transitions": _transitions(lengths),
        "pitch_class_transitions": _transitions(classes),
        "range": np.array(float(pitches.max() - pitches.min()) if len(notes) else 0.0),
    }


def compare(
    made: Sequence[Mapping[str, Floats]],
    played: Sequence[Mapping[str, Floats]],
    *,
    resamples: int = 100,
    seed: int = 0,
) -> dict[str, Overlap]:
    """Compare generated solos with real ones, feature by feature.

    Parameters
    ----------
    made : sequence of mapping
        The `solo_features` of each generated solo; at least one.
    played : sequence of mapping
        Those of real solos, at least three, of the same length: see `jazzgram.evaluation.excerpts`.
    resamples : int
        How often both sets are resampled with replacement for the interval; 0: never, it is nan.
    seed : int
        Of the resamples: the same seed gives the same interval.

    Returns
    -------
    dict of str to Overlap
        Each of `SOLO_FEATURES`; all nan where there are too few solos.
    """
    if not made or len(played) < 3:
        return dict.fromkeys(SOLO_FEATURES, Overlap(nan, nan, nan, nan))
    rng = np.random.default_rng(seed)
    draws = [(_drawn(rng, len(played)), _drawn(rng, len(made))) for _ in range(resamples)]
    above = np.triu_indices(len(played), 1)
    found = {}
    for name in SOLO_FEATURES:
        mine, theirs = (np.array([one[name].ravel() for one in many]) for many in (made, played))
        within, between = _distances(theirs, theirs)[above], _distances(theirs, mine).ravel()
        grid = Grid.over(within, between)
        cells = grid.cells(within), grid.cells(between)
        area, kl = _compared(grid, *(_counts(cell) for cell in cells))
        areas = []
        for real_drawn, made_drawn in draws:
            weights = real_drawn[above[0]] * real_drawn[above[1]], np.outer(real_drawn, made_drawn).ravel()
            resampled = [_counts(c, w) for c, w in zip(cells, weights, strict=True)]
            areas.append(_compared(grid, *resampled)[0])
        low, high = np.percentile(areas, (2.5, 97.5)) if areas else (nan, nan)
        found[name] = Overlap(area, kl, float(low), float(high))
    return found


@dataclass(frozen=True, slots=True)
class Grid:
    """Evenly spaced points on which densities are computed.

    Parameters
    ----------
    start : float
        The first point.
    step : float
        The distance from each to the next, above 0.
    """

    start: float
    step: float

    @classmethod
    def over(cls, *samples: Floats) -> Grid:
        """Return one grid for several samples, with room for the tails of their densities."""
        low = min(float(sample.min()) for sample in samples)
        high = max(float(sample.max()) for sample in samples)
        widest = max(
            bandwidth(float(sample.std(ddof=1)) if len(sample) > 1 else 0.0, len(sample)) for sample in samples
        )
        room = _TAIL * widest or 1.0
        return cls(low - room, (high - low + 2 * room) / (_GRID - 1))

    @property
    def points(self) -> Floats:
        """The points, shape (1024,)."""
        return np.asarray(self.start + self.step * np.arange(_GRID), np.float64)

    def cells(self, sample: Floats) -> Ints:
        """Return the index of the nearest point of each value."""
        return np.rint((sample - self.start) / self.step).astype(np.int64)

    def density(self, counts: Floats) -> Floats:
        """Estimate a density with Gaussian kernels (Scott, *Multivariate Density Estimation*, 1992).

        Parameters
        ----------
        counts : ndarray of float, shape (1024,)
            How many values are nearest to each point; their sum is at least 1.

        Returns
        -------
        ndarray of float, shape (1024,)
            At each point; it integrates to 1. The bandwidth is at least a step, so that equal values have one too.
        """
        total = counts.sum()
        points = self.points
        mean = (counts * points).sum() / total
        variance = (counts * (points - mean) ** 2).sum() / max(total - 1, 1)
        width = max(bandwidth(float(np.sqrt(variance)), total), self.step)
        reach = min(_GRID - 1, int(6 * width / self.step) + 1)
        kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * self.step / width) ** 2)
        spread = np.convolve(counts, kernel)[reach : reach + _GRID]
        return np.asarray(spread / (spread.sum() * self.step), np.float64)


def bandwidth(deviation: float, count: float) -> float:
    """Return the width of the kernels by Scott's rule: ``sd * n ** (-1/5)``."""
    return float(deviation * count**-0.2)


def _compared(grid: Grid, intra: Floats, inter: Floats) -> tuple[float, float]:
    """Return the overlapping area of two densities, and the divergence of the second from the first."""
    if not intra.any() or not inter.any():
        return nan, nan
    one, other = grid.density(intra), grid.density(inter)
    area = float(np.minimum(one, other).sum() * grid.step)
    ratio = np.log(np.maximum(one, _TINY) / np.maximum(other, _TINY))
    return min(area, 1.0), max(float((one * ratio).sum() * grid.step), 0.0)


def _distances(one: Floats, other: Floats) -> Floats:
    """Return the Euclidean distance of each row of one set to each of the other."""
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None, :] - 2 * one @ other.T
    distances: Floats = np.sqrt(np.maximum(squares, 0))
    return distances


def _counts(cells: Ints, weights: Floats | None = None) -> Floats:
    return np.bincount(cells, weights, minlength=_GRID).astype(np.float64)


def _drawn(rng: np.random.Generator, count: int) -> Floats:
    """Return how often each of `count` items is drawn in `count` draws with replacement."""
    return np.bincount(rng.integers(0, count, count), minlength=count).astype(float)


def _shares(kinds: Ints, weights: Floats) -> Floats:
    counts = np.bincount(kinds, weights, minlength=12)
    return np.asarray(counts / max(counts.sum(), _TINY), np.float64)


def _transitions(kinds: Ints) -> Floats:
    counts = np.zeros((12, 12))
    np.add.at(counts, (kinds[:-1], kinds[1:]), 1)
    return counts
