"""Change sample rates, exactly where they are in a small whole-number ratio."""

from __future__ import annotations

from functools import lru_cache
from math import gcd

import numpy as np

from jazzgram.rendering.sound.encode import Samples as Samples

_REACH = 24
"""Input samples on each side that contribute to an output sample."""


def resample(samples: Samples, old: int, new: int) -> Samples:
    """Change the sample rate with a polyphase filter: a sinc under a Kaiser window.

    Smith, *Digital Audio Resampling* (CCRMA, 2002). Where the rate falls, frequencies above half the new one
    are filtered out.

    Parameters
    ----------
    samples : ndarray of float32, shape (frames, 2)
        At the old rate; may be empty.
    old, new : int
        Samples per second, above 0.

    Returns
    -------
    ndarray of float32, shape (ceil(frames * new / old), 2)

    Examples
    --------
    >>> resample(np.ones((480, 2), np.float32), 48000, 44100).shape
    (441, 2)
    """
    if old == new or not len(samples):
        return samples
    up, down = new // gcd(new, old), old // gcd(new, old)
    filters = bank(up, down, _REACH)
    reach = filters.shape[1] // 2
    frames = -(-len(samples) * up // down)
    padded = np.pad(samples, ((reach, reach + down + 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach, axis=0)
    made = np.empty((frames, 2), np.float32)
    # Every `up`-th output sample has the same fraction between two input samples, and so the same filter.
    for first in range(min(up, frames)):
        whole, phase = divmod(first * down, up)
        count = len(range(first, frames, up))
        made[first::up] = windows[whole + 1 :: down][:count] @ filters[phase]
    return made


@lru_cache(maxsize=8)
def bank(up: int, down: int, width: int) -> Samples:
    """Compute the filters that interpolate between samples.

    Parameters
    ----------
    up, down : int
        The ratio of the rates, new to old, in lowest terms.
    width : int
        Input samples on each side of an output sample where the rate rises; more where it falls.

    Returns
    -------
    ndarray of float32, shape (up, 2 * reach)
        For each fraction ``k / up`` between two samples a filter that sums to 1. Its index ``reach - 1`` is the sample
        before.
    """
    cutoff = 0.94 * up / down if down > up else 1.0
    reach = round(width / cutoff)
    times = np.arange(1 - reach, reach + 1) - np.arange(up)[:, None] / up
    taps = np.sinc(cutoff * times) * np.i0(9.0 * np.sqrt(np.clip(1 - (times / reach) ** 2, 0, 1)))
    return np.asarray(taps / taps.sum(axis=1, keepdims=True), np.float32)
