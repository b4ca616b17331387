"""The search for a line: how many particles there are, and what all of them play over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jazzgram.config.sections import ImproviseSection
from jazzgram.hooks.token_model import Position
from jazzgram.improvisation.line import Changes, Decoding, Line, Locked
from jazzgram.music.time import Meter


@dataclass(frozen=True, slots=True)
class Search:
    """How many candidates there are, and when they are drawn again.

    Parameters
    ----------
    particles : int
        Candidates of each solo.
    resampling : float
        They are drawn again where their effective number falls below this share of all, 0 to 1.
    phrase : int
        Bars after which the critics score.
    """

    particles: int = 8
    resampling: float = 0.5
    phrase: int = 1

    @classmethod
    def of(cls, section: ImproviseSection) -> Search:
        """Return the search that a configuration describes."""
        return cls(section.particles, section.resampling, section.phrase)


@dataclass(frozen=True, slots=True)
class Setting:
    """What all particles play over.

    Parameters
    ----------
    changes : tuple of tuple of Chord
        The chords of each bar.
    meter : Meter
        Of every bar.
    decoding : Decoding
        How terms are decoded.
    locked : mapping of int to tuple of Term
        The terms of bars that every particle has as they are.
    numbers : sequence of int
        The number of each bar in the solo, from 0, as reports and messages name it.
    """

    changes: Changes
    meter: Meter
    decoding: Decoding
    locked: Locked
    numbers: Sequence[int]

    @property
    def bars(self) -> int:
        """How many bars there are."""
        return len(self.changes)

    def position(self, bar: int) -> Position:
        """Return the position of a bar's start."""
        return Line(self.changes, (bar, bar + 1), self.meter, self.decoding, None).position
