"""Whose bars are whose, and what was played in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jazzgram.config.sections import LiveSection
from jazzgram.improvisation.chain import BarNotes
from jazzgram.music.term import Grammar

MUSICIAN, MACHINE = "me", "it"


@dataclass(frozen=True, slots=True)
class Turn:
    """Some bars of one player.

    Parameters
    ----------
    player : {"me", "it"}
        The musician or the machine.
    bar, bars : int
        Its first bar, from 0, and how many it has.
    """

    player: Literal["me", "it"]
    bar: int
    bars: int

    @property
    def end(self) -> int:
        """The bar before which it ends."""
        return self.bar + self.bars


@dataclass(frozen=True, slots=True)
class Exchange:
    """A turn as it was played.

    Parameters
    ----------
    turn : Turn
        Whose, and where.
    notes : tuple of tuple of Note
        The notes of each bar as notated, onsets from its start.
    terms : Grammar
        The same as terms.
    responder : str
        What answered; empty for the musician.
    """

    turn: Turn
    notes: BarNotes
    terms: Grammar
    responder: str = ""


def turns(live: LiveSection, bars: int, chorus: int) -> tuple[Turn, ...]:
    """Return the turns of a session of so many bars; the last one may be shorter.

    Parameters
    ----------
    live : LiveSection
        How long a turn is, and who begins.
    bars, chorus : int
        The length of the session, and of a chorus.

    Examples
    --------
    >>> [(turn.player, turn.bar, turn.bars) for turn in turns(LiveSection(trade=4), 10, 10)]
    [('me', 0, 4), ('it', 4, 4), ('me', 8, 2)]
    >>> [(turn.player, turn.bar, turn.bars) for turn in turns(LiveSection(trade="chorus"), 24, 12)]
    [('me', 0, 12), ('it', 12, 12)]
    """
    players = (MUSICIAN, MACHINE) if live.first == MUSICIAN else (MACHINE, MUSICIAN)
    length = chorus if live.trade == "chorus" else live.trade
    return tuple(
        Turn(players[number % 2], bar, min(length, bars - bar))  # type: ignore[arg-type]
        for number, bar in enumerate(range(0, bars, length))
    )
