"""Realisation: the terms of each bar become notes over its chords."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from jazzgram.errors import StepError
from jazzgram.improvise.chain import problem_with
from jazzgram.improvise.sampler import Changes
from jazzgram.music.term import Grammar
from jazzgram.music.time import Meter


def realise(
    unparse: Callable[..., Any],
    options: Any,
    grammar: Grammar,
    changes: Changes,
    meter: Meter,
    rng: Callable[[int], Random],
) -> tuple[tuple[Any, ...], ...]:
    """Turn a grammar into the notes of each bar with a tokenizer's ``unparse_grammar``.

    Parameters
    ----------
    unparse : callable
        The tokenizer's hook.
    options : Options
        The tokenizer's options.
    grammar : Grammar
        The terms of each bar.
    changes : tuple of tuple of Chord
        The chords of each bar.
    meter : Meter
        The meter of every bar.
    rng : callable
        Gives the source of chance of a bar.

    Returns
    -------
    tuple of tuple of Note
        For each bar, onsets from its start.
    """
    bars = []
    previous = None
    for bar, (terms, chords) in enumerate(zip(grammar, changes, strict=True)):
        notes = unparse(terms=terms, chords=chords, meter=meter, previous=previous, options=options, rng=rng(bar))
        if notes is None:
            raise StepError(f"the tokenizer's unparse_grammar returned None for bar {bar + 1}; return a list of notes")
        if problem := problem_with(notes):
            raise StepError(f"the tokenizer's unparse_grammar returned for bar {bar + 1} {problem}")
        bars.append(tuple(notes))
        last = notes[-1] if notes else previous
        previous = None if last is None else replace(last, onset=last.onset - meter.bar)
    return tuple(bars)
