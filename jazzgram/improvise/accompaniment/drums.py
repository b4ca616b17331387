"""Drums: the ride pattern of a jazz trio, and the clicks of a count-in.

The drummer plays the ride pattern ("ding, ding-a, ding, ding-a") with the hi-hat pedal on the even beats and a bass
drum that is barely audible (Riley, *The Art of Bop Drumming*, 1994, ch. 1 and 2).
"""

from __future__ import annotations

from collections.abc import Iterator

from jazzgram.improvise.accompaniment.swing import off_beat
from jazzgram.music.note import Note
from jazzgram.music.time import TICKS_PER_QUARTER, Meter
from jazzgram.music.tune import Track

KICK, SIDE_STICK, PEDAL_HAT, CRASH, RIDE = 36, 37, 44, 49, 51
"""Keys of the General MIDI drum set."""

_STROKE = TICKS_PER_QUARTER // 8


def drum_part(meter: Meter, bars: int) -> Track:
    """Build the ride pattern, in even eighths.

    Examples
    --------
    >>> [note.onset for note in drum_part(Meter(), 1).notes if note.pitch == RIDE]
    [0, 480, 720, 960, 1440, 1680]
    """
    return Track("Drums", 0, tuple(_notes(meter, bars)), is_drum=True)


def count_in(meter: Meter, bars: int) -> Track:
    """Build the clicks of the bars before the music, the first of each bar louder.

    Examples
    --------
    >>> [(note.onset, note.velocity) for note in count_in(Meter(3, 4), 1).notes]
    [(0, 100), (480, 80), (960, 80)]
    """
    beats = range(0, bars * meter.bar, meter.beat)
    clicks = (Note(SIDE_STICK, onset, _STROKE, 80 if onset % meter.bar else 100) for onset in beats)
    return Track("Count-in", 0, tuple(clicks), is_drum=True)


def _notes(meter: Meter, bars: int) -> Iterator[Note]:
    after = off_beat(meter)
    beats = meter.bar // meter.beat
    for bar in range(bars):
        for beat in range(beats):
            onset = bar * meter.bar + beat * meter.beat
            even = beat % 2 == 1
            yield Note(KICK, onset, _STROKE, 44 if beat == 0 else 36)
            if even:
                yield Note(PEDAL_HAT, onset, _STROKE, 72)
            yield Note(RIDE, onset, _STROKE, 88 if even else 78)
            # The last skip beat of every fourth bar gets an accent: it leads into the next phrase.
            if even or beats == 1:
                accent = bar % 4 == 3 and beat >= beats - 2
                yield Note(RIDE, onset + after, _STROKE, 80 if accent else 62)
