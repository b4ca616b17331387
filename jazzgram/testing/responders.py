"""Check responders against the contract: `respond`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jazzgram.hooks.plugins import Plugin
from jazzgram.improvisation.chain import problem_with
from jazzgram.music.note import Note
from jazzgram.music.term import Term
from jazzgram.testing.examples import FOUR_FOUR, TERMS, TWO_FIVE_ONE
from jazzgram.testing.steps import twice


def check_respond(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `respond` does against the contract."""
    played = tuple(notes for notes, _ in TWO_FIVE_ONE)
    chords = tuple(own for _, own in TWO_FIVE_ONE)
    for notes, terms in ((played, TERMS), (((), (), ()), ((), (), ())), ((), ())):
        out, found = twice(
            call,
            terms=terms,
            notes=notes,
            chords=chords,
            meter=FOUR_FOUR,
            history=notes,
            go_on=_continuation,
            options=options,
            step="check",
        )
        yield from found
        if len(out) != len(chords):
            yield f"returned {len(out)} bars for {len(chords)} bars of chords"
            continue
        items = [item for bar in out for item in bar]
        if not (all(isinstance(item, Note) for item in items) or all(isinstance(item, Term) for item in items)):
            yield "returned neither bars of notes nor bars of terms"
            continue
        if items and isinstance(items[0], Note):
            for bar in out:
                if problem := problem_with(bar):
                    yield f"returned {problem}"


def _continuation(within: tuple[int, int] | None = None) -> Any:
    return TERMS
