"""Onsets, durations, phrases and swing.

Conventions
-----------
Notes count as notated, before swing and the like, except for ``swing``. A silence of a quarter ends a phrase. IOI is
the time from one onset to the next. A value with too few notes is nan.

Metrics
-------
- ``notes_per_bar``: number of notes: notes / bars. ``empty_bars``: share of bars without an onset.
- ``grooving``: how alike the rhythms of the bars are, 0 to 1: 1 - (differing positions) / 64 for two bars, each as 64
  even positions with or without an onset, averaged over all pairs (GS of Wu & Yang); nan for fewer than two bars.
- ``off_beats``: share of notes with their onset off the beat.
- ``triplets``: share of notes with their onset on a third or sixth of the beat.
- ``eighths``: share of the times between onsets (IOIs) within a phrase that are an eighth.
- ``duration_entropy``: how varied the durations are: H = -Σ p log2 p over them, in bits, each rounded to a 48th of a
  quarter.
- ``legato``: duration / IOI, at most 1, within phrases, averaged (1: no gaps).
- ``phrase_notes``: mean number of notes in a phrase. ``phrase_bars``: mean length of a phrase in bars. ``rest_bars``:
  mean length of the silences between phrases in bars.
- ``silence``: 1 - (sounding ticks) / (ticks of the solo).
- ``swing``: median of x / (1 - x) over the beats with two notes, one on the beat and one at x of it, 0.4 to 0.8 (1:
  even eighths, 2: triplets); nan where there is no such beat.

References
----------
Grooving: Wu & Yang, *The Jazz Transformer on the Front Line* (ISMIR 2020), sec. 5. Swing ratio: Friberg & Sundström,
*Swing ratios and ensemble timing in jazz performance* (Music Perception 19, 2002).
"""

from __future__ import annotations

from itertools import pairwise
from math import nan
from statistics import median

import numpy as np

from jazzgram import TICKS_PER_QUARTER, Corpus, Meter, Note, Solo, hookimpl

from .._phrases import phrases
from ._counting import by_bar, entropy, mean, share

_POSITIONS = 64


@hookimpl
def measure(solo: Solo, corpus: Corpus) -> dict[str, float]:
    """Measure density, syncopation, groove, phrasing and swing.

    Examples
    --------
    Two bars that share one of their two onsets, so that 2 of 64 positions differ:

    >>> line = (Note(60, 0, 480), Note(62, 480, 480), Note(60, 1920, 480), Note(62, 2640, 480))
    >>> found = measure(Solo(line, (), 2), Corpus(()))
    >>> found["notes_per_bar"], found["grooving"], found["off_beats"]
    (2.0, 0.96875, 0.25)
    """
    notes = solo.notated or solo.notes
    bar, beat = solo.meter.bar, solo.meter.beat
    bars = by_bar(notes, bar, solo.bars)
    lines = phrases(notes)
    steps = [(after.onset - before.onset, before.duration) for line in lines for before, after in pairwise(line)]
    rests = [after[0].onset - max(note.end for note in before) for before, after in pairwise(lines)]
    return {
        "notes_per_bar": len(notes) / solo.bars if solo.bars else nan,
        "empty_bars": share(not played for played in bars),
        "grooving": grooving(bars, bar),
        "off_beats": share(not solo.meter.is_beat(note.onset) for note in notes),
        "triplets": share(_is_triplet(note.onset, solo.meter) for note in notes),
        "eighths": share(ioi == TICKS_PER_QUARTER // 2 for ioi, _ in steps),
        "duration_entropy": entropy(round(note.duration / (TICKS_PER_QUARTER / 48)) for note in notes),
        "legato": mean(min(1.0, duration / ioi) for ioi, duration in steps if ioi),
        "phrase_notes": mean(map(len, lines)),
        "phrase_bars": mean((max(note.end for note in line) - line[0].onset) / bar for line in lines),
        "rest_bars": mean(rest / bar for rest in rests),
        "silence": _silence(notes, solo.bars * bar),
        "swing": _swing(solo.notes, bar, beat),
    }


def grooving(bars: list[list[Note]], length: int) -> float:
    """Compute the grooving similarity of bars of `length` ticks; nan for fewer than two."""
    if len(bars) < 2:
        return nan
    begins = np.zeros((len(bars), _POSITIONS))
    for number, bar in enumerate(bars):
        for note in bar:
            begins[number, note.onset % length * _POSITIONS // length] = 1
    # Two positions differ where one of two 0/1 values is set: a + b - 2ab, summed over the positions.
    counts = begins.sum(axis=1)
    differing = counts[:, None] + counts[None, :] - 2 * begins @ begins.T
    return float(1 - differing[np.triu_indices(len(bars), 1)].mean() / _POSITIONS)


def _is_triplet(onset: int, meter: Meter) -> bool:
    """Return whether an onset divides its beat by three or six; in compound meters, its eighth."""
    offset = onset % meter.bar % meter.unit
    return offset * 6 % meter.unit == 0 and offset * 32 % meter.unit != 0


def _silence(notes: tuple[Note, ...], length: int) -> float:
    if not length:
        return nan
    sounding = reached = 0
    for note in notes:
        sounding += max(0, min(note.end, length) - max(note.onset, reached))
        reached = max(reached, note.end)
    return 1 - sounding / length


def _swing(notes: tuple[Note, ...], bar: int, beat: int) -> float:
    beats: dict[int, list[int]] = {}
    for note in notes:
        beats.setdefault((note.onset // bar) * (bar // beat) + note.onset % bar // beat, []).append(
            note.onset % bar % beat
        )
    offsets = [inside[1] / beat for inside in beats.values() if len(inside) == 2 and inside[0] < 0.1 * beat]
    ratios = [offset / (1 - offset) for offset in offsets if 0.4 <= offset <= 0.8]
    return median(ratios) if ratios else nan
