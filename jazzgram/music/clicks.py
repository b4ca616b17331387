"""The clicks of a count-in."""

from __future__ import annotations

from jazzgram.music.note import Note
from jazzgram.music.time import TICKS_PER_QUARTER, Meter
from jazzgram.music.tune import Track

SIDE_STICK = 37
"""Key of the General MIDI drum set."""


def count_in(meter: Meter, bars: int) -> Track:
    """Build the clicks of the bars before the music, the first of each bar louder.

    Examples
    --------
    >>> [(note.onset, note.velocity) for note in count_in(Meter(3, 4), 1).notes]
    [(0, 100), (480, 80), (960, 80)]
    """
    beats = range(0, bars * meter.bar, meter.beat)
    clicks = (Note(SIDE_STICK, onset, TICKS_PER_QUARTER // 8, 80 if onset % meter.bar else 100) for onset in beats)
    return Track("Count-in", 0, tuple(clicks), is_drum=True)
