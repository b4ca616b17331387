"""A band for a solo: piano and bass, or a trio that swings as the soloist does, generated from the changes.

The modules `piano`, `bass` and `drums` generate the parts, independently of each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jazzgram.improvise.accompaniment.bass import bass_part
from jazzgram.improvise.accompaniment.drums import drum_part
from jazzgram.improvise.accompaniment.piano import piano_part
from jazzgram.improvise.accompaniment.swing import measured_swing_ratio, swing
from jazzgram.improvise.accompaniment.timed_symbols import TimedSymbols
from jazzgram.music.chord import Chord
from jazzgram.music.solo import Solo
from jazzgram.music.time import Meter
from jazzgram.music.tune import Track


def comp(chords: Sequence[Chord], meter: Meter, bars: int) -> tuple[Track, ...]:
    """Build a piano and a bass part.

    Parameters
    ----------
    chords : sequence of Chord
        In time order, onsets in ticks from the start of the solo. A chord lasts until the next; a chord without
        pitches ("no chord") is a silence.
    meter : Meter
        The meter of every bar.
    bars : int
        How many bars to play.

    Returns
    -------
    tuple of Track
        ``Piano`` and ``Bass``; empty where there is no chord, or none with pitches.

    Examples
    --------
    >>> dm7, g7 = Chord((50, 53, 57, 60), 0, 1920, "Dm7"), Chord((55, 59, 62, 65), 1920, 1920, "G7")
    >>> piano, bass = comp([dm7, g7], Meter(), 2)
    >>> [note.pitch for note in bass.notes]
    [38, 41, 45, 44, 43, 38, 35, 37]
    >>> [note.pitch for note in piano.notes if note.onset == 0]
    [57, 60, 65]
    """
    changes = TimedSymbols.of(chords)
    if all(symbol.root is None for symbol in changes.symbols):
        return ()
    return piano_part(changes, meter, bars), bass_part(changes, meter, bars)


def trio(chords: Sequence[Chord], meter: Meter, bars: int, ratio: float = 1.0) -> tuple[Track, ...]:
    """Build piano, bass and drums.

    Parameters
    ----------
    chords : sequence of Chord
        In time order, onsets in ticks from the start of the solo.
    meter : Meter
        The meter of every bar.
    bars : int
        How many bars to play.
    ratio : float
        Long to short eighth, 1 (even) to 4; eighths stay even in meters with a denominator of 8 or more.

    Returns
    -------
    tuple of Track
        ``Piano``, ``Bass`` and ``Drums``; empty where there is no chord, or none with pitches.

    Examples
    --------
    >>> dm7 = Chord((50, 53, 57, 60), 0, 1920, "Dm7")
    >>> piano, bass, drums = trio([dm7], Meter(), 1, 2.0)
    >>> [note.onset for note in drums.notes if note.pitch == 51]
    [0, 480, 800, 960, 1440, 1760]
    >>> sorted({note.onset for note in piano.notes})
    [0, 800]
    """
    band = comp(chords, meter, bars)
    if not band:
        return ()
    return tuple(swing(track, meter, ratio) for track in (*band, drum_part(meter, bars)))


def band_of(solo: Solo) -> tuple[Track, ...]:
    """Return a solo's own accompaniment, else a trio generated from its changes."""
    if solo.accompaniment:
        return solo.accompaniment
    return trio(solo.chords, solo.meter, solo.bars, measured_swing_ratio(solo.notes, solo.notated, solo.meter))


def loop(tracks: Sequence[Track], length: int, total: int) -> tuple[Track, ...]:
    """Repeat an accompaniment to the end of a solo.

    Parameters
    ----------
    tracks : sequence of Track
        The accompaniment; notes that begin at `length` or later are left out.
    length : int
        Ticks after which it starts again, above 0.
    total : int
        Ticks at which everything ends: notes that sound longer are cut, 0 or more.

    Returns
    -------
    tuple of Track
        The same tracks with notes up to `total`, in time order.

    Raises
    ------
    ValueError
        Where `length` is not above 0.

    Examples
    --------
    >>> from jazzgram.music.note import Note
    >>> (bass,) = loop([Track("Bass", 32, (Note(36, 0, 480), Note(43, 480, 480)))], 960, 1680)
    >>> [(note.pitch, note.onset, note.duration) for note in bass.notes]
    [(36, 0, 480), (43, 480, 480), (36, 960, 480), (43, 1440, 240)]
    """
    if length <= 0:
        raise ValueError(f"an accompaniment of {length} ticks cannot be repeated")
    return tuple(
        replace(
            track,
            notes=tuple(
                replace(note, onset=start + note.onset, duration=min(note.duration, total - start - note.onset))
                for start in range(0, total, length)
                for note in track.notes
                if note.onset < length and start + note.onset < total
            ),
        )
        for track in tracks
    )
