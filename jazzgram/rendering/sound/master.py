"""Levels: perceived loudness, true peaks, and a limiter.

Loudness and true peak after Recommendation ITU-R BS.1770-5 (2023): K weighting (annex 1, stages 1 and 2), blocks of
400 ms with 75 % overlap, gates at -70 LUFS and 10 LU below the mean; the peak of the samples at four times the rate.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jazzgram.rendering.sound.resample import Samples, bank

LOUDNESS = -16.0
"""Target in LUFS: a usual level of streaming services, with room for dynamics."""

CEILING = -1.5
"""Highest true peak in dBFS; half a decibel below the target, as headroom for lossy coders."""

_MOST_LIMITED = 6.0
"""dB by which the limiter may lower a peak; music with higher ones is left softer than `LOUDNESS` instead."""

_PEAK_REACH = 6
"""Samples on each side from which a peak between two of them is interpolated, as in the recommendation."""

_BLOCK = 64
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
    hop = rate // 10
    weighted = _convolve(samples, _k_weighting(rate))
    steps = len(weighted) // hop
    if steps < 4:
        return float("-inf")
    cut = weighted[: steps * hop].reshape(steps, 2 * hop)
    tenths = np.einsum("sf,sf->s", cut, cut).astype(np.float64) / hop
    blocks = (tenths[:-3] + tenths[1:-2] + tenths[2:-1] + tenths[3:]) / 4
    blocks = blocks[blocks > _power(-70)]
    if not len(blocks):
        return float("-inf")
    gated = blocks[blocks > blocks.mean() / 10]
    return float(-0.691 + 10 * np.log10(gated.mean()))


def true_peak(samples: Samples) -> float:
    """Measure the highest level between and at the samples, in dB relative to full scale; minus infinity for silence.

    Examples
    --------
    >>> quarter = np.tile(np.array([[1], [1], [-1], [-1]], np.float32), (2000, 2)) / 2
    >>> round(true_peak(quarter[1:-1]), 1) > -3.2  # a sine whose samples miss its crests
    True
    """
    highest = max((float(peaks.max()) for peaks in _peaks(samples)), default=0.0)
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
    peaks = np.concatenate([np.zeros(0, np.float32), *_peaks(samples)])
    highest = float(peaks.max(initial=0.0))
    level = loudness(samples, rate)
    if highest == 0:
        return samples
    ceiling = 10 ** (CEILING / 20)
    most = ceiling * 10 ** (_MOST_LIMITED / 20) / highest
    gain = min(10 ** ((target - level) / 20), most) if np.isfinite(level) else min(1.0, ceiling / highest)
    made = samples * np.float32(gain)
    if highest * gain > ceiling:
        made = made * _limiter(peaks * gain, ceiling, len(made))[:, None]
        # The gain changes within the reach of the peak filter: the small excess is taken off the whole.
        over = 10 ** (true_peak(made) / 20) / ceiling
        if over > 1:
            made = made / np.float32(over)
    return np.asarray(made, np.float32)


def _limiter(peaks: NDArray[np.floating], ceiling: float, frames: int) -> Samples:
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


def _peaks(samples: Samples) -> list[NDArray[np.float32]]:
    """Compute the highest level of each block of `_BLOCK` frames at four times the rate, a few seconds at a time."""
    filters = bank(4, 1, _PEAK_REACH)[1:]  # the fourth of them is the samples themselves
    found = []
    piece = _BLOCK * 4096
    for start in range(0, len(samples), piece):
        length = min(piece, len(samples) - start)
        before, after = min(_PEAK_REACH - 1, start), min(_PEAK_REACH, len(samples) - start - length)
        part = samples[start - before : start + length + after]
        part = np.pad(part, ((_PEAK_REACH - 1 - before, _PEAK_REACH - after), (0, 0)))
        own = np.abs(samples[start : start + length])
        high = np.maximum(own[:, 0], own[:, 1])
        for channel in np.ascontiguousarray(part.T):
            for taps in filters:
                np.maximum(high, np.abs(np.correlate(channel, taps, "valid")), out=high)
        found.append(np.pad(high, (0, -length % _BLOCK)).reshape(-1, _BLOCK).max(axis=1))
    return found


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


@lru_cache(maxsize=4)
def _k_weighting(rate: int) -> NDArray[np.float64]:
    """Compute the impulse response of the K weighting, 0.2 s long (the rest is 100 dB down).

    The recommendation gives coefficients for 48 kHz only; for other rates the analogue filters behind them are
    transformed anew, with the frequencies and qualities of De Man, *Evaluation of implementations of the EBU R128
    loudness measurement* (AES, 2018).
    """
    frames = rate // 5
    turns = np.exp(-2j * np.pi * np.fft.rfftfreq(4 * frames))
    response = np.ones(len(turns), complex)
    for frequency, quality, decibels in (
        (1681.974450955533, 0.7071752369554196, 3.999843853973347),
        (38.13547087602444, 0.5003270373238773, None),
    ):
        k = np.tan(np.pi * frequency / rate)
        below = 1 + k / quality + k * k
        if decibels is None:
            above = (1.0, -2.0, 1.0)
        else:
            high = 10 ** (decibels / 20)
            middle = high**0.4996667741545416
            above = (
                (high + middle * k / quality + k * k) / below,
                2 * (k * k - high) / below,
                (high - middle * k / quality + k * k) / below,
            )
        under = (1.0, 2 * (k * k - 1) / below, (1 - k / quality + k * k) / below)
        response *= np.polyval(above[::-1], turns) / np.polyval(under[::-1], turns)
    return np.fft.irfft(response)[:frames]


def _convolve(samples: Samples, response: NDArray[np.float64]) -> Samples:
    """Filter both channels by overlap-add; the result has the input's length."""
    size = 1 << 17
    piece = size - len(response) + 1
    spectrum = np.fft.rfft(response, size).astype(np.complex64)
    made = np.zeros((len(samples) + size, 2), np.float32)
    for start in range(0, len(samples), piece):
        for channel in range(2):
            part = np.fft.irfft(np.fft.rfft(samples[start : start + piece, channel], size) * spectrum, size)
            made[start : start + size, channel] += part
    return made[: len(samples)]
