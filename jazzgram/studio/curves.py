"""The curves of a take: what is asked for in each bar, and what the take has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jazzgram.music.chord import chord_at
from jazzgram.music.harmony.scales import chord_scale
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo


def curves_of(solo: Solo, improvised: Sequence[bool], shape: Mapping[str, Sequence[float]]) -> list[dict[str, Any]]:
    """Return each curve with the take's own values beside it.

    Parameters
    ----------
    solo : Solo
        The take; its notated notes are measured.
    improvised : sequence of bool
        For each bar whether it is improvised: curves span these bars.
    shape : mapping of str to sequence of float
        As in ``improvise.shape``.

    Returns
    -------
    list of dict
        ``name``; ``asked`` and ``played``: a value for each bar, None where there is none. Curves of critics that are
        not known here have no ``played`` values.
    """
    free = [bar for bar, is_free in enumerate(improvised) if is_free]
    index = {bar: number for number, bar in enumerate(free)}
    bars = range(len(improvised))
    return [
        {
            "name": name,
            "asked": [values[index[bar] * len(values) // len(free)] if bar in index else None for bar in bars],
            "played": [_VALUES.get(name, _none)(solo, bar) if bar in index else None for bar in bars],
        }
        for name, values in shape.items()
        if values
    ]


def _notes(solo: Solo, bar: int) -> list[Note]:
    start = bar * solo.meter.bar
    return [note for note in solo.notated or solo.notes if start <= note.onset < start + solo.meter.bar]


def _density(solo: Solo, bar: int) -> float:
    return round(len(_notes(solo, bar)) * solo.meter.beat / solo.meter.bar, 2)


def _register(solo: Solo, bar: int) -> float | None:
    notes = _notes(solo, bar)
    ticks = sum(note.duration for note in notes)
    return round(sum(note.pitch * note.duration for note in notes) / ticks, 1) if ticks else None


def _rest(solo: Solo, bar: int) -> float:
    end = (bar + 1) * solo.meter.bar
    sounding = sum(min(note.end, end) - note.onset for note in _notes(solo, bar))
    return round(1 - min(sounding / solo.meter.bar, 1), 2)


def _outside(solo: Solo, bar: int) -> float | None:
    scales = [(note, chord_scale(chord_at(solo.chords, note.onset))) for note in _notes(solo, bar)]
    found = [note.pitch % 12 not in scale.scale for note, scale in scales if scale is not None]
    return round(sum(found) / len(found), 2) if found else None


def _contour(solo: Solo, bar: int) -> float | None:
    before = [note for note in solo.notated or solo.notes if note.onset < bar * solo.meter.bar]
    notes = _notes(solo, bar)
    return float(notes[-1].pitch - before[-1].pitch) if notes and before else None


def _none(_solo: Solo, _bar: int) -> None:
    return None


_VALUES: dict[str, Callable[[Solo, int], float | None]] = {
    "density": _density,
    "register": _register,
    "rest": _rest,
    "outside": _outside,
    "contour": _contour,
}
"""How the value of a bar is measured for the curve of a critic."""
