"""One solo of several: each bar as one of them has it, with its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jazzgram.music.note import Note
from jazzgram.pipeline.run import Run
from jazzgram.pipeline.trace import Event, Trace


def splice(layers: Sequence[Run], choice: Sequence[int]) -> Run:
    """Put a solo together from the bars of several.

    Parameters
    ----------
    layers : sequence of Run
        Over the same changes, through the same chain. The first gives everything that is not of a bar.
    choice : sequence of int
        For each bar the layer that it is taken from.

    Returns
    -------
    Run
        A bar has the notes whose terms were sampled for it, exactly as they are in its layer: terms, notes and what
        each step did to them. A note that sounds past a barline ends where the first note of the next bar begins if
        that bar is of another layer.
    """
    main = layers[0]
    solo = main.solo
    if not any(choice):
        return main

    def notes_of(parts: Sequence[tuple[Note, ...]]) -> tuple[Note, ...]:
        bar = solo.meter.bar
        chosen = [
            (note, layer)
            for layer, notes in enumerate(parts)
            for note in notes
            if choice[_bar_of(note, bar, solo.bars)] == layer
        ]
        return _joined(sorted(chosen, key=lambda pair: pair[0].onset))

    solos = [layer.solo for layer in layers]
    notes = notes_of([each.notes for each in solos])
    straight = all(each.written == each.notes for each in solos)
    joined = replace(
        solo,
        notes=notes,
        written=notes if straight else notes_of([each.written for each in solos]),
        grammar=tuple(solos[layer].grammar[bar] for bar, layer in enumerate(choice)),
    )
    events: list[Event] = []
    for same in zip(*(layer.trace.events for layer in layers), strict=True):
        event = same[0]
        if event.bar is None:
            before, after = (notes_of([getattr(each, side) for each in same]) for side in ("before", "after"))
            events.append(replace(event, before=before, after=after))
        else:
            events.append(same[choice[event.bar]])
    if events and events[-1].bar is None:
        events[-1] = replace(events[-1], after=notes)
    return Run(joined, Trace(events, main.trace.samplers))


def _bar_of(note: Note, length: int, bars: int) -> int:
    """Say which bar a note belongs to: swung or humanized, it may sound in another one."""
    bar = note.onset // length if note.origin is None else note.origin.bar
    return min(max(bar, 0), bars - 1)


def _joined(notes: list[tuple[Note, int]]) -> tuple[Note, ...]:
    found = []
    for place, (note, layer) in enumerate(notes):
        following = notes[place + 1] if place + 1 < len(notes) else None
        if following is not None and following[1] != layer and note.onset < following[0].onset < note.end:
            note = replace(note, duration=following[0].onset - note.onset)
        found.append(note)
    return tuple(found)
