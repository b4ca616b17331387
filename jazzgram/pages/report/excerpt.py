"""The bars of a long run that its report shows: a page of thousands of bars would be too large to open."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.pipeline.provenance import TermOrNote, bar_of
from jazzgram.pipeline.run import Run
from jazzgram.pipeline.trace import StepCall, Trace

_Item = TypeVar("_Item", Note, TermOrNote)
MOST_BARS = 256
"""Bars that a report shows: eight choruses of 32, and a page of about two megabytes."""


def excerpt(run: Run, bars: int = MOST_BARS) -> Run:
    """Return the first bars of a run with their trace; a shorter run as it is.

    The calls of steps that act on the whole solo have the notes that belong to these bars, and their time for all.
    """
    if run.solo.bars <= bars:
        return run
    calls = [_cut_call(call, run.solo, bars) for call in run.trace.calls if call.bar is None or call.bar < bars]
    bar_scores = [scored for scored in run.trace.bar_scores if scored.bar < bars]
    trace = Trace(calls, run.trace.samplers, bar_scores, run.trace.accompanists)
    return replace(run, solo=_cut_solo(run.solo, bars), trace=trace)


def _cut_solo(solo: Solo, bars: int) -> Solo:
    end = bars * solo.meter.bar
    return replace(
        solo,
        notes=_within(solo.notes, solo, bars),
        chords=tuple(
            replace(chord, duration=min(chord.duration, end - chord.onset))
            for chord in solo.chords
            if chord.onset < end
        ),
        bars=bars,
        grammar=solo.grammar[:bars],
        accompaniment=tuple(
            replace(track, notes=tuple(note for note in track.notes if note.onset < end))
            for track in solo.accompaniment
        ),
        notated=_within(solo.notated, solo, bars),
    )


def _cut_call(call: StepCall, solo: Solo, bars: int) -> StepCall:
    if call.bar is not None:
        return call
    return replace(call, before=_within(call.before, solo, bars), after=_within(call.after, solo, bars))


def _within(items: tuple[_Item, ...], solo: Solo, bars: int) -> tuple[_Item, ...]:
    """Return the items that belong to the first bars of a solo: see `bar_of`."""
    length = solo.meter.bar
    return tuple(item for item in items if not isinstance(item, Note) or bar_of(item, length, solo.bars) < bars)
