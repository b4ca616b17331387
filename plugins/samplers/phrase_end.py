"""Breathe: end a phrase with a rest once it is long enough.

A phrase is what was played since the last rest. From a length of `every` on, rests become likelier at every further
term: with r the probability of all rests that are possible here,

    P' = (1 - strength) · P + strength · (P, only the rests, divided by r).

Strength 0 changes nothing, 1 forces a rest. A rest that an earlier sampler forbids stays forbidden, and where no rest
is possible or the vocabulary has none (the tokenizer `deepjazz_rests` provides them), nothing changes. Rests that fill
up a bar are no terms and do not end a phrase. Put it after the masks (`bar_aware`).
Source: the project's own: phrases as long as a breath.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field

import jazzgram
from jazzgram import Probabilities, Vocabulary, hookimpl, to_ticks
from jazzgram.music import Flags, Ints


class Options(jazzgram.Options):
    """When a phrase may end, and how strongly rests are favoured then."""

    every: float = Field(8.0, gt=0, le=256, description="Length from which a phrase may end, in quarter notes.")
    strength: float = Field(0.5, ge=0, le=1, description="Share of the probability that goes to rests, 0 to 1.")


@hookimpl
def shape_distribution(
    probabilities: Probabilities, histories: Sequence[Sequence[int]], vocabulary: Vocabulary, options: Options
) -> Probabilities:
    """Move `options.strength` of the probability to rests in the rows whose phrase is long enough.

    Examples
    --------
    A half note was played, and a phrase is a half note long:

    >>> from jazzgram import parse_terms
    >>> vocabulary = Vocabulary(parse_terms("C,1.000 C,2.000 R,1.000"))
    >>> half = Options(every=2, strength=0.5)
    >>> shape_distribution(np.array([[0.5, 0.3, 0.2]]), [[1]], vocabulary, half).round(3).tolist()
    [[0.25, 0.15, 0.6]]
    >>> shape_distribution(np.array([[0.5, 0.3, 0.2]]), [[1, 2, 0]], vocabulary, half).round(3).tolist()
    [[0.5, 0.3, 0.2]]
    """
    # A rest without length is no breath.
    rests, limit = vocabulary.rests & (vocabulary.durations > 0), to_ticks(options.every)
    long = np.array([_is_long(history, rests, vocabulary.durations, limit) for history in histories], dtype=np.bool_)
    resting = np.where(rests, probabilities, 0.0)
    mass = resting.sum(axis=1, keepdims=True)
    pushed = long[:, None] & (mass > 0)
    np.divide(resting, mass, out=resting, where=pushed)
    return np.where(pushed, (1 - options.strength) * probabilities + options.strength * resting, probabilities)


def _is_long(history: Sequence[int], rests: Flags, ticks: Ints, limit: int) -> bool:
    """Return whether the phrase since the last rest lasts `limit` ticks or more."""
    length = 0
    for token in reversed(history):
        if rests[token]:
            return False
        length += ticks[token]
        if length >= limit:
            return True
    return False
