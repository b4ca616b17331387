"""The rhythm section of a jazz trio: comping piano, walking bass and ride cymbal, swinging as the soloist does.

The drummer plays the ride pattern ("ding, ding-a, ding, ding-a") with the hi-hat pedal on the even beats and a bass
drum that is felt rather than heard (Riley, *The Art of Bop Drumming*, 1994, ch. 1 and 2). Eighths after the beat stand
as late as the soloist's: a band that swings apart sounds as if two records played at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from jazzgram.improvise.accompaniment.piano_bass import comp
from jazzgram.music.chord import Chord
from jazzgram.music.note import Note
from jazzgram.music.solo import Solo
from jazzgram.music.time import TICKS_PER_QUARTER, Meter
from jazzgram.music.tune import Track

KICK, SIDE_STICK, PEDAL_HAT, RIDE = 36, 37, 44, 51
"""Keys of the General MIDI drum set."""

_EIGHTH = TICKS_PER_QUARTER // 2
_STROKE = TICKS_PER_QUARTER // 8
_RATIOS = (1.0, 4.0)


def trio(chords: Sequence[Chord], meter: Meter, bars: int, ratio: float = 1.0) -> tuple[Track, ...]:
    """Make piano, bass and drums.

    Parameters
    ----------
    chords : sequence of Chord
        In time order, onsets in ticks from the start of the solo.
    meter : Meter
        The meter of every bar.
    bars : int
        How many bars to play.
    ratio : float
        Long to short eighth, 1 (even) to 4; meters that count in eighths or shorter stay even.

    Returns
    -------
    tuple of Track
        ``Piano``, ``Bass`` and ``Drums``; empty where there is no chord, or none with pitches.

    Examples
    --------
    >>> dm7 = Chord((50, 53, 57, 60), 0, 1920, "Dm7")
    >>> piano, bass, drums = trio([dm7], Meter(), 1, 2.0)
    >>> [note.onset for note in drums.notes if note.pitch == RIDE]
    [0, 480, 800, 960, 1440, 1760]
    >>> sorted({note.onset for note in piano.notes})
    [0, 800]
    """
    band = comp(chords, meter, bars)
    if not band:
        return ()
    drums = Track("Drums", 0, tuple(_drums(meter, bars)), is_drum=True)
    return tuple(swing(track, meter, ratio) for track in (*band, drums))


def swing(track: Track, meter: Meter, ratio: float) -> Track:
    """Stretch the first half of every quarter note and squeeze the second.

    Parameters
    ----------
    track : Track
        A part in even eighths.
    meter : Meter
        Its meter; one with a denominator of 8 or more is left as it is.
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
        beat, place = divmod(time, TICKS_PER_QUARTER)
        if place <= _EIGHTH:
            return beat * TICKS_PER_QUARTER + round(place * long / _EIGHTH)
        late = (place - _EIGHTH) * (TICKS_PER_QUARTER - long) / _EIGHTH
        return beat * TICKS_PER_QUARTER + long + round(late)

    notes = []
    for note in track.notes:
        onset = moved(note.onset)
        notes.append(replace(note, onset=onset, duration=max(moved(note.end) - onset, 1)))
    return replace(track, notes=tuple(notes))


def swing_ratio(notes: Sequence[Note], written: Sequence[Note], meter: Meter) -> float:
    """Measure how unevenly a soloist plays eighths that are written even.

    The median, over the written notes that stand on the second eighth of a quarter note, of long / short, where long
    is the time from the beat to the note as played.

    Parameters
    ----------
    notes : sequence of Note
        As played, in time order.
    written : sequence of Note
        The same notes before they were swung; where their number is another, they cannot be compared.
    meter : Meter
        The solo's meter.

    Returns
    -------
    float
        1 to 4; 1.0 (even) where nothing is written off the beat or nothing can be compared.

    Examples
    --------
    >>> swing_ratio([Note(60, 0, 320), Note(62, 320, 160)], [Note(60, 0, 240), Note(62, 240, 240)], Meter())
    2.0
    """
    if len(notes) != len(written) or meter.denominator > 4:
        return 1.0
    places = [
        played.onset - score.onset + _EIGHTH
        for played, score in zip(notes, written, strict=True)
        if score.onset % TICKS_PER_QUARTER == _EIGHTH
    ]
    if not places:
        return 1.0
    long = median(places)
    ratio = long / max(TICKS_PER_QUARTER - long, 1)
    return min(max(ratio, _RATIOS[0]), _RATIOS[1])


def band_of(solo: Solo) -> tuple[Track, ...]:
    """Give what plays beneath a solo: its own accompaniment, else a trio made from its changes."""
    if solo.accompaniment:
        return solo.accompaniment
    return trio(solo.chords, solo.meter, solo.bars, swing_ratio(solo.notes, solo.written, solo.meter))


def count_in(meter: Meter, bars: int) -> Track:
    """Click the beats of the bars before the music, the first of each bar louder.

    Examples
    --------
    >>> [(note.onset, note.velocity) for note in count_in(Meter(3, 4), 1).notes]
    [(0, 100), (480, 80), (960, 80)]
    """
    beats = range(0, bars * meter.bar, meter.beat)
    clicks = (Note(SIDE_STICK, onset, _STROKE, 80 if onset % meter.bar else 100) for onset in beats)
    return Track("Count-in", 0, tuple(clicks), is_drum=True)


def _drums(meter: Meter, bars: int) -> Iterator[Note]:
    compound = meter.beat * meter.denominator > 4 * TICKS_PER_QUARTER
    after = meter.beat * 2 // 3 if compound else meter.beat // 2
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
