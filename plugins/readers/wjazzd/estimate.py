"""Estimate when the beats of a solo fall, from its notes, where no beats are annotated."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jazzgram import JazzgramError

from .solo import MOST_BARS, Beats, Notes


def estimate_beats(notes: Notes, signatures: Sequence[str]) -> Beats:
    """Estimate the beats from the first note's to the last one's.

    A beat begins as long before its first note as their tatums are apart. Beats without notes divide the time between
    their neighbours evenly, and so do those that would not come after the one before.

    Parameters
    ----------
    notes : Notes
        At least one.
    signatures : sequence of str
        The meter at each note (``4/4``); empty where it is not known: then the one before goes on, or before the first
        there are `period` quarters.

    Returns
    -------
    Beats
        Without chords.

    Raises
    ------
    JazzgramError
        Where the bars are too many.
    """
    first, last = int(notes.bar.min()), int(notes.bar.max())
    if last - first + 1 > MOST_BARS:
        raise JazzgramError(
            f"{notes.where(0)}: {last - first + 1} bars follow, more than the {MOST_BARS} that are read"
        )
    meters, periods = _meters(notes, signatures)
    bars: list[int] = []
    beats: list[int] = []
    texts: list[str] = []
    text = next(iter(meters.values()))
    for bar in range(first, last + 1):
        text = meters.get(bar, text)
        for beat in range(1, periods[text] + 1):
            bars.append(bar)
            beats.append(beat)
            texts.append(text)
    index = {position: number for number, position in enumerate(zip(bars, beats, strict=True))}
    known: dict[int, tuple[float, int]] = {}
    began = notes.onset - (notes.tatum - 1) / notes.division * notes.beat_duration
    for row in np.lexsort((notes.tatum / notes.division, notes.beat, notes.bar)).tolist():
        number = index.get((int(notes.bar[row]), int(notes.beat[row])))
        if number is not None:
            known.setdefault(number, (float(began[row]), row))
    if not known:
        raise JazzgramError(f"{notes.where(0)}: no note of the solo is on a beat that its bar has")
    numbers, onsets, rows = _ascending(known)
    inside = range(numbers[0], numbers[-1] + 1)
    times = np.interp(np.arange(inside.start, inside.stop), numbers, onsets)
    sources = np.searchsorted(numbers, np.arange(inside.start, inside.stop), side="right") - 1
    return Beats(
        onset=times,
        bar=np.array(bars, dtype=np.int64)[inside.start : inside.stop],
        beat=np.array(beats, dtype=np.int64)[inside.start : inside.stop],
        signatures=texts[inside.start : inside.stop],
        chords=[""] * len(inside),
        where=lambda row: notes.where(rows[int(sources[row])]),
    )


def _meters(notes: Notes, signatures: Sequence[str]) -> tuple[dict[int, str], dict[str, int]]:
    """Return the signature of each bar with notes, and how many beats the bars of each signature have."""
    meters: dict[int, str] = {}
    periods: dict[str, int] = {}
    text = ""
    for row in np.argsort(notes.bar, kind="stable").tolist():
        text = signatures[row] or text or f"{notes.period[row]}/4"
        meters.setdefault(int(notes.bar[row]), text)
    for bar, period in zip(notes.bar.tolist(), notes.period.tolist(), strict=True):
        periods.setdefault(meters[bar], period)
    return meters, periods


def _ascending(known: dict[int, tuple[float, int]]) -> tuple[list[int], list[float], list[int]]:
    """Return the numbers of the beats, their onsets and the rows these come from, without what does not ascend."""
    numbers: list[int] = []
    onsets: list[float] = []
    rows: list[int] = []
    for number, (onset, row) in sorted(known.items()):
        if not onsets or onset > onsets[-1]:
            numbers.append(number)
            onsets.append(onset)
            rows.append(row)
    return numbers, onsets, rows
