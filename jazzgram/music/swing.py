"""Swing: eighths played long and short, and the ratio of a soloist's.

Off-beat eighths of the band are as late as the soloist's: otherwise both sound like two records at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from statistics import median

from jazzgram.music.note import Note
from jazzgram.music.time import TICKS_PER_QUARTER, Meter

_EIGHTH = TICKS_PER_QUARTER // 2
_RATIOS = (1.0, 4.0)
_onset = attrgetter("onset")


def swung(notes: Sequence[Note], meter: Meter, ratio: float) -> tuple[Note, ...]:
    """Play notated eighths long and short.

    Onsets and ends that lie exactly halfway through a quarter note move; triplets and sixteenths stay. A note that
    begins and ends in the second half of a beat becomes as much shorter as that half.

    Parameters
    ----------
    notes : sequence of Note
        In time order, in even eighths.
    meter : Meter
        Their meter; with a denominator of 8 or more nothing moves.
    ratio : float
        Long to short eighth, 1 (even) to 4.

    Returns
    -------
    tuple of Note
        In time order; no note becomes empty.

    Examples
    --------
    >>> [(note.onset, note.duration) for note in swung((Note(60, 0, 240), Note(62, 240, 240)), Meter(), 2.0)]
    [(0, 320), (320, 160)]
    """
    if meter.denominator > 4 or ratio == 1:
        return tuple(notes)
    later = round(TICKS_PER_QUARTER * ratio / (ratio + 1)) - _EIGHTH
    short = 1 - later / _EIGHTH
    moved = []
    for note in notes:
        moves = note.onset % TICKS_PER_QUARTER == _EIGHTH
        onset = note.onset + later * moves
        end = note.end + later * (note.end % TICKS_PER_QUARTER == _EIGHTH)
        if moves and note.duration < _EIGHTH:
            end = onset + round(note.duration * short)
        moved.append(Note(note.pitch, onset, max(end - onset, 1), note.velocity, note.spelling, note.origin))
    return tuple(sorted(moved, key=_onset))


def measured_swing_ratio(notes: Sequence[Note], notated: Sequence[Note], meter: Meter) -> float:
    """Measure how unevenly a soloist plays eighths that are notated even.

    The median, over the notated notes on the second eighth of a quarter note, of long / short, where long
    is the time from the beat to the note as played.

    Parameters
    ----------
    notes : sequence of Note
        As played, in time order.
    notated : sequence of Note
        The same notes before they were swung; they cannot be compared if their number differs.
    meter : Meter
        The solo's meter.

    Returns
    -------
    float
        1 to 4; 1.0 (even) where nothing is notated off the beat or nothing can be compared.

    Examples
    --------
    >>> played, notated = (Note(60, 0, 320), Note(62, 320, 160)), (Note(60, 0, 240), Note(62, 240, 240))
    >>> measured_swing_ratio(played, notated, Meter())
    2.0
    """
    if len(notes) != len(notated) or meter.denominator > 4:
        return 1.0
    off_beats = [
        played.onset - score.onset + _EIGHTH
        for played, score in zip(notes, notated, strict=True)
        if score.onset % TICKS_PER_QUARTER == _EIGHTH
    ]
    if not off_beats:
        return 1.0
    long = median(off_beats)
    ratio = long / max(TICKS_PER_QUARTER - long, 1)
    return min(max(ratio, _RATIOS[0]), _RATIOS[1])
