"""Small music that plugins are tried on: a two-five-one with its chords, terms, solo and corpus."""

from __future__ import annotations

from jazzgram.music.chord import Chord
from jazzgram.music.note import Note, Origin
from jazzgram.music.solo import Solo
from jazzgram.music.term import Term, parse_terms
from jazzgram.music.time import Meter
from jazzgram.music.tune import Bar, Corpus, Tune

FOUR_FOUR = Meter(4, 4)
"""The meter of the examples."""

BAR = FOUR_FOUR.bar
"""The length of a 4/4 bar in ticks."""

DM7 = Chord((50, 53, 57, 60), 0, BAR, "Dm7")
"""The II of C major, a bar long."""

G7 = Chord((55, 59, 62, 65), 0, BAR, "G7")
"""The V of C major, a bar long."""

CMAJ7 = Chord((48, 52, 55, 59), 0, BAR, "Cmaj7")
"""The I of C major, a bar long."""

NO_CHORD = Chord((), 0, BAR, "NC")
"""A bar without a chord."""


def bar_of(bar: int, *notes: tuple[int, int, int]) -> tuple[Note, ...]:
    """Return the notes of a bar from pitches, onsets and durations, each with an origin in it."""
    return tuple(
        Note(pitch, onset, duration, origin=Origin(bar, term)) for term, (pitch, onset, duration) in enumerate(notes)
    )


TWO_FIVE_ONE: tuple[tuple[tuple[Note, ...], tuple[Chord, ...]], ...] = (
    (bar_of(0, (62, 0, 240), (65, 240, 240), (69, 480, 240), (72, 720, 240), (71, 960, 480), (67, 1680, 240)), (DM7,)),
    (bar_of(1, (68, 0, 240), (65, 240, 240), (62, 480, 160), (64, 640, 160), (65, 800, 160), (65, 960, 960)), (G7,)),
    (bar_of(2, (64, 0, 960), (76, 1440, 480)), (CMAJ7,)),
)
"""Three bars, each with its chords: eighths, a triplet, a repeated note, a leap and a rest."""


def solo() -> Solo:
    """Return `TWO_FIVE_ONE` as a solo."""
    bars = [bar for bar, _ in TWO_FIVE_ONE]
    moved = tuple(
        Note(note.pitch, note.onset + number * BAR, note.duration, origin=note.origin)
        for number, bar in enumerate(bars)
        for note in bar
    )
    chords = tuple(
        Chord(chord.pitches, number * BAR, BAR, chord.symbol) for number, (_, (chord,)) in enumerate(TWO_FIVE_ONE)
    )
    return Solo(moved, chords, len(bars))


def corpus() -> Corpus:
    """Return `TWO_FIVE_ONE` as a corpus of one tune."""
    return Corpus((Tune("Two five one", tuple(Bar(notes, chords) for notes, chords in TWO_FIVE_ONE)),))


TERMS: tuple[tuple[Term, ...], ...] = (
    parse_terms("C,0.500 S,0.500,<M2,d-4> A,0.333,<m2,P-4> C,0.333,<P4,m-2> C,0.333,<P4,m-2> R,2.000"),
    parse_terms("R,0.500 C,0.500 C,0.500,<m3,m-3> C,0.500,<m3,m-3> X,1.000,<P5,A1> S,1.000,<M2,d-4>"),
    parse_terms("C,4.000"),
)
"""Three bars of terms, each exactly full."""
