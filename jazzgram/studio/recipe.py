"""Recipes: the input of a take, as the page sends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from typing import Any

from jazzgram.errors import JazzgramError
from jazzgram.studio.edit import MOST_CHARACTERS, Edit
from jazzgram.studio.traded import Traded

MOST_LAYERS = 24
"""Earlier takes that one take may have locked bars of."""


@dataclass(frozen=True)
class LockedBars:
    """Bars that stay as in an earlier take.

    Parameters
    ----------
    seed : int
        The seed of that take.
    samplers : list
        Its samplers, as in YAML.
    bars : frozenset of int
        From 0.
    terms : tuple of str
        The terms of each bar of that take; empty where it is to be sampled again.
    """

    seed: int
    samplers: list[Any]
    bars: frozenset[int]
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recipe:
    """The input of a take: it determines every note.

    Parameters
    ----------
    edit : dict or str
        The page's sections as values, or as YAML.
    locked : tuple of LockedBars
        Locked bars; a bar that is in several comes from the last.
    trade : Traded or None
        What was played against the machine, where it is a traded take; locked bars do not count then.
    text : str
        The YAML before the edit, whose comments stay; empty for none.
    abandoned : Event
        Set when nobody waits for the take any more: see `Abandoned`.
    """

    edit: Edit | str
    locked: tuple[LockedBars, ...] = ()
    trade: Traded | None = None
    text: str = field(default="", compare=False)
    abandoned: Event = field(default_factory=Event, compare=False)

    @classmethod
    def of(cls, value: Any) -> Recipe:
        """Read a recipe from the page's JSON; raise JazzgramError where it is none."""
        try:
            locked = tuple(
                LockedBars(
                    int(each["seed"]),
                    list(each["samplers"]),
                    frozenset(map(int, each["bars"])),
                    tuple(map(str, each.get("terms", ()))),
                )
                for each in value.get("kept", ())
            )
            edit, text = value["edit"], str(value.get("text", ""))[:MOST_CHARACTERS]
            trade = value.get("trade")
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
            raise JazzgramError("the page sent a take that cannot be read; reload it") from None
        if len(locked) > MOST_LAYERS:
            raise JazzgramError(f"locked bars of {len(locked)} takes are more than {MOST_LAYERS}; unlock some")
        return cls(edit, locked, None if trade is None else Traded.of(trade), text)
