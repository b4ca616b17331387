"""Surprise: how unexpected chords are, in bits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from jazzgram.improvise.reharmony.lz78 import PatternTree
from jazzgram.improvise.reharmony.progressions import Degree
from jazzgram.improvise.reharmony.rules import Rules, Span


@dataclass(frozen=True, slots=True)
class Surprise:
    """A listener who knows a corpus.

    Parameters
    ----------
    patterns : PatternTree
        What it expects.
    rules : Rules
        What it understands as standing for something else.
    """

    patterns: PatternTree[Degree]
    rules: Rules

    def plain(self, span: Span, context: Sequence[Degree]) -> float:
        """Give the bits of chords by patterns alone: -log2 P(chords | context).

        Parameters
        ----------
        span : tuple of Degree
            Chords in a row; none of them are 0 bits.
        context : sequence of Degree
            What was heard before, the latest last; may be empty.
        """
        bits, heard = 0.0, list(context)
        for degree in span:
            bits -= math.log2(self.patterns.probability(degree, heard))
            heard.append(degree)
        return bits

    def of(self, span: Span, context: Sequence[Degree]) -> float:
        """Give the bits of chords, discounted where a rule derives them from what was expected.

        Parameters
        ----------
        span, context
            As for `plain`.

        Returns
        -------
        float
            ``min(-log2 P(b), min over rules a -> b of -log2 (P(a) q(a -> b)))``: after Pachet (1999), a chord that
            stands for an expected one surprises less than one that stands for nothing.
        """
        derived = (self.plain(rule.before, context) - math.log2(rule.weight) for rule in self.rules.to.get(span, ()))
        return min((self.plain(span, context), *derived))
