"""Swing: the ratio of a soloist's eighths, and an accompaniment with the same ratio.

Off-beat eighths are as late as the soloist's: otherwise soloist and band sound like two records at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from jazzgram.music.note import Note
from jazzgram.music.time import TICKS_PER_QUARTER, Meter
from jazzgram.music.tune import Track

_EIGHTH = TICKS_PER_QUARTER // 2
_RATIOS = (1.0, 4.0)


def off_beat(meter: Meter) -> int:
    """Return how many ticks after a beat the off-beat is: half a beat, two thirds of it in compound meters.

    Examples
    --------
    >>> off_beat(Meter(4, 4)), off_beat(Meter(6, 8))
    (240, 480)
    """
    compound = meter.beat * meter.denominator > 4 * TICKS_PER_QUARTER
    return meter.beat * 2 // 3 if compound else meter.beat // 2


def swing(track: Track, meter: Meter, ratio: float) -> Track:
    """Lengthen the first half of every quarter note and shorten the second.

    Parameters
    ----------
    track : Track
        A part in even eighths.
    meter : Meter
        Its meter; with a denominator of 8 or more nothing changes.
    ratio : float
        Long to short eighth, 1 to 4.

    Returns
    -------
    Track
        Every note with onset and end moved; no note becomes empty.
    """
    if meter.denominator > 4 or ratio == 1:
        return track
    long = round(TICKS_PER_QUARTER * ratio / (ratio + 1))

    def moved(time: int) -> int:
        beat, within = divmod(time, TICKS_PER_QUARTER)
        if within <= _EIGHTH:
            return beat * TICKS_PER_QUARTER + round(within * long / _EIGHTH)
        late = (within - _EIGHTH) * (TICKS_PER_QUARTER - long) / _EIGHTH
        return beat * TICKS_PER_QUARTER + long + round(late)

    notes = []
    for note in track.notes:
        onset = moved(note.onset)
        notes.append(replace(note, onset=onset, duration=max(moved(note.end) - onset, 1)))
    return replace(track, notes=tuple(notes))


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
