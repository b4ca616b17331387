"""Realisation: the terms of each bar become notes over its chords."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from time import perf_counter
from types import MappingProxyType

from jazzgram.config.config import Part
from jazzgram.errors import StepError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.improvisation.chain import BarNotes, problem_with
from jazzgram.improvisation.line import Changes
from jazzgram.improvisation.observer import Observer
from jazzgram.music.chord import Chord
from jazzgram.music.note import Note
from jazzgram.music.term import Grammar, Term
from jazzgram.music.time import Meter

TOKENIZER = "tokenizer"
"""The label of the step from terms to notes in traces; it has no position in the chain."""


class Realizer:
    """Turn the terms of bars into notes with a tokenizer's ``unparse_grammar``.

    Parameters
    ----------
    tokenizer : Part
        The tokenizer and its options.
    calls : PluginCalls
        Has the tokenizer.
    meter : Meter
        The meter of every bar.
    observer : Observer or None
        Receives each call.
    """

    def __init__(self, tokenizer: Part, calls: PluginCalls, meter: Meter, observer: Observer | None = None) -> None:
        self._unparse = calls.caller("unparse_grammar", tokenizer.plugin)
        self._name = tokenizer.plugin.name
        self._options = tokenizer.options
        self._meter = meter
        self._observer = observer

    def bar(
        self,
        terms: tuple[Term, ...],
        chords: tuple[Chord, ...],
        previous: Note | None,
        seed: int,
        bar: int,
        composed: tuple[Note, ...] | None = None,
    ) -> tuple[Note, ...]:
        """Return the notes of one bar, onsets from its start.

        Parameters
        ----------
        terms, chords
            Of the bar.
        previous : Note or None
            The last note before it, its onset negative.
        seed : int
            The run's seed; each bar has a random generator of its own.
        bar : int
            From 0.
        composed : tuple of Note or None
            The notes of a composed bar: they are returned.

        Raises
        ------
        StepError
            Where the tokenizer does not return a list of notes in time order.
        """
        rng = Random(f"{seed}/unparse_grammar/{self._name}/0/{bar}")
        begun = perf_counter()
        found: Sequence[Note] | None = composed
        if found is None:
            found = self._unparse(
                terms=terms, chords=chords, meter=self._meter, previous=previous, options=self._options, rng=rng
            )
        if found is None:
            raise StepError(f"the tokenizer's unparse_grammar returned None for bar {bar + 1}; return a list of notes")
        if problem := problem_with(found):
            raise StepError(f"the tokenizer's unparse_grammar returned for bar {bar + 1} {problem}")
        notes = tuple(found)
        if self._observer is not None:
            seconds = perf_counter() - begun
            self._observer.step(TOKENIZER, "unparse_grammar", self._options, bar, terms, notes, seconds)
        return notes

    def last(self, notes: tuple[Note, ...], previous: Note | None) -> Note | None:
        """Return the last note before the next bar, its onset from the start of that bar."""
        last = notes[-1] if notes else previous
        return None if last is None else last.shifted(-self._meter.bar)


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
    """Turn a grammar into the notes of each bar; see `Realizer`.

    Parameters
    ----------
    grammar : Grammar
        The terms of each bar.
    changes : tuple of tuple of Chord
        The chords of each bar.
    meter, tokenizer, calls, observer
        As in `Realizer`.
    seed : int
        The run's seed.
    head : mapping of int to tuple of Note
        Composed bars, by index: their notes are these.

    Returns
    -------
    tuple of tuple of Note
        For each bar, onsets from its start.
    """
    realizer = Realizer(tokenizer, calls, meter, observer)
    bars: list[tuple[Note, ...]] = []
    previous: Note | None = None
    for bar, (terms, chords) in enumerate(zip(grammar, changes, strict=True)):
        bars.append(realizer.bar(terms, chords, previous, seed, bar, head.get(bar)))
        previous = realizer.last(bars[-1], previous)
    return tuple(bars)


def join_notes(bars: BarNotes, meter: Meter) -> tuple[Note, ...]:
    """Return the notes of all bars in time order, onsets from the start of the solo."""
    notes = (note.shifted(bar * meter.bar) for bar, played in enumerate(bars) for note in played)
    return tuple(sorted(notes, key=lambda note: note.onset))


def split_notes(notes: Sequence[Note], meter: Meter, bars: int) -> BarNotes:
    """Return the notes that begin in each bar, onsets from its start: the way back from `join_notes`.

    A note after the last bar is in the last one.

    Examples
    --------
    >>> split_notes([Note(60, 0, 480), Note(62, 2400, 480)], Meter(), 2)[1][0].onset
    480
    """
    found: list[list[Note]] = [[] for _ in range(bars)]
    for note in notes:
        bar = min(note.onset // meter.bar, bars - 1)
        found[bar].append(note.shifted(-bar * meter.bar))
    return tuple(map(tuple, found))


def last_note(bars: BarNotes, meter: Meter) -> Note | None:
    """Return the last note of some bars, its onset from the start of the bar after them; None where there is none.

    Examples
    --------
    >>> last_note(((Note(60, 480, 480),), ()), Meter()).onset
    -3360
    """
    for back, bar in enumerate(reversed(bars), 1):
        if bar:
            return bar[-1].shifted(-back * meter.bar)
    return None
