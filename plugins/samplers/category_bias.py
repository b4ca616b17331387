"""Play more or less outside: weight the kinds of terms.

Each probability is multiplied by the weight of its term's kind. With deepjazz's kinds (`C` chord tone, `S` scale
tone, `A` approach tone, `X` any other, `R` rest), `{A: 1.5, X: 2}` plays further out, `{X: 0}` never leaves the
harmony, and `{R: 2}` leaves more air.
Source: the project's own; the kinds are deepjazz's, after Gillick, Tang & Keller, *Learning jazz grammars* (2009).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import numpy as np
from pydantic import Field

import jazzgram
from jazzgram import JazzgramError, Probabilities, Vocabulary, hookimpl
from jazzgram.music import Floats


class Options(jazzgram.Options):
    """Weight of each kind."""

    weights: dict[str, Annotated[float, Field(ge=0, le=1000)]] = Field(
        default_factory=dict,
        description="Factor for each kind of term, without unit; 1 for a kind that is not named, 0 forbids.",
    )


@hookimpl
def shape_distribution(probabilities: Probabilities, vocabulary: Vocabulary, options: Options) -> Probabilities:
    """Multiply each probability by the weight of its term's kind; rows are not normalised.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> vocabulary = Vocabulary(parse_terms("A,0.500 C,0.500 X,0.500"))
    >>> shape_distribution(np.array([[0.25, 0.5, 0.25]]), vocabulary, Options(weights={"A": 2, "X": 0})).tolist()
    [[0.5, 0.5, 0.0]]
    """
    weighted: Probabilities = probabilities * _factors(vocabulary, tuple(options.weights.items()))
    return weighted


@lru_cache(maxsize=16)
def _factors(vocabulary: Vocabulary, weights: tuple[tuple[str, float], ...]) -> Floats:
    """Return the factor of each term."""
    factor, kinds = dict(weights), [term.category for term in vocabulary.terms]
    if factor and factor.keys().isdisjoint(kinds):
        raise JazzgramError(
            f"none of the kinds in weights ({', '.join(factor)}) is in the vocabulary;"
            f" expected some of {', '.join(sorted(set(kinds)))}"
        )
    return np.array([factor.get(kind, 1.0) for kind in kinds])
