"""The signs of a notated bar from which the order follows in which bars are played.

``docs/played-order.md`` says what they mean.
Sources: MusicXML 4.0 (W3C Community Group, 2021), *repeat*, *ending*, *sound*; Walshaw, *The ABC music standard 2.1*
(2011), 4.8 to 4.10; Gould, *Behind Bars* (2011), *Repeat signs*.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_BARS = 20_000
"""Eleven hours at 120: a file that asks for more is damaged."""


@dataclass(slots=True)
class RepeatMarks:
    """The repeat signs of one notated bar; a reader fills them in as it parses.

    Parameters
    ----------
    short : bool
        Whether it is shorter than its meter, as a pick-up is.
    forward : bool
        Whether a repeated section begins with it.
    times : int
        How often the section that ends with it is played; 0 where none ends.
    ending : frozenset of int or None
        In which passes it is played, where an ending begins with it; None where none does.
    ending_stops : bool
        Whether its ending is closed with it.
    double : bool
        Whether a double bar follows, which closes an ending where nothing else does.
    sounds : dict of str to str
        The jumps and their targets, each with its label, which may be empty: ``segno``, ``coda``, ``tocoda``,
        ``dalsegno``, ``dacapo``, ``fine``.
    positions : dict of str to float
        Where in the bar a jump or target stands, as a share of the bar's length from 0 to 1. Without an entry a segno
        or coda is at its start, everything else at its end.
    until : str
        Where its da capo or dal segno leads: ``fine``, ``coda``, the number of an ending, or empty where it does
        not say.
    after_jump : bool
        Whether its repeat is taken after a da capo or dal segno, too.
    """

    short: bool = False
    forward: bool = False
    times: int = 0
    ending: frozenset[int] | None = None
    ending_stops: bool = False
    double: bool = False
    sounds: dict[str, str] = field(default_factory=dict)
    positions: dict[str, float] = field(default_factory=dict)
    until: str = ""
    after_jump: bool = False
