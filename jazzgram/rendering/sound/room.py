"""The room: reverberation by convolution with the response that the sound bank has."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jazzgram.rendering.sound.bank import bundled_bank
from jazzgram.rendering.sound.player import RATE, Wave
from jazzgram.rendering.sound.requirements import need

_SIZE = 1 << 17


def add_room(made: Wave, send: NDArray[np.float32]) -> None:
    """Add the room's answer to a mix, by overlap-add.

    Parameters
    ----------
    made : ndarray of float32, shape (2, frames)
        The mix, changed in place.
    send : ndarray of float32, shape (frames,)
        The room's input, at its level.
    """
    responses, length = _spectra()
    step = _SIZE - length + 1
    for start in range(0, len(send), step):
        spectrum = np.fft.rfft(send[start : start + step], _SIZE)
        for channel, response in zip(made, responses, strict=True):
            channel[start : start + _SIZE] += np.fft.irfft(spectrum * response, _SIZE)[: len(channel) - start]


@lru_cache(maxsize=1)
def _spectra() -> tuple[NDArray[np.complex64], int]:
    """Return the spectra of left and right, and the response's length in frames."""
    bank = bundled_bank()
    response = need("soxr").resample(bank.room().T, bank.index["rate"], RATE, "HQ").T
    response *= np.float32(bank.index["rate"] / RATE)
    return np.fft.rfft(response, _SIZE).astype(np.complex64), response.shape[1]
