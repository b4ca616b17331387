"""The share of each expert in a grammar's mixture, estimated from held-out terms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jazzgram.music import Floats

EXPERTS = 3
"""Beside the chain of terms: position in the bar; position and term before; the bar's rules, mixed in last."""

BINS = 20
"""Counts are binned by their binary length, up to half a million."""


@dataclass(frozen=True, slots=True)
class Scored:
    """The probabilities of held-out terms.

    ``probabilities`` has the chain first, then the experts in order (nan where one has no rule), shape
    ``(experts + 1, terms)``; ``evidence`` the index of each expert's evidence, shape ``(experts, terms)``; ``accuracy``
    the share of terms that were the likeliest under chain and last expert together.
    """

    probabilities: Floats
    evidence: NDArray[np.int64]
    accuracy: float

    def shares(self) -> NDArray[np.float32]:
        """Estimate each expert's share for each evidence, shape ``(experts, 400)``.

        One after the other, each against the mixture of those before it, by expectation maximisation, with one
        pseudo-count for either side.
        """
        found = np.full((EXPERTS, BINS * BINS), 0.5)
        for number in range(EXPERTS):
            others = self._mixed(found[:number])
            some = ~np.isnan(self.probabilities[number + 1])
            at, mine, theirs = self.evidence[number][some], self.probabilities[number + 1][some], others[some]
            sizes = np.bincount(at, minlength=BINS * BINS) + 2.0
            for _ in range(40):
                share = found[number][at]
                credit = share * mine / (share * mine + (1 - share) * theirs)
                found[number] = (np.bincount(at, credit, BINS * BINS) + 1.0) / sizes
        return found.astype(np.float32)

    def _mixed(self, shares: NDArray[np.floating]) -> Floats:
        mixed: Floats = self.probabilities[0]
        for share, expert, evidence in zip(shares, self.probabilities[1:], self.evidence, strict=False):
            taken = np.where(np.isnan(expert), 0.0, share[evidence])
            mixed = taken * np.nan_to_num(expert) + (1 - taken) * mixed
        return mixed

    def bits(self, shares: NDArray[np.float32]) -> float:
        """Return the bits a term of the mixture."""
        return float(-np.log2(self._mixed(shares)).mean())
