"""Check chain steps, metrics and writers against the contract.

The hooks are `prune_grammar`, `prune_notes`, `clean_up_notes`, `measure` and `write_solo`.
"""

from __future__ import annotations

import copy
import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from jazzgram.hooks.plugins import Plugin
from jazzgram.improvisation.chain import problem_with
from jazzgram.music.chord import Chord
from jazzgram.music.form import Form, Section
from jazzgram.music.note import Note, Origin
from jazzgram.music.solo import Solo
from jazzgram.music.term import Term
from jazzgram.testing.examples import (
    BAR,
    DM7,
    FOUR_FOUR,
    G7,
    NO_CHORD,
    TERMS,
    TWO_FIVE_ONE,
    bar_of,
    corpus,
    solo,
)


def check_prune_grammar(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `prune_grammar` does against the contract."""
    cases = [((), (DM7,)), *((terms, (chord,)) for terms in TERMS for chord in (G7, NO_CHORD))]
    for terms, chords in cases:
        stamped = tuple(Term(t.category, t.duration, t.interval_range, Origin(0, n)) for n, t in enumerate(terms))
        out, found = twice(call, terms=stamped, chords=chords, meter=FOUR_FOUR, options=options, step="check")
        yield from found
        if not all(isinstance(term, Term) for term in out):
            yield "returned something that is no Term"
            continue
        if any(term.duration < 0 for term in out):
            yield "returned a term of negative length"
        total = sum(term.duration for term in out)
        if terms and total != BAR and "full_bars" not in plugin.promise("DESTROYS"):
            yield f"a full bar sums to {total}, not {BAR} ticks after it; if that is meant, DESTROYS = {{'full_bars'}}"
        if out and all(term.origin is None for term in out):
            yield "lost every origin; change terms with dataclasses.replace"


def check_prune_notes(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `prune_notes` does against the contract."""
    one = bar_of(0, (67, 480, 480))
    last = Note(60, -240, 240)
    for notes, chords in [((), (DM7,)), (one, (G7,)), (one, (NO_CHORD,)), *TWO_FIVE_ONE]:
        for previous, following, after in (
            (None, None, None),
            (last, Note(62, BAR, 240), Chord(G7.pitches, BAR, BAR, "G7")),
        ):
            out, found = twice(
                call,
                notes=notes,
                chords=chords,
                meter=FOUR_FOUR,
                previous=previous,
                following=following,
                next_chord=after,
                options=options,
                step="check",
            )
            yield from found
            yield from check_notes(plugin, out, BAR, notes)


def check_clean_up(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `clean_up_notes` does against the contract.

    It is called on no note, one, and a line: over changes alone, and over a form that builds and ends.
    """
    made = solo()
    parts = (Section(0, 1, "A"), Section(1, 1, "A", chorus=2), Section(2, 1, part="ending", chorus=0))
    forms = ((Form.of(made.chords, FOUR_FOUR, made.bars), False), (Form(parts, final=2, builds=True), True))
    for notes, (form, straight) in itertools.product(((), made.notes[:1], made.notes), forms):
        out, found = twice(
            call,
            notes=notes,
            chords=made.chords,
            meter=FOUR_FOUR,
            tempo=160.0,
            form=form,
            straight=straight,
            options=options,
            step="check",
        )
        yield from found
        yield from check_notes(plugin, out, made.bars * BAR, notes)


def check_notes(plugin: Plugin, out: tuple[Any, ...], end: int, given: tuple[Note, ...]) -> Iterator[str]:
    """Yield what the contract forbids about the notes that a step returned."""
    if not all(isinstance(note, Note) for note in out):
        yield "returned something that is no Note"
        return
    if problem := problem_with(out):
        yield f"returned {problem}"
    destroys = plugin.promise("DESTROYS")
    if "monophonic" not in destroys and any(later.onset < earlier.end for earlier, later in itertools.pairwise(out)):
        yield "made notes sound together; if that is meant, DESTROYS = {'monophonic'}"
    if "within_bar" not in destroys and any(note.end > end for note in out):
        yield "made a note sound past the end"
    if "grid" not in destroys and any(note.onset % 120 and note.onset % 160 for note in out):
        yield "moved an onset off the grid of sixteenths and triplets; if that is meant, DESTROYS = {'grid'}"
    if not given and out:
        yield "made notes where there were none"
    if given and out and all(note.origin is None for note in out):
        yield "lost every origin; change notes with dataclasses.replace"


def twice(call: Callable[..., Any], **arguments: Any) -> tuple[Any, list[str]]:
    """Call with two random generators of equal seed; return the result and what is wrong with either call."""
    found = []
    before = copy.deepcopy(arguments)
    first = call(**arguments, rng=Random("check"))
    if arguments != before:
        found.append("changed what it was given")
    second = call(**arguments, rng=Random("check"))
    if first is None:
        return (), ["returned None"]
    if not isinstance(first, list | tuple):
        return (), [f"returned a {type(first).__name__}; expected a list"]
    if list(first) != list(second):
        found.append("returned two results for one seed: randomness must come from rng only")
    return tuple(first), found


def check_measure(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `measure` does against the contract."""
    for notes in (solo().notes, ()):
        numbers = call(solo=Solo(notes, solo().chords, 3), corpus=corpus(), options=options)
        if not isinstance(numbers, dict) or not all(isinstance(value, int | float) for value in numbers.values()):
            yield f"returned {numbers!r}; expected numbers by name"


def check_write(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `write_solo` does against the contract."""
    for made in (solo(), Solo((), solo().chords, 3)):
        with tempfile.TemporaryDirectory() as folder:
            files = call(solo=made, folder=Path(folder), options=options)
            if not files or not all(Path(file).is_file() and Path(folder) in Path(file).parents for file in files):
                yield f"returned {files!r}; expected the files it wrote below the folder it was given"
