"""Levels: perceived loudness, true peaks, and a limiter.

Loudness and true peak after Recommendation ITU-R BS.1770-5 (2023): K-weighted blocks of 400 ms, gated at -70 LUFS and
10 LU below the mean; the peak of the samples at four times the rate.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from jazzgram.rendering.sound.encode import Samples
from jazzgram.rendering.sound.requirements import need

LOUDNESS = -16.0
"""Target in LUFS: a usual level of streaming services, with room for dynamics."""

CEILING = -1.5
"""Highest true peak in dBFS; half a decibel below the target, as headroom for lossy coders."""

_MOST_LIMITED = 6.0
"""dB by which the limiter may lower a peak; music with higher ones is left softer than `LOUDNESS` instead."""

_BLOCK = 64
_STRETCH = 64
"""Blocks that are examined together."""
_MARGIN = 128
"""Frames beside a stretch that its peaks between samples are computed from."""
_HOLD = 14
"""Blocks on each side over which the limiter's gain moves: 19 ms at 48 kHz."""


def loudness(samples: Samples, rate: int) -> float:
    """Measure the integrated loudness.

    Parameters
    ----------
    samples : ndarray of float32, shape (frames, 2)
        May be empty or shorter than a block.
    rate : int
        Samples per second.

    Returns
    -------
    float
        LUFS; minus infinity for silence or less than 400 ms.
    """
    if len(samples) < 0.4 * rate:
        return float("-inf")
    return float(need("loudness").integrated_loudness(samples, rate))


def true_peak(samples: Samples) -> float:
    """Measure the highest level between and at the samples, in dB relative to full scale; minus infinity for silence.

    Examples
    --------
    >>> quarter = np.tile(np.array([[1], [1], [-1], [-1]], np.float32), (2000, 2)) / 2
    >>> round(true_peak(quarter[1:-1]), 1) > -3.2  # a sine whose samples miss its crests
    True
    """
    highest = float(_peaks(samples).max(initial=0.0))
    return 20 * float(np.log10(highest)) if highest > 0 else float("-inf")


def master(samples: Samples, rate: int, target: float = LOUDNESS) -> Samples:
    """Scale and limit music to a loudness with no true peak above `CEILING`.

    Parameters
    ----------
    samples : ndarray of float32, shape (frames, 2)
        At any level; silence is returned unchanged.
    rate : int
        Samples per second.
    target : float
        LUFS; not reached where peaks stand out by more than the limiter may lower them.

    Returns
    -------
    ndarray of float32, shape (frames, 2)
    """
    level = loudness(samples, rate)
    ceiling = 10 ** (CEILING / 20)
    peaks = _peaks(samples, ceiling * 10 ** ((level - target) / 20) if np.isfinite(level) else None)
    highest = float(peaks.max(initial=0.0))
    if highest == 0:
        return samples
    most = ceiling * 10 ** (_MOST_LIMITED / 20) / highest
    gain = min(10 ** ((target - level) / 20), most) if np.isfinite(level) else min(1.0, ceiling / highest)
    made = samples * np.float32(gain)
    if highest * gain > ceiling:
        made *= _limiter(peaks * gain, ceiling, len(made))[:, None]
        # The gain changes within the reach of the peak filter: the small excess is taken off the whole.
        over = 10 ** (true_peak(made) / 20) / ceiling
        if over > 1:
            made /= np.float32(over)
    return made


def stem_gain(whole: Samples, stems: Iterable[Samples], rate: int) -> float:
    """Compute the factor that brings a mix to `LOUDNESS`, less where it would bring one of its stems above `CEILING`.

    Stems are not limited, so that they add up to the mix.
    """
    level = loudness(whole, rate)
    highest = max([float(_peaks(stem).max(initial=0.0)) for stem in stems], default=0.0)
    if not np.isfinite(level) or highest == 0:
        return 1.0
    return float(min(10 ** ((LOUDNESS - level) / 20), 10 ** (CEILING / 20) / highest))


def _limiter(peaks: NDArray[np.floating], ceiling: float, frames: int) -> NDArray[np.float32]:
    """Compute a gain for each frame: lowered before a peak and raised after it in the shape of a Hann window.

    The smallest required gain within `_HOLD` + 1 blocks is averaged over a window of `_HOLD` blocks on each side, so
    that the average never exceeds the required gain of any block in it.
    """
    required = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    padded = np.pad(required, 2 * _HOLD + 1, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * _HOLD + 3).min(axis=1)
    window = np.hanning(2 * _HOLD + 1)
    smooth = np.convolve(lowest, window / window.sum(), "same")[_HOLD : _HOLD + len(required)]
    middles = np.arange(len(required)) * _BLOCK + _BLOCK / 2
    return np.interp(np.arange(frames), middles, smooth).astype(np.float32)


def _peaks(samples: Samples, above: float | None = None) -> NDArray[np.float32]:
    """Compute the highest level of each block of `_BLOCK` frames, at four times the rate where it matters.

    Between two samples is at most twice their level (a sine at a quarter of the rate has 1.4 times), so that only
    stretches with samples above half of a level can pass it: `above`, by default the highest.
    """
    frames = len(samples)
    padded = np.pad(samples, ((0, -frames % _BLOCK), (0, 0)))
    levels: NDArray[np.float32] = np.abs(padded).reshape(-1, 2 * _BLOCK).max(axis=1)
    least = (float(levels.max(initial=0.0)) if above is None else above) / 2
    for first in range(0, len(levels), _STRETCH):
        blocks = levels[first : first + _STRETCH]
        if blocks.max() > least:
            start, end = first * _BLOCK, (first + len(blocks)) * _BLOCK
            before = min(_MARGIN, start)
            part = np.asarray(padded[start - before : end + _MARGIN], np.float32)
            finer = np.abs(need("soxr").resample(part, 1, 4, "LQ"))[4 * before :][: 4 * (end - start)]
            finer = np.pad(finer, ((0, 4 * (end - start) - len(finer)), (0, 0)))
            np.maximum(blocks, finer.reshape(len(blocks), -1).max(axis=1), out=blocks)
    return levels
