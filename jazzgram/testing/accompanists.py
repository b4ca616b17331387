"""Check accompanists against the contract of `accompany`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from jazzgram.hooks.plugins import Plugin
from jazzgram.improvisation.chain import problem_with
from jazzgram.music.chord import Chord
from jazzgram.music.form import Form, Section
from jazzgram.music.solo import Solo
from jazzgram.music.time import Meter
from jazzgram.music.tune import Track
from jazzgram.testing.examples import CMAJ7, DM7, FOUR_FOUR, G7, NO_CHORD, solo
from jazzgram.testing.steps import twice


def check_accompany(plugin: Plugin, call: Callable[..., Any], options: Any) -> Iterator[str]:
    """Yield what an implementation of `accompany` does against the contract.

    It is called over a two-five-one, over nothing, over a bar without chord, in three, five and twelve eighths, slowly
    and fast, with introduction, head, choruses and a last chord.
    """
    for made, form, tempo, ratio in _performances():
        out, found = twice(
            call,
            chords=made.chords,
            meter=made.meter,
            tempo=tempo,
            form=form,
            ratio=ratio,
            solo=made,
            options=options,
            step="check",
        )
        yield from found
        yield from check_tracks(out, made)


def check_tracks(tracks: Sequence[Any], made: Solo) -> Iterator[str]:
    """Yield what the contract forbids about the tracks that an accompanist returned for a solo."""
    if not all(isinstance(track, Track) for track in tracks):
        yield "returned something that is no Track"
        return
    for track in tracks:
        if type(track.program) is not int or not 0 <= track.program <= 127:
            yield f"returned a track of program {track.program!r}; expected 0 to 127"
        if problem := problem_with(track.notes):
            yield f"returned {problem}"
        if any(note.end > made.bars * made.meter.bar for note in track.notes):
            yield "made a note sound past the end"
        if any(note.duration == 0 for note in track.notes):
            yield "made a note without length"
        if not any(chord.pitches for chord in made.chords) and track.notes and not track.is_drum:
            yield "played tones where no chord sounds"


def _performances() -> Iterator[tuple[Solo, Form, float, float]]:
    short = solo()
    yield short, Form.of(short.chords, FOUR_FOUR, short.bars), 160.0, 1.8
    yield Solo((), (), 4), Form.of((), FOUR_FOUR, 4), 120.0, 2.0
    yield Solo((), (NO_CHORD,), 1), Form.of((NO_CHORD,), FOUR_FOUR, 1), 120.0, 2.0
    for meter, tempo in (
        (Meter(), 60.0),
        (Meter(), 320.0),
        (Meter(3, 4), 150.0),
        (Meter(5, 4), 140.0),
        (Meter(12, 8), 180.0),
    ):
        bars = 38
        changes = [DM7, G7, CMAJ7, NO_CHORD] * 10
        chords = tuple(
            replace(chord, onset=bar * meter.bar, duration=meter.bar)
            for bar, chord in zip(range(2, bars), changes, strict=False)
        )
        sections = (
            Section(0, 2, "", "intro", 0),
            Section(2, 8, "A", "head"),
            Section(10, 8, "A", "solo", 1),
            Section(18, 16, "A", "solo", 2),
            Section(34, 4, "", "ending", 0),
        )
        last = Chord(CMAJ7.pitches, 36 * meter.bar, 2 * meter.bar, "Cmaj7")
        made = Solo(short.notes, (*(chord for chord in chords if chord.onset < last.onset), last), bars, meter=meter)
        yield made, Form(sections, 36), tempo, 1.5
