"""Keep the likeliest terms that together reach a given probability (top-p).

Where the distribution is peaked, few terms remain; where it is flat, many. The unreliable tail, whose unlikely terms
add up to many wrong notes, is truncated. Put it after the masks (`bar_aware`, `first_term`), so that what remains can
be played.
Source: Holtzman, Buys, Du, Forbes & Choi, *The curious case of neural text degeneration* (2020), section 3.1.
"""

from __future__ import annotations

from jazzgram import Probabilities, hookimpl

from ._mass import MassOptions, keep_mass


class Options(MassOptions):
    """How much of the probability mass is retained."""


@hookimpl
def shape_distribution(probabilities: Probabilities, options: Options) -> Probabilities:
    """Keep the smallest set of likeliest terms that reaches `options.mass`; of equals, the lower token ids.

    Examples
    --------
    >>> import numpy as np
    >>> shape_distribution(np.array([[0.2, 0.5, 0.3]]), Options(mass=0.7)).tolist()
    [[0.0, 0.5, 0.3]]
    """
    return keep_mass(probabilities, (-probabilities).argsort(axis=1, kind="stable"), options.mass)
