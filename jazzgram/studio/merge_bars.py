"""Merge bars of several takes into one solo, each bar with its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jazzgram.improvisation.given import KEEP
from jazzgram.music.note import Note
from jazzgram.pipeline.provenance import bar_of
from jazzgram.pipeline.run import Run
from jazzgram.pipeline.trace import StepCall, Trace


def merge_bars(layers: Sequence[Run], choice: Sequence[int]) -> Run:
    """Merge bars of several runs into one run.

    Parameters
    ----------
    layers : sequence of Run
        Over the same changes, through the same chain. The first provides everything that belongs to no bar.
    choice : sequence of int
        For each bar the index of its layer.

    Returns
    -------
    Run
        A bar has the notes whose terms were sampled for it, exactly as they are in its layer: terms, notes and what
        each step did to them. A note that sounds past a barline ends where the first note of the next bar begins if
        that bar is of another layer: the trace's last call, which is no step of the chain.
    """
    main = layers[0]
    solo = main.solo
    if not any(choice):
        return main

    def notes_of(parts: Sequence[tuple[Note, ...]]) -> list[tuple[Note, int]]:
        bar = solo.meter.bar
        chosen = [
            (note, layer)
            for layer, notes in enumerate(parts)
            for note in notes
            if choice[bar_of(note, bar, solo.bars)] == layer
        ]
        return sorted(chosen, key=lambda pair: pair[0].onset)

    solos = [layer.solo for layer in layers]
    whole = notes_of([each.notes for each in solos])
    notes = _joined(whole)
    straight = all(each.notated == each.notes for each in solos)
    joined = replace(
        solo,
        notes=notes,
        notated=notes if straight else _joined(notes_of([each.notated for each in solos])),
        grammar=tuple(solos[layer].grammar[bar] for bar, layer in enumerate(choice)),
    )
    calls: list[StepCall] = []
    for same in zip(*map(_calls, layers), strict=True):
        call = same[0]
        if call.bar is None:
            parts = ([getattr(each, side) for each in same] for side in ("before", "after"))
            before, after = (tuple(note for note, _ in notes_of(part)) for part in parts)
            calls.append(replace(call, before=before, after=after))
        else:
            calls.append(same[choice[call.bar]])
    before = tuple(note for note, _ in whole)
    if notes != before:
        calls.append(StepCall(KEEP, "clean_up_notes", None, {}, before, notes, 0.0))
    bar_scores = [
        scored for index, layer in enumerate(layers) for scored in layer.trace.bar_scores if choice[scored.bar] == index
    ]
    return Run(joined, Trace(calls, main.trace.samplers, bar_scores, main.trace.accompanists))


def _calls(layer: Run) -> list[StepCall]:
    """Return the calls of a layer's steps; what put locked bars in is none."""
    return [call for call in layer.trace.calls if call.step != KEEP]


def _joined(notes: list[tuple[Note, int]]) -> tuple[Note, ...]:
    found = []
    for index, (note, layer) in enumerate(notes):
        following = notes[index + 1] if index + 1 < len(notes) else None
        if following is not None and following[1] != layer and note.onset < following[0].onset < note.end:
            note = replace(note, duration=following[0].onset - note.onset)
        found.append(note)
    return tuple(found)
