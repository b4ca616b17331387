"""Harmony as a corpus has it: patterns, rules, and the qualities that chords are written with."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from jazzgram.errors import JazzgramError
from jazzgram.improvise.reharmony.lz78 import PatternTree
from jazzgram.improvise.reharmony.progressions import ALL_DEGREES, Degree, progressions
from jazzgram.improvise.reharmony.rules import Rules, induce
from jazzgram.improvise.reharmony.surprise import Surprise
from jazzgram.music.tune import Corpus

_WRITTEN = {
    "major": ("maj7", "6"),
    "minor": ("m7", "m6"),
    "dominant": ("7", "7b9", "9", "13", "7sus4", "7alt"),
    "half": ("m7b5",),
    "diminished": ("dim7",),
}
"""How a new chord of a family may be written, the usual way first: what fits any melody best has few tensions."""


@dataclass(frozen=True, slots=True)
class Harmony:
    """What was learned.

    Parameters
    ----------
    surprise : Surprise
        Patterns and rules.
    qualities : dict of Degree to str
        How each degree is written, without its root.
    """

    surprise: Surprise
    qualities: dict[Degree, str]

    @property
    def rules(self) -> Rules:
        """What may stand for what."""
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
    written: dict[Degree, Counter[str]] = defaultdict(Counter)
    for progression in found:
        patterns.parse(progression.degrees)
        for degree, chord in zip(progression.degrees, progression.chords, strict=True):
            written[degree][chord.quality] += 1
    qualities = {degree: max(_WRITTEN[degree.family], key=written[degree].__getitem__) for degree in ALL_DEGREES}
    return Harmony(Surprise(patterns, induce(found)), qualities)
