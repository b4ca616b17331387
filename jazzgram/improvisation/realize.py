"""Realisation: the terms of each bar become notes over its chords."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from time import perf_counter
from types import MappingProxyType

from jazzgram.config.config import Part
from jazzgram.errors import StepError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.improvisation.chain import BarNotes, problem_with
from jazzgram.improvisation.observer import Observer
from jazzgram.improvisation.sampler import Changes
from jazzgram.music.note import Note
from jazzgram.music.term import Grammar
from jazzgram.music.time import Meter

TOKENIZER = "tokenizer"
"""The label of the step from terms to notes in traces; it has no position in the chain."""


def realize(
    grammar: Grammar,
    changes: Changes,
    meter: Meter,
    tokenizer: Part,
    calls: PluginCalls,
    seed: int,
    observer: Observer | None = None,
    head: Mapping[int, tuple[Note, ...]] = MappingProxyType({}),
) -> BarNotes:
    """Turn a grammar into the notes of each bar with a tokenizer's ``unparse_grammar``.

    Parameters
    ----------
    grammar : Grammar
        The terms of each bar.
    changes : tuple of tuple of Chord
        The chords of each bar.
    meter : Meter
        The meter of every bar.
    tokenizer : Part
        The tokenizer and its options.
    calls : PluginCalls
        Has the tokenizer.
    seed : int
        The run's seed; each bar has a random generator of its own.
    observer : Observer or None
        Receives each call.
    head : mapping of int to tuple of Note
        Composed bars, by index: their notes are these.

    Returns
    -------
    tuple of tuple of Note
        For each bar, onsets from its start.

    Raises
    ------
    StepError
        Where the tokenizer does not return a list of notes in time order.
    """
    unparse = calls.caller("unparse_grammar", tokenizer.plugin)
    options = tokenizer.options
    bars = []
    previous = None
    for bar, (terms, chords) in enumerate(zip(grammar, changes, strict=True)):
        rng = Random(f"{seed}/unparse_grammar/{tokenizer.plugin.name}/0/{bar}")
        begun = perf_counter()
        found = head.get(bar)
        if found is None:
            found = unparse(terms=terms, chords=chords, meter=meter, previous=previous, options=options, rng=rng)
        if found is None:
            raise StepError(f"the tokenizer's unparse_grammar returned None for bar {bar + 1}; return a list of notes")
        if problem := problem_with(found):
            raise StepError(f"the tokenizer's unparse_grammar returned for bar {bar + 1} {problem}")
        notes = tuple(found)
        if observer is not None:
            observer.step(TOKENIZER, "unparse_grammar", options, bar, terms, notes, perf_counter() - begun)
        bars.append(notes)
        last = notes[-1] if notes else previous
        previous = None if last is None else replace(last, onset=last.onset - meter.bar)
    return tuple(bars)


def join_notes(bars: BarNotes, meter: Meter) -> tuple[Note, ...]:
    """Return the notes of all bars in time order, onsets from the start of the solo."""
    notes = (replace(note, onset=note.onset + bar * meter.bar) for bar, played in enumerate(bars) for note in played)
    return tuple(sorted(notes, key=lambda note: note.onset))
