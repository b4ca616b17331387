"""Surprise: how unexpected chords are, in bits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from jazzgram.improvise.reharmony.lz78 import PatternTree
from jazzgram.improvise.reharmony.progressions import Degree
from jazzgram.improvise.reharmony.rules import DegreeSpan, SubstitutionRules


@dataclass(frozen=True, slots=True)
class Surprise:
    """The surprise of chords after training on a corpus.

    Parameters
    ----------
    patterns : PatternTree
        The patterns of the corpus.
    rules : SubstitutionRules
        Its substitution rules.
    """

    patterns: PatternTree[Degree]
    rules: SubstitutionRules

    def plain(self, span: DegreeSpan, context: Sequence[Degree]) -> float:
        """Return the bits of chords by patterns alone: -log2 P(chords | context).

        Parameters
        ----------
        span : tuple of Degree
            Chords in a row; none of them are 0 bits.
        context : sequence of Degree
            The chords before, the latest last; may be empty.
        """
        bits, history = 0.0, list(context)
        for degree in span:
            bits -= math.log2(self.patterns.probability(degree, history))
            history.append(degree)
        return bits

    def of(self, span: DegreeSpan, context: Sequence[Degree]) -> float:
        """Return the bits of chords, discounted where a rule derives them from what was expected.

        Parameters
        ----------
        span, context
            As for `plain`.

        Returns
        -------
        float
            ``min(-log2 P(b), min over rules a -> b of -log2 (P(a) q(a -> b)))``: after Pachet (1999), a chord that
            replaces an expected one surprises less than one that no rule derives.
        """
        derived = (
            self.plain(rule.before, context) - math.log2(rule.weight) for rule in self.rules.by_after.get(span, ())
        )
        return min((self.plain(span, context), *derived))
