"""Harmony learned from a corpus: patterns, rules, and the qualities that chords are written with."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from jazzgram.errors import JazzgramError
from jazzgram.improvisation.reharmony.lz78 import PatternTree
from jazzgram.improvisation.reharmony.progressions import ALL_DEGREES, Degree, progressions
from jazzgram.improvisation.reharmony.rules import DegreeSpan, SubstitutionRules, induce
from jazzgram.music.tune import Corpus


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


_QUALITIES = {
    "major": ("maj7", "6"),
    "minor": ("m7", "m6"),
    "dominant": ("7", "7b9", "9", "13", "7sus4", "7alt"),
    "half": ("m7b5",),
    "diminished": ("dim7",),
}
"""The qualities of a new chord of a family, the usual one first: few tensions fit any melody best."""


@dataclass(frozen=True, slots=True)
class Harmony:
    """Patterns, rules and chord qualities of a corpus.

    Parameters
    ----------
    surprise : Surprise
        Patterns and rules.
    qualities : dict of Degree to str
        The chord quality of each degree, without its root.
    """

    surprise: Surprise
    qualities: dict[Degree, str]

    @property
    def rules(self) -> SubstitutionRules:
        """The substitution rules."""
        return self.surprise.rules


def learn(corpus: Corpus) -> Harmony:
    """Learn harmony from a corpus.

    Parameters
    ----------
    corpus : Corpus
        Tunes with chords.

    Returns
    -------
    Harmony

    Raises
    ------
    JazzgramError
        Where no tune has a chord.
    """
    found = progressions(corpus)
    if not found:
        raise JazzgramError(
            f"the corpus has no chords in its {len(corpus.tunes)} tunes (reharmonisation learns from chord symbols; "
            "take a corpus that has them)"
        )
    patterns: PatternTree[Degree] = PatternTree(ALL_DEGREES)
    counts: dict[Degree, Counter[str]] = defaultdict(Counter)
    for progression in found:
        patterns.parse(progression.degrees)
        for degree, chord in zip(progression.degrees, progression.chords, strict=True):
            counts[degree][chord.quality] += 1
    qualities = {degree: max(_QUALITIES[degree.family], key=counts[degree].__getitem__) for degree in ALL_DEGREES}
    return Harmony(Surprise(patterns, induce(found)), qualities)
