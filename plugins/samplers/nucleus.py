"""Keep the likeliest terms that together reach a given probability (top-p).

Where the distribution is peaked, few terms remain; where it is flat, many. The unreliable tail, whose unlikely terms
add up to many wrong notes, is truncated. Put it after the masks (`bar_aware`, `first_term`), so that what remains can
be played.
Source: Holtzman, Buys, Du, Forbes & Choi, *The curious case of neural text degeneration* (2020), section 3.1.
"""

from __future__ import annotations

import numpy as np

from jazzgram import Probabilities, hookimpl

from ._mass import MassOptions, retained_terms


class Options(MassOptions):
    """How much of the probability mass is retained."""


@hookimpl
def shape_distribution(probabilities: Probabilities, options: Options) -> Probabilities:
    """Keep the smallest set of likeliest terms that reaches `options.mass`; of equals, the lower token ids.

    Examples
    --------
    >>> shape_distribution(np.array([[0.2, 0.5, 0.3]]), Options(mass=0.7)).tolist()
    [[0.0, 0.5, 0.3]]
    """
    truncated = np.zeros(probabilities.shape)
    for retained, row in zip(truncated, probabilities, strict=True):
        # Terms that are no likelier than this are never retained, even if all were: few are left to be sorted.
        total = np.add.reduce(row)
        ranked = row[row > (1 - options.mass) * total / len(row)]
        ranked.sort()
        count = retained_terms(ranked[::-1], options.mass, max(total - np.add.reduce(ranked), 0.0))
        if not count:
            continue
        least = ranked[-count]
        np.copyto(retained, row, where=row >= least)
        if dropped := len(ranked) - count - int(ranked.searchsorted(least)):  # of equals, those with the higher ids
            retained[(row == least).nonzero()[0][-dropped:]] = 0.0
    return truncated
