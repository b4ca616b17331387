"""A band for a solo: piano and bass, or a trio that swings as the soloist does, generated from the changes.

The modules `piano`, `bass` and `drums` generate the parts, independently of each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from jazzgram.improvise.accompaniment.bass import bass_part
from jazzgram.improvise.accompaniment.drums import CRASH, drum_part
from jazzgram.improvise.accompaniment.piano import piano_part
from jazzgram.improvise.accompaniment.swing import measured_swing_ratio, swing
from jazzgram.improvise.accompaniment.timed_symbols import TimedSymbols
from jazzgram.music.chord import Chord
from jazzgram.music.note import Note
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


def arrange(tracks: Sequence[Track], order: Sequence[int | None], length: int) -> tuple[Track, ...]:
    """Play the bars of an accompaniment in another order.

    Parameters
    ----------
    tracks : sequence of Track
        The accompaniment.
    order : sequence of int or None
        For each bar the bar of the accompaniment that is played, from 0; None for a silence.
    length : int
        Of a bar, in ticks, above 0.

    Returns
    -------
    tuple of Track
        The same tracks, their notes in time order; a note sounds on over a barline only where its next bar follows.

    Examples
    --------
    >>> from jazzgram.music.note import Note
    >>> (bass,) = arrange([Track("Bass", 32, (Note(36, 0, 480), Note(43, 240, 480)))], (0, 1, 0, None), 480)
    >>> [(note.pitch, note.onset, note.duration) for note in bass.notes]
    [(36, 0, 480), (43, 240, 480), (36, 960, 480), (43, 1200, 240)]
    """
    ends: list[int] = []  # of the bars that follow each other as they do in the accompaniment, from the last
    for bar in reversed(range(len(order))):
        source = order[bar]
        goes_on = source is not None and bar + 1 < len(order) and order[bar + 1] == source + 1
        ends.append(ends[-1] if goes_on else (bar + 1) * length)
    ends.reverse()
    return tuple(replace(track, notes=tuple(_arranged(track, order, length, ends))) for track in tracks)


def _arranged(track: Track, order: Sequence[int | None], length: int, ends: Sequence[int]) -> Iterator[Note]:
    by_bar: dict[int, list[Note]] = {}
    for note in track.notes:
        by_bar.setdefault(note.onset // length, []).append(note)
    for bar, source in enumerate(order):
        for note in [] if source is None else by_bar.get(source, []):
            onset = note.onset + (bar - source) * length if source is not None else 0
            yield replace(note, onset=onset, duration=min(note.duration, ends[bar] - onset))


def last_chord(tracks: Sequence[Track], onset: int, end: int) -> tuple[Track, ...]:
    """End a band: what each part strikes on a beat is held to the end, and nothing is struck after it.

    Parameters
    ----------
    tracks : sequence of Track
        The band.
    onset, end : int
        When the last chord is struck, and until when it is held, in ticks.

    Examples
    --------
    >>> (bass,) = last_chord([Track("Bass", 32, (Note(43, 0, 480), Note(36, 480, 480), Note(40, 960, 480)))], 480, 1920)
    >>> [(note.pitch, note.onset, note.duration) for note in bass.notes]
    [(43, 0, 480), (36, 480, 1440)]
    """
    ended = []
    for track in tracks:
        before = [
            replace(note, duration=min(note.duration, onset - note.onset)) for note in track.notes if note.onset < onset
        ]
        first = min((note.onset for note in track.notes if note.onset >= onset), default=None)
        struck = [
            replace(note, onset=onset, duration=note.duration if track.is_drum else end - onset)
            for note in track.notes
            if note.onset == first
        ]
        crash = [replace(note, pitch=CRASH, velocity=96) for note in struck[:1] if track.is_drum]
        ended.append(replace(track, notes=(*before, *struck, *crash)))
    return tuple(ended)


def join_bands(
    own: Sequence[Track], generated: Sequence[Track], order: Sequence[int | None], length: int, *, drums: bool
) -> tuple[Track, ...]:
    """Complete a tune's own band with a generated one: in the bars that it does not have, and with drums.

    Parameters
    ----------
    own : sequence of Track
        From `arrange`.
    generated : sequence of Track
        For every bar.
    order, length
        As in `arrange`.
    drums : bool
        Whether the drummer joins for good, where `own` has no drums.

    Returns
    -------
    tuple of Track
        `own`, then of `generated` the notes that begin where `order` is None, and perhaps all drums.
    """
    drums = drums and not any(track.is_drum for track in own)
    added = [
        replace(
            track,
            notes=tuple(
                note
                for note in track.notes
                if (track.is_drum and drums)
                or (note.onset // length < len(order) and order[note.onset // length] is None)
            ),
        )
        for track in generated
    ]
    return (*own, *(track for track in added if track.notes))
