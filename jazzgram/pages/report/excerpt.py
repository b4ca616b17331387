"""The bars of a long run that its report shows: a page of thousands of bars would be too large to open."""

from __future__ import annotations

from dataclasses import replace

from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.pipeline.provenance import TermOrNote
from jazzgram.pipeline.run import Run
from jazzgram.pipeline.trace import StepCall, Trace

MOST_BARS = 256
"""Bars that a report shows: eight choruses of 32, and a page of about two megabytes."""


def excerpt(run: Run, bars: int = MOST_BARS) -> Run:
    """Return the first bars of a run with their trace; a shorter run as it is.

    The calls of steps that act on the whole solo have the notes that begin in these bars, and their time for all.
    """
    if run.solo.bars <= bars:
        return run
    end = bars * run.solo.meter.bar
    calls = [_cut_call(call, end) for call in run.trace.calls if call.bar is None or call.bar < bars]
    bar_scores = [scored for scored in run.trace.bar_scores if scored.bar < bars]
    trace = Trace(calls, run.trace.samplers, bar_scores, run.trace.accompanists)
    return replace(run, solo=_cut_solo(run.solo, bars), trace=trace)


def _cut_solo(solo: Solo, bars: int) -> Solo:
    end = bars * solo.meter.bar
    return replace(
        solo,
        notes=_before(solo.notes, end),
        chords=tuple(
            replace(chord, duration=min(chord.duration, end - chord.onset))
            for chord in solo.chords
            if chord.onset < end
        ),
        bars=bars,
        grammar=solo.grammar[:bars],
        accompaniment=tuple(replace(track, notes=_before(track.notes, end)) for track in solo.accompaniment),
        notated=_before(solo.notated, end),
    )


def _cut_call(call: StepCall, end: int) -> StepCall:
    if call.bar is not None:
        return call
    return replace(call, before=_begun(call.before, end), after=_begun(call.after, end))


def _before(notes: tuple[Note, ...], end: int) -> tuple[Note, ...]:
    return tuple(note for note in notes if note.onset < end)


def _begun(items: tuple[TermOrNote, ...], end: int) -> tuple[TermOrNote, ...]:
    return tuple(item for item in items if not isinstance(item, Note) or item.onset < end)
