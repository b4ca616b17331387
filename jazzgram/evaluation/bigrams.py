"""Smoothed bigrams: a baseline for every sequence model."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable

import numpy as np

from jazzgram.music.arrays import Floats


class Bigrams:
    """Distributions after a context, interpolated after Witten and Bell: ``(count + kinds * alone) / (total + kinds)``.

    Source: Witten & Bell, *The zero-frequency problem* (IEEE Transactions on Information Theory 37, 1991), method C.

    Parameters
    ----------
    pairs : iterable of (hashable, int)
        Each context with the value that followed it.
    alone : ndarray of float, shape (values,)
        The distribution after an unseen context; sums to 1.

    Examples
    --------
    >>> Bigrams([("a", 1), ("a", 1)], np.array([0.5, 0.5])).after("a").round(3).tolist()
    [0.167, 0.833]
    """

    def __init__(self, pairs: Iterable[tuple[Hashable, int]], alone: Floats) -> None:
        self._alone = alone
        self._follow: dict[Hashable, Counter[int]] = defaultdict(Counter)
        for context, value in pairs:
            self._follow[context][value] += 1

    def after(self, context: Hashable) -> Floats:
        """Return the distribution after a context; read-only."""
        known = self._follow.get(context)
        if not known:
            return self._alone
        total, kinds = known.total(), len(known)
        mixed = self._alone * (kinds / (total + kinds))
        mixed[list(known)] += np.array(list(known.values())) / (total + kinds)
        return mixed
