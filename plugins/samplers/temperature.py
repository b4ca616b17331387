"""Flatten or sharpen the distribution.

Each probability p becomes p^(1/T), renormalised. A temperature T under 1 favours what is likely (towards `argmax`), one
over 1 evens everything out (towards playing at random), 1 changes nothing.
Source: Ackley, Hinton & Sejnowski, *A learning algorithm for Boltzmann machines* (1985); deepjazz's "diversity".
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

import jazzgram
from jazzgram import Probabilities, hookimpl

_SMALLEST = np.finfo(np.float64).tiny
"""Divides rows of zeros, which stay zero."""


class Options(jazzgram.Options):
    """How flat the distribution is."""

    temperature: float = Field(
        1.0, ge=0.05, le=5, description="Temperature, without unit: under 1 safer, 1 as learned, over 1 bolder."
    )


@hookimpl
def shape_distribution(probabilities: Probabilities, options: Options) -> Probabilities:
    """Raise each probability to 1 / `options.temperature`; rows sum to 1, rows of zeros stay zero.

    Examples
    --------
    >>> shape_distribution(np.array([[0.5, 0.3, 0.2]]), Options(temperature=0.5)).round(3).tolist()
    [[0.658, 0.237, 0.105]]
    """
    # Relative to the likeliest term no power overflows, and that term never vanishes.
    peak = np.maximum.reduce(probabilities, axis=1, keepdims=True)
    powers: Probabilities = probabilities / np.maximum(peak, _SMALLEST)
    powers **= 1 / options.temperature
    powers /= np.maximum(np.add.reduce(powers, axis=1, keepdims=True), _SMALLEST)
    return powers
