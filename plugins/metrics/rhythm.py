"""When notes begin, how long they last, and where the line breathes.

Counted on the notes as they are written (before swing and the like), but for ``swing``.

- ``notes_per_bar``, ``empty_bars``: notes that begin in a bar, on average; share of bars in which none does.
- ``grooving``: for every pair of bars the share of 64 even places of the bar that agree on whether a note begins there,
  averaged (GS of Wu & Yang, 0 to 1); nan for fewer than two bars.
- ``off_beats``: share of notes that begin off the beat.
- ``triplets``: share that begin on a third or sixth of the beat.
- ``eighths``: share of onset-to-onset intervals within a phrase that are an eighth.
- ``duration_entropy``: entropy of the durations, in bits, each rounded to a 48th of a quarter.
- ``legato``: sounding share of the time from one onset to the next, within phrases, averaged (1: no gaps).
- ``phrase_notes``, ``phrase_bars``, ``rest_bars``: mean length of a phrase in notes and in bars, and of the silences
  between phrases in bars; a quarter's silence ends a phrase.
- ``silence``: share of the solo in which nothing sounds.
- ``swing``: median of long to short in beats that have two notes, one on the beat and one between 0.4 and 0.8 of it
  (1: even eighths, 2: triplets); nan where there is no such beat.

Source: grooving after Wu & Yang, *The Jazz Transformer on the Front Line* (ISMIR 2020), sec. 5; swing ratio after
Friberg & Sundström, *Swing ratios and ensemble timing in jazz performance* (Music Perception 19, 2002).
"""

from __future__ import annotations

from itertools import pairwise
from math import nan
from statistics import median

import numpy as np

from jazzgram import TICKS_PER_QUARTER, Corpus, Meter, Note, Solo, hookimpl

from ._counting import by_bar, entropy, mean, phrases, share

_PLACES = 64


@hookimpl
def measure(solo: Solo, corpus: Corpus) -> dict[str, float]:
    """Measure density, syncopation, groove, phrasing and swing.

    Examples
    --------
    Two bars that share one of their two onsets, so that 2 of 64 places differ:

    >>> line = (Note(60, 0, 480), Note(62, 480, 480), Note(60, 1920, 480), Note(62, 2640, 480))
    >>> found = measure(Solo(line, (), 2), Corpus(()))
    >>> found["notes_per_bar"], found["grooving"], found["off_beats"]
    (2.0, 0.96875, 0.25)
    """
    notes = solo.written or solo.notes
    bar, beat = solo.meter.bar, solo.meter.beat
    bars = by_bar(notes, bar, solo.bars)
    lines = phrases(notes)
    steps = [(after.onset - before.onset, before.duration) for line in lines for before, after in pairwise(line)]
    rests = [after[0].onset - max(note.end for note in before) for before, after in pairwise(lines)]
    return {
        "notes_per_bar": len(notes) / solo.bars if solo.bars else nan,
        "empty_bars": share(not played for played in bars),
        "grooving": grooving(bars, bar),
        "off_beats": share(note.onset % bar % beat != 0 for note in notes),
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
    """Compare the onsets of every two bars; `length` is a bar's, in ticks."""
    if len(bars) < 2:
        return nan
    begins = np.zeros((len(bars), _PLACES))
    for number, bar in enumerate(bars):
        for note in bar:
            begins[number, note.onset % length * _PLACES // length] = 1
    # Two places differ where one of two 0/1 values is set: a + b - 2ab, summed over the places.
    counts = begins.sum(axis=1)
    differing = counts[:, None] + counts[None, :] - 2 * begins @ begins.T
    return float(1 - differing[np.triu_indices(len(bars), 1)].mean() / _PLACES)


def _is_triplet(onset: int, meter: Meter) -> bool:
    """Say whether an onset divides its beat by three or six; in compound meters, its eighth."""
    unit = min(meter.beat, 4 * TICKS_PER_QUARTER // meter.denominator)
    place = onset % meter.bar % unit
    return place * 6 % unit == 0 and place * 32 % unit != 0


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
    places = [inside[1] / beat for inside in beats.values() if len(inside) == 2 and inside[0] < 0.1 * beat]
    ratios = [place / (1 - place) for place in places if 0.4 <= place <= 0.8]
    return median(ratios) if ratios else nan
