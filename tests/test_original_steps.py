"""The steps that deepjazz has: exactly as recorded with `faithful`, and as they should be without."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jazzgram_plugins.cleaners import no_overlaps, same_onset, zero_lengths
from jazzgram_plugins.pruners import merge_categories, repeated_notes, standard_lengths
from pydantic import ValidationError
from recorded import chords, load_bars, sounding, stamped

from jazzgram import Chord, Meter, Note, Origin, Term, parse_terms

COMMON = Meter(4, 4)
TWELVE = 1920


class Drawn(Random):
    """Gives what was drawn when the original was recorded."""

    def __init__(self, draws: list[int]) -> None:
        super().__init__(0)
        self._draws = iter(draws)

    def choice(self, seq: Any) -> Any:
        drawn = next(self._draws)
        assert drawn in seq
        return drawn


def text(terms: list[Term]) -> str:
    return " ".join(map(str, terms))


def line(*notes: tuple[int, int, int]) -> tuple[Note, ...]:
    """Notes as (pitch, onset, duration) in sixteenths."""
    return tuple(Note(pitch, onset * 120, duration * 120) for pitch, onset, duration in notes)


def sixteenths(notes: list[Note]) -> list[tuple[int, int, int]]:
    return [(note.pitch, note.onset // 120, note.duration // 120) for note in notes]


def report(record_property: Any, hook: str, wrong: list[str], bars: int) -> None:
    result = f"{hook}: {bars - len(wrong)} of {bars} bars"
    print(result)
    record_property("vectors", result)
    assert not wrong


# ---------------------------------------------------------------- the recorded original


def test_recorded_categories(record_property: Any) -> None:
    options = merge_categories.Options(faithful=True)
    bars = load_bars()
    wrong = [
        bar["id"]
        for bar in bars
        if text(merge_categories.prune_grammar(parse_terms(bar["grammar"]), options)) != bar["prune_grammar"]["grammar"]
    ]
    report(record_property, "merge_categories", wrong, len(bars))


def test_recorded_lengths(record_property: Any) -> None:
    options = standard_lengths.Options(faithful=True)
    bars = load_bars()
    wrong = []
    for bar in bars:
        step = bar["prune_grammar"]
        terms = standard_lengths.prune_grammar(
            parse_terms(step["grammar"]), COMMON, options, Drawn(step["directions"])
        )
        if tuple(terms) != parse_terms(step["out"]):
            wrong.append(bar["id"])
    report(record_property, "prune_grammar", wrong, len(bars))


def recorded_notes(recorded: list[dict[str, Any]]) -> tuple[Note, ...]:
    """Read the notes that the original made, each with the number of its term; a rest has a number, too."""
    numbers = [number for number, event in enumerate(recorded) if event["kind"] == "note"]
    return tuple(
        Note(pitch, onset, duration, spelling=name, origin=Origin(0, number))
        for number, (name, pitch, onset, duration) in zip(numbers, sounding(recorded), strict=True)
    )


def found(notes: list[Note]) -> list[tuple[str | None, int, int, int]]:
    return [(note.spelling, note.pitch, note.onset, note.duration) for note in notes]


def test_recorded_repeats(record_property: Any) -> None:
    options = repeated_notes.Options(faithful=True)
    bars = [bar for bar in load_bars() if "unparse" in bar]
    wrong = [
        bar["id"]
        for bar in bars
        if found(repeated_notes.prune_notes(recorded_notes(bar["unparse"]["notes"]), None, options))
        != sounding(bar["prune_notes"])
    ]
    report(record_property, "prune_notes", wrong, len(bars))


def test_recorded_clean_up(record_property: Any) -> None:
    lengths, onsets = zero_lengths.Options(faithful=True), same_onset.Options(faithful=True)
    bars = [bar for bar in load_bars() if "unparse" in bar]
    wrong = []
    for bar in bars:
        notes = zero_lengths.clean_up_notes(recorded_notes(bar["prune_notes"]), lengths)
        if found(same_onset.clean_up_notes(tuple(notes), onsets)) != sounding(bar["clean_up_notes"]):
            wrong.append(bar["id"])
    report(record_property, "clean_up_notes", wrong, len(bars))


def test_recorded_bars_come_through_the_better_steps() -> None:
    """Real bars, notated in sixteenths and triplets, keep every onset; each chord's last end is where they stop."""
    for bar in load_bars()[::7]:
        terms = parse_terms(bar["grammar"])
        lengths = standard_lengths.prune_grammar(terms, COMMON, standard_lengths.Options(), Random(1))
        assert all(term.duration > 0 for term in lengths)
        notes = tuple(Note(60 + n, 240 * n, 480) for n in range(len(terms)))
        apart = no_overlaps.clean_up_notes(notes, chords(bar["chords"]))
        assert all(a.end <= b.onset for a, b in zip(apart, apart[1:], strict=False))
