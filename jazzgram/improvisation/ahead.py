"""What a line has ahead in a gap: the first notes of the bars that are given after it."""

from __future__ import annotations

from collections.abc import Mapping

from jazzgram.hooks.token_model import Ahead
from jazzgram.music.term import Term

_FARTHEST = 2
"""Bars before the given ones from which their notes are known."""


def notes_ahead(locked: Mapping[int, tuple[Term, ...]], bar: int, onset: int, length: int) -> Ahead | None:
    """Return the first notes of the given bars after a position; None in a given bar and where there are none.

    Parameters
    ----------
    locked : mapping of int to tuple of Term
        The terms of the bars that are given.
    bar, onset : int
        The position: bar from 0, ticks from its start.
    length : int
        Of a bar, in ticks.

    Examples
    --------
    >>> locked = {2: (Term.parse("R,1.000"), Term.parse("62,1.000"), Term.parse("64,2.000"))}
    >>> notes_ahead(locked, 1, 960, 1920)
    Ahead(pitch=62, until=1440, following=64)
    >>> notes_ahead(locked, 2, 0, 1920), notes_ahead(locked, 3, 0, 1920)
    (None, None)
    """
    if bar in locked:
        return None
    given = next((later for later in range(bar + 1, bar + 1 + _FARTHEST) if later in locked), None)
    first: tuple[int, int] | None = None
    while given is not None and given in locked:
        at = (given - bar) * length - onset
        for term in locked[given]:
            if term.category.isdecimal():
                if first is not None:
                    return Ahead(*first, int(term.category))
                first = int(term.category), at
            at += term.duration
        given += 1
    return None if first is None else Ahead(*first)
