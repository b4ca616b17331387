"""Position the notes of an annotated solo in its bars: on the annotated tatums, or when they were played."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from jazzgram import TICKS_PER_QUARTER, Chord, JazzgramError, Meter, parse_symbol, voicing

from .solo import MOST_BARS, Beats, Floats, Ints, Notes

_EIGHTH = TICKS_PER_QUARTER // 2
_FAR = 1000
"""How many beats the first and the last beat are taken to go on outside the beats that are known."""


@dataclass(frozen=True, eq=False)
class BarTable:
    """All bars of a solo, from the first that has a beat or a note to the last.

    Parameters
    ----------
    first : int
        The number of the first, as the annotation counts.
    starts : ndarray of int
        Ticks, from the first, at which they begin, and at the end those at which the last ends.
    meters : tuple of Meter
        Of each.
    periods : ndarray of int
        How many equal beats each has: the meter's numerator, or less (two in 6/8).
    """

    first: int
    starts: Ints
    meters: tuple[Meter, ...]
    periods: Ints

    def onset(self, bar: Ints, beat: Ints, tatum: Ints | int, division: Ints | int) -> Ints:
        """Return the tick, from the first bar, that is nearest to a tatum; of two the later."""
        parts = self.periods[bar - self.first] * division
        exact = ((beat - 1) * division + tatum - 1) * self._lengths[bar - self.first]
        return self.starts[bar - self.first] + _nearest(exact, parts)

    def beat_length(self, bar: Ints) -> Floats:
        """Return the length of a beat in ticks."""
        lengths: Floats = self._lengths[bar - self.first] / self.periods[bar - self.first]
        return lengths

    @property
    def _lengths(self) -> Ints:
        return np.diff(self.starts)


def lay_bars(notes: Notes, beats: Beats) -> BarTable:
    """Lay out the bars that beats and notes are in. A bar without beats has the meter of the bar before it.

    Raises
    ------
    JazzgramError
        Where the first beat has no signature, a signature is no meter, or the bars are too many.
    """
    first = int(min(notes.bar.min(), beats.bar[0]))
    last = int(max(notes.bar.max(), beats.bar[-1]))
    count = last - first + 1
    if count > MOST_BARS:
        raise JazzgramError(f"{beats.where(0)}: {count} bars follow, more than the {MOST_BARS} that are read")
    rows, meters = _signatures(beats)
    known, begins = np.unique(beats.bar, return_index=True)
    begins = begins[np.maximum(np.searchsorted(known, np.arange(first, last + 1), side="right") - 1, 0)]
    numbers = np.searchsorted(rows, begins, side="right") - 1
    kinds = list(dict.fromkeys(meters))
    kind = np.array([kinds.index(meter) for meter in meters])[numbers]
    period = np.array([meter.numerator for meter in kinds], dtype=np.int64)
    played, where = np.unique(kind[notes.bar - first], return_index=True)
    period[played] = notes.period[where]
    periods = period[kind]
    starts = np.concatenate(([0], np.cumsum(np.array([meter.bar for meter in kinds])[kind])))
    table = BarTable(first, starts, tuple(kinds[number] for number in kind.tolist()), periods)
    wrong = np.flatnonzero(beats.beat > periods[beats.bar - first])
    if len(wrong):
        row = int(wrong[0])
        bar = int(beats.bar[row])
        raise JazzgramError(
            f"{beats.where(row)}: beat {beats.beat[row]} in bar {bar}, which is {table.meters[bar - first]} and has "
            f"{periods[bar - first]} beats"
        )
    return table


def _signatures(beats: Beats) -> tuple[list[int], list[Meter]]:
    """Return the beats with which a meter begins, and these meters."""
    rows: list[int] = []
    meters: list[Meter] = []
    signature = ""
    for row, text in enumerate(beats.signatures):
        if text and text != signature:
            try:
                meters.append(Meter.parse(text))
            except ValueError as error:
                raise JazzgramError(f"{beats.where(row)}: {error}") from None
            rows.append(row)
            signature = text
    if not rows or rows[0]:
        raise JazzgramError(f"{beats.where(0)}: the first beat has no signature (expected for example 4/4)")
    return rows, meters


def on_tatums(notes: Notes, bars: BarTable, durations: Literal["written", "sounding"]) -> tuple[Ints, Ints]:
    """Return the onset and the end of each note, in ticks from the first bar; no end is before the next tick.

    A notated note ends on a line of its own beat's division (at least of its halves), at least one after its onset.
    """
    onsets = bars.onset(notes.bar, notes.beat, notes.tatum, notes.division)
    lengths = bars.beat_length(notes.bar)
    ends = onsets + np.rint(notes.duration / notes.beat_duration * lengths).astype(np.int64)
    if durations == "written":
        division = np.maximum(notes.division, 2)
        beat = bars.onset(notes.bar, notes.beat, 1, 1)
        lines = np.rint((ends - beat) / lengths * division).astype(np.int64)
        lines = np.maximum(lines, (notes.tatum - 1) * division // notes.division + 1)
        ends = beat + np.rint(lines * lengths / division).astype(np.int64)
    return onsets, np.maximum(ends, onsets + 1)


def as_performed(notes: Notes, beats: Beats, bars: BarTable, start: int, end: int) -> tuple[Ints, Ints]:
    """Return the onset and the end of each note as played, the time between two beats divided evenly.

    Parameters
    ----------
    start, end : int
        Ticks from the first bar, to which all onsets are clipped.
    """
    lasted = np.diff(beats.onset) if len(beats.onset) > 1 else notes.beat_duration[:1]
    ticks = bars.onset(beats.bar, beats.beat, 1, 1)
    lengths = bars.beat_length(beats.bar)
    seconds = np.concatenate(([beats.onset[0] - _FAR * lasted[0]], beats.onset, [beats.onset[-1] + _FAR * lasted[-1]]))
    in_ticks = np.concatenate(([ticks[0] - _FAR * lengths[0]], ticks, [ticks[-1] + _FAR * lengths[-1]]))
    onsets, ends = (
        np.rint(np.interp(times, seconds, in_ticks)).astype(np.int64)
        for times in (notes.onset, notes.onset + notes.duration)
    )
    onsets = np.clip(onsets, start, end - 1)
    return onsets, np.maximum(ends, onsets + 1)


def cut_at_next(onsets: Ints, ends: Ints, articulated: bool) -> Ints:
    """End each note where the next begins, at the latest; `onsets` ascend, none is there twice.

    A silence shorter than an eighth note is articulation: unless `articulated`, the note lasts through it.
    """
    limits = onsets[1:]
    cut = np.minimum(ends[:-1], limits)
    if not articulated:
        cut = np.where(limits - cut < _EIGHTH, limits, cut)
    return np.concatenate((cut, ends[-1:]))


def chords_of(beats: Beats, bars: BarTable) -> list[tuple[Chord, ...]]:
    """Return the chords of each bar, at least one, together as long as the bar; ``NC`` before the first that is known.

    Raises
    ------
    JazzgramError
        Where a chord symbol is not understood.
    """
    changes: list[list[tuple[int, str]]] = [[] for _ in bars.meters]
    onsets = bars.onset(beats.bar, beats.beat, 1, 1) - bars.starts[beats.bar - bars.first]
    voicings: dict[str, tuple[int, ...]] = {"": ()}
    begun = [row for row, (before, text) in enumerate(pairwise(["", *beats.chords])) if text and text != before]
    where = zip((beats.bar - bars.first)[begun].tolist(), onsets[begun].tolist(), strict=True)
    for row, (bar, onset) in zip(begun, where, strict=True):
        text = beats.chords[row]
        if text not in voicings:
            try:
                voicings[text] = voicing(parse_symbol(text))
            except JazzgramError as error:
                raise JazzgramError(f"{beats.where(row)}: {error}") from None
        changes[bar].append((onset, text))
    sounding = ""
    known: dict[tuple[int, tuple[tuple[int, str], ...]], tuple[Chord, ...]] = {}
    harmonies = []
    for own, meter in zip(changes, bars.meters, strict=True):
        runs = tuple(_runs(own, sounding))
        if (meter.bar, runs) not in known:
            ends = [onset for onset, _ in runs[1:]] + [meter.bar]
            known[meter.bar, runs] = tuple(
                Chord(voicings[text], onset, end - onset, text if voicings[text] else "NC")
                for (onset, text), end in zip(runs, ends, strict=True)
            )
        harmonies.append(known[meter.bar, runs])
        sounding = runs[-1][1]
    return harmonies


def _runs(changes: Iterable[tuple[int, str]], sounding: str) -> Iterator[tuple[int, str]]:
    """Join the beats of one chord; the first chord begins with the bar."""
    before: str | None = None
    for onset, text in changes:
        if before is None and onset and sounding:
            yield 0, sounding
            before = sounding
        if text != before:
            yield 0 if before is None else onset, text
            before = text
    if before is None:
        yield 0, sounding


def _nearest(numerator: Ints, denominator: Ints) -> Ints:
    nearest: Ints = (2 * numerator + denominator) // (2 * denominator)
    return nearest
