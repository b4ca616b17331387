"""Recorded behaviour of the original deepjazz functions, as values of ours. The file is no part of the project."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from paths import SHARED

from jazzgram import Chord, Note, Origin, Rest, Term, parse_terms, to_ticks

VECTORS = Path(os.environ.get("JAZZGRAM_VECTORS", SHARED / "reference" / "wjazzd_bars.jsonl"))


def load_bars() -> list[dict[str, Any]]:
    """Read the recorded bars; skip the test that asks where they are absent."""
    if not VECTORS.is_file():
        pytest.skip(f"no recorded bars: {VECTORS} does not exist (JAZZGRAM_VECTORS names another file)")
    return [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]


def melody(recorded: list[dict[str, Any]], bar: float = 4.0) -> tuple[Note | Rest, ...]:
    """Read notes and rests; onsets are taken modulo the bar, in quarter notes."""
    events: list[Note | Rest] = []
    for event in recorded:
        onset, duration = to_ticks(event["offset"] % bar), to_ticks(event["duration"])
        events.append(Note(event["midi"], onset, duration) if event["kind"] == "note" else Rest(onset, duration))
    return tuple(events)


def chords(recorded: list[dict[str, Any]], bar: float = 4.0) -> tuple[Chord, ...]:
    """Read chords; onsets are taken modulo the bar, in quarter notes."""
    return tuple(
        Chord(tuple(chord["midi"]), to_ticks(chord["offset"] % bar), to_ticks(chord["duration"])) for chord in recorded
    )


def sounding(recorded: list[dict[str, Any]]) -> list[tuple[str, int, int, int]]:
    """Return name, pitch, onset and duration of the notes that the original put out, without its rests."""
    return [
        (event["name"].rstrip("0123456789"), event["midi"], to_ticks(event["offset"]), to_ticks(event["duration"]))
        for event in recorded
        if event["kind"] == "note"
    ]


def as_sounding(notes: list[Note]) -> list[tuple[str | None, int, int, int]]:
    """Return name, pitch, onset and duration of our notes."""
    return [(note.spelling, note.pitch, note.onset, note.duration) for note in notes]


def stamped(text: str) -> tuple[Term, ...]:
    """Read terms and number them as the pipeline does."""
    return tuple(replace(term, origin=Origin(0, number)) for number, term in enumerate(parse_terms(text)))
