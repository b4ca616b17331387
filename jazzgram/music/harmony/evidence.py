"""The evidence for chords: which pitch classes sound together, alone and in the bass, half bar by half bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jazzgram.music.arrays import Flags, Floats, Ints
from jazzgram.music.harmony.qualities import QUALITIES
from jazzgram.music.harmony.statistics import LINE
from jazzgram.music.note import Note
from jazzgram.music.time import TICKS_PER_QUARTER, Meter

STATES = tuple(LINE)
"""The qualities that are distinguished before tensions are named; those of a family are adjacent."""
ABOVE = (np.arange(12)[None, :] - np.arange(12)[:, None]) % 12
"""How far each pitch class (column) is above each root (row); row -r has the pitch class of each step above r."""
CELL = TICKS_PER_QUARTER // 8
"""Time is quantized to 32nd notes, which divide every segment and tolerate slightly early onsets."""
_UNDIVIDED = 2 * TICKS_PER_QUARTER
_ANTICIPATION = TICKS_PER_QUARTER // 2
_BASS_BELOW = 53
"""The lowest note is a bass up to E3, about the lowest note of left-hand voicings."""
_CHORD = 3
"""How many pitch classes make a chord."""
_LONGEST = 8 * 4 * TICKS_PER_QUARTER
"""After eight bars a note without an end no longer counts."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sounding pitch classes of each of n segments.

    Parameters
    ----------
    struck : ndarray of float, shape (n, 12)
        Quarters for which each pitch class sounds while three or more do, or belongs to a broken chord.
    chordal : ndarray of float, shape (n,)
        Quarters for which three or more pitch classes sound, or a broken chord does.
    line : ndarray of float, shape (n, 12)
        Quarters for which each pitch class sounds while fewer do, the bass left out.
    bass, bass_after : ndarray of float, shape (n, 12)
        Quarters for which each pitch class is the bass in the first quarter of the segment, and later.
    sounding : ndarray of float, shape (n,)
        Quarters for which anything sounds.
    """

    struck: Floats
    chordal: Floats
    line: Floats
    bass: Floats
    bass_after: Floats
    sounding: Floats


def segments(bars: Sequence[Meter]) -> tuple[Ints, Flags]:
    """Divide bars where a chord may change.

    Parameters
    ----------
    bars : sequence of Meter
        At least one.

    Returns
    -------
    ndarray of int, shape (n + 1,)
        Where the n segments begin, in ticks, and where the last ends.
    ndarray of bool, shape (n,)
        Whether a segment begins on a barline.

    Examples
    --------
    >>> edges, on_barline = segments([Meter(), Meter(3, 4), Meter(2, 4)])
    >>> edges.tolist(), on_barline.tolist()
    ([0, 960, 1920, 2880, 3360, 4320], [True, False, True, False, True])
    """
    edges, on_barline, start = [], [], 0
    for meter in bars:
        edges.append(start)
        on_barline.append(True)
        half = (meter.bar // meter.beat + 1) // 2 * meter.beat
        if half < meter.bar and meter.bar > _UNDIVIDED:
            edges.append(start + half)
            on_barline.append(False)
        start += meter.bar
    return np.array([*edges, start]), np.array(on_barline)


def gather(notes: Sequence[Note], edges: Ints, on_barline: Flags) -> Evidence:
    """Compute the evidence of each segment.

    Parameters
    ----------
    notes : sequence of Note
        As for `infer_chords`. Notes before the first or after the last edge are ignored.
    edges : ndarray of int, shape (n + 1,)
        Ticks, as `segments` returns them.
    on_barline : ndarray of bool, shape (n,)
        Which segments begin on a barline.

    Returns
    -------
    Evidence

    Notes
    -----
    A pitch class counts for the time that it sounds, once for all doublings. A note that is struck no more than an
    eighth before an edge and held over it belongs to the segment after it; so do three or more that are struck there
    together, held or not: the anticipation that pianists play (Levine, *The Jazz Piano Book*, 1989).

    Where one voice plays alone, not only in the bass, and all its tones in a segment or a bar, at least three, belong
    to one of the 144 chords, the chord is broken: they count as if struck together, over the lowest of them.
    """
    count = int(edges[-1]) // CELL
    pitches, begin, end = (
        np.array([(note.pitch, note.onset, note.end) for note in notes], dtype=np.int64).reshape(-1, 3).T
    )
    begin, end = _push(begin, end, edges)
    first = np.clip((begin + CELL // 2) // CELL, 0, count)
    last = np.clip(np.maximum((end + CELL // 2) // CELL, first + 1), 0, np.minimum(first + _LONGEST // CELL, count))
    lengths = np.maximum(last - first, 0)
    which = np.repeat(np.arange(len(first)), lengths)
    cells = np.arange(len(which)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + first[which]
    roll = np.zeros((count, 12))
    roll[cells, pitches[which] % 12] = 1.0
    lowest = np.full(count, 128)
    np.minimum.at(lowest, cells, pitches[which])

    voices = roll.sum(axis=1)
    chordal = voices >= _CHORD
    low = np.flatnonzero(lowest < _BASS_BELOW)
    upper = roll.copy()
    upper[low, lowest[low] % 12] = 0.0
    bass = np.zeros_like(roll)
    played = np.flatnonzero((lowest < _BASS_BELOW) | chordal)
    bass[played, lowest[played] % 12] = 1.0
    starts = edges[:-1] // CELL
    since = np.arange(count) - np.repeat(starts, np.diff(edges) // CELL)
    early = (since < TICKS_PER_QUARTER // CELL)[:, None]

    def per_segment(cells: Floats) -> Floats:
        summed: Floats = np.add.reduceat(cells, starts, axis=0)
        return summed * (CELL / TICKS_PER_QUARTER)

    evidence = Evidence(
        struck=per_segment(roll * chordal[:, None]),
        chordal=per_segment(chordal.astype(np.float64)),
        line=per_segment(upper * ~chordal[:, None]),
        bass=per_segment(bass * early),
        bass_after=per_segment(bass * ~early),
        sounding=per_segment((voices > 0).astype(np.float64)),
    )
    # Where two voices sound at once no chord is broken: with all twelve tones they fit none.
    two = np.maximum.reduceat(voices, starts) > 1
    _join_broken(evidence, (per_segment(roll) > 0) | two[:, None], np.minimum.reduceat(lowest, starts), on_barline)
    return evidence


def _join_broken(evidence: Evidence, tones: Flags, lowest: Ints, on_barline: Flags) -> None:
    """Count the tones of broken chords as struck together, the lowest of them as the bass."""
    bar = np.cumsum(on_barline) - 1
    first = np.flatnonzero(on_barline)
    whole = np.logical_or.reduceat(tones, first, axis=0)
    lone = np.add.reduceat(evidence.chordal, first) == 0
    upper = evidence.line.any(axis=1)
    over_bar = (lone & _stacks(whole) & np.logical_or.reduceat(upper, first))[bar] & evidence.sounding.astype(bool)
    broken = over_bar | ((evidence.chordal == 0) & _stacks(tones) & upper)
    chord = np.where(over_bar[:, None], whole[bar], tones)[broken]
    low = np.where(over_bar, np.minimum.reduceat(lowest, first)[bar], lowest)[broken] % 12
    times = evidence.sounding[broken]
    evidence.struck[broken] = chord * times[:, None]
    evidence.chordal[broken] = times
    evidence.line[broken] = evidence.bass[broken] = evidence.bass_after[broken] = 0.0
    evidence.bass[np.flatnonzero(broken), low] = np.minimum(times, 1.0)
    evidence.bass_after[np.flatnonzero(broken), low] = np.maximum(times - 1.0, 0.0)


def _push(begin: Ints, end: Ints, edges: Ints) -> tuple[Ints, Ints]:
    """Move notes that anticipate a segment to its start."""
    following = edges[np.minimum(np.searchsorted(edges, begin, side="right"), len(edges) - 1)]
    near = (following - begin <= _ANTICIPATION) & (following < edges[-1])
    _, group, size = np.unique(begin // CELL, return_inverse=True, return_counts=True)
    together = near & (size[group] >= _CHORD)
    moved = np.where(near & (end > following) | together, following, begin)
    return moved, np.where(together, np.maximum(end, following + end - begin), end)


def _stacks(tones: Flags) -> Flags:
    """Return for each row whether it has at least three pitch classes, all in one of the 144 chords."""
    chords = np.array([[step in QUALITIES[state] for step in range(12)] for state in STATES])
    foreign = np.concatenate([~chords[:, ABOVE[root]] for root in range(12)]).T
    stacks: Flags = (tones.sum(axis=1) >= _CHORD) & ~(tones @ foreign).all(axis=1)
    return stacks
