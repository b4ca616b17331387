"""Exact musical time: integer ticks, 480 to the quarter note.

480 is divisible by 2, 3, 4, 5, 6, 8, 10, 12, 15, 16 and 32, so binary subdivisions down to the
128th note and triplets and quintuplets of all of them are whole numbers of ticks and bars sum exactly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

TICKS_PER_QUARTER = 480
"""Ticks to the quarter note, in every time of the package."""


def to_ticks(quarters: Fraction | float | int) -> int:
    """Convert a length in quarter notes to the nearest whole tick.

    Parameters
    ----------
    quarters : Fraction, float or int
        Length or onset in quarter notes. A decimal with three places names its tick uniquely.

    Returns
    -------
    int
        Ticks, 480 to the quarter note.

    Examples
    --------
    >>> to_ticks(Fraction(1, 3)), to_ticks(0.333), to_ticks(4)
    (160, 160, 1920)
    """
    return round(quarters * TICKS_PER_QUARTER)


def to_quarters(ticks: int) -> Fraction:
    """Convert ticks to an exact number of quarter notes.

    Examples
    --------
    >>> to_quarters(160)
    Fraction(1, 3)
    """
    return Fraction(ticks, TICKS_PER_QUARTER)


@dataclass(frozen=True, slots=True)
class Meter:
    """A time signature.

    Parameters
    ----------
    numerator : int
        How many notes of value ``1/denominator`` make a bar, 1 to 32.
    denominator : int
        1, 2, 4, 8, 16 or 32.

    Raises
    ------
    ValueError
        Where either number is outside its range.

    Examples
    --------
    >>> Meter(6, 8).bar, Meter(6, 8).beat, str(Meter.parse("3/4"))
    (1440, 720, '3/4')
    >>> [Meter(6, 8).is_beat(onset) for onset in (0, 240, 720)], Meter(3, 8).is_compound
    ([True, False, True], False)
    """

    numerator: int = 4
    denominator: int = 4

    def __post_init__(self) -> None:
        if not 1 <= self.numerator <= 32 or self.denominator not in (1, 2, 4, 8, 16, 32):
            raise ValueError(f"not a meter: {self.numerator}/{self.denominator}")

    @classmethod
    def parse(cls, text: str) -> Meter:
        """Read a meter written as ``4/4``; raise ValueError for anything else."""
        match = re.fullmatch(r"\s*(\d{1,2})\s*/\s*(\d{1,2})\s*", text)
        if match is None:
            raise ValueError(f"not a meter: {text!r} (expected for example 4/4)")
        return cls(int(match[1]), int(match[2]))

    @property
    def bar(self) -> int:
        """The length of a bar in ticks."""
        return self.numerator * self.unit

    @property
    def unit(self) -> int:
        """The length of the denominator's note value in ticks: an eighth in 6/8."""
        return 4 * TICKS_PER_QUARTER // self.denominator

    @property
    def is_compound(self) -> bool:
        """Whether a beat has three units: in 6/8, 9/8, 12/8 and the like."""
        return self.denominator >= 8 and self.numerator % 3 == 0 and self.numerator > 3

    @property
    def beat(self) -> int:
        """The length of a beat in ticks: a dotted value in compound meters."""
        return self.unit * 3 if self.is_compound else self.unit

    def is_beat(self, onset: int) -> bool:
        """Check whether an onset, in ticks from the start of any bar, is on a beat."""
        return onset % self.beat == 0  # a bar has whole beats

    def strength(self, onset: int) -> float:
        """Return the metrical weight of an onset.

        1.0 on the downbeat, 0.5 in the middle of a bar with an even number of beats, 0.25 on the other
        beats, 0.125 halfway between beats, 0.0625 elsewhere, after the weights of Palmer & Krumhansl,
        *Mental representations for musical meter* (1990), halved at each level.

        Parameters
        ----------
        onset : int
            Ticks from the start of any bar (the onset is taken modulo the bar).

        Returns
        -------
        float
            0.0625 to 1.0.
        """
        bar, beat = self.bar, self.beat
        position = onset % bar
        if position == 0:
            return 1.0
        if position % beat == 0:
            return 0.5 if bar // beat % 2 == 0 and position * 2 == bar else 0.25
        return 0.125 if position % beat * 2 == beat else 0.0625

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"
