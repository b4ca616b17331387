"""The pitches that terms name, and the terms of pitches outside a range."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from jazzgram import Vocabulary
from jazzgram.music import Ints


@lru_cache(maxsize=1024)
def outside(vocabulary: Vocabulary, low: int, high: int) -> Ints:
    """Return the token ids of pitches below `low` or above `high`, MIDI numbers; cached, as a range seldom changes.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> outside(Vocabulary(parse_terms("50,1.000 62,1.000 R,1.000")), 60, 72).tolist()
    [0]
    """
    pitches = vocabulary.pitches
    return np.flatnonzero((pitches >= 0) & ((pitches < low) | (pitches > high)))


@lru_cache(maxsize=16)
def pitches_of(vocabulary: Vocabulary) -> tuple[int, ...]:
    """Return the pitch of each term, -1 where it names none: single ones are read much faster than from an array."""
    return tuple(vocabulary.pitches.tolist())
