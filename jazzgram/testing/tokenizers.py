"""Check tokenizers against the contract: `parse_melody`, `unparse_grammar`, `list_pitches`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.plugins import Plugin
from jazzgram.music.note import Note, Origin
from jazzgram.music.term import Term
from jazzgram.testing.examples import (
    BAR,
    DM7,
    FOUR_FOUR,
    TWO_FIVE_ONE,
)
from jazzgram.testing.steps import twice


def check_parse(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `parse_melody` does against the contract."""
    for notes, chords in [((), (DM7,)), *TWO_FIVE_ONE]:
        terms = call(melody=notes, chords=chords, meter=FOUR_FOUR, options=options)
        if terms is None or not all(isinstance(term, Term) for term in terms):
            yield f"returned {terms!r}; expected a tuple of Term"
            return
        if any(Term.parse(str(term)) != term for term in terms):
            yield "made a term that its own text does not parse to"


def check_unparse(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `unparse_grammar` does against the contract."""
    parse = getattr(plugin.module, "parse_melody", None)
    if parse is None:
        yield "is there without parse_melody; a tokenizer goes both ways"
        return
    parse = PluginCalls(plugin).caller("parse_melody", plugin)
    for notes, chords in [((), (DM7,)), *TWO_FIVE_ONE]:
        terms = parse(melody=notes, chords=chords, meter=FOUR_FOUR, options=options)
        stamped = tuple(Term(t.category, t.duration, t.interval_range, Origin(0, n)) for n, t in enumerate(terms))
        for previous in (None, Note(60, -240, 240)):
            out, found = twice(call, terms=stamped, chords=chords, meter=FOUR_FOUR, previous=previous, options=options)
            yield from found
            provides = plugin.promise("PROVIDES")
            if any(note.origin is None for note in out):
                yield "made a note without its term's origin"
            if "within_bar" in provides and any(note.end > BAR for note in out):
                yield "made a note cross the barline"
            if "monophonic" in provides and any(b.onset < a.end for a, b in itertools.pairwise(out)):
                yield "made notes sound together"


def check_list_pitches(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `list_pitches` does against the contract."""
    if not {"parse_melody", "unparse_grammar"} <= set(plugin.hooks):
        yield "is there without parse_melody and unparse_grammar"
        return
    calls = PluginCalls(plugin)
    parse, unparse = (calls.caller(hook, plugin) for hook in ("parse_melody", "unparse_grammar"))
    for notes, chords in TWO_FIVE_ONE:
        terms = parse(melody=notes, chords=chords, meter=FOUR_FOUR, options=options)
        for term in (term for term in terms if not term.is_rest):
            for before in (None, 60):
                pitches = call(term=term, chord=chords[0], before=before, options=options)
                if (
                    not isinstance(pitches, tuple)
                    or not pitches
                    or not all(isinstance(pitch, int) and 0 <= pitch <= 127 for pitch in pitches)
                ):
                    yield f"returned {pitches!r} for {term}; expected a tuple of one MIDI number or more"
                    return
                previous = None if before is None else Note(before, -240, 240)
                arguments = {"chords": chords, "meter": FOUR_FOUR, "previous": previous, "options": options}
                made, _ = twice(unparse, terms=(replace(term, origin=Origin(0, 0)),), **arguments)
                if any(note.pitch not in pitches for note in made):
                    yield f"does not list {made[0].pitch}, which unparse_grammar made of {term}"
