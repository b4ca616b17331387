"""Hypothesis strategies: bars of notes, terms and chords.

hypothesis is imported when a strategy is first called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jazzgram.music.chord import Chord
from jazzgram.music.note import Note, Origin
from jazzgram.music.term import Term
from jazzgram.testing.examples import BAR, CMAJ7, DM7, G7, NO_CHORD

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def notes_of_a_bar(*, longest: int = 16) -> SearchStrategy[tuple[Note, ...]]:
    """Draw the notes of a 4/4 bar: monophonic, in time order, on the grid of sixteenths or triplets.

    Parameters
    ----------
    longest : int
        At most this many notes.
    """
    from hypothesis import strategies as st

    steps = st.sampled_from([120, 160, 240, 320, 480, 720, 960])

    @st.composite
    def bar(draw: Any) -> tuple[Note, ...]:
        notes: list[Note] = []
        onset = 0
        for term in range(draw(st.integers(0, longest))):
            length = draw(steps)
            if onset + length > BAR:
                break
            if draw(st.booleans()) or not notes:
                velocity = draw(st.integers(1, 127))
                notes.append(Note(draw(st.integers(36, 96)), onset, length, velocity, origin=Origin(0, term)))
            onset += length
        return tuple(notes)

    return bar()


def terms_of_a_bar() -> SearchStrategy[tuple[Term, ...]]:
    """Draw the terms of a 4/4 bar, summing exactly to the bar."""
    from hypothesis import strategies as st

    @st.composite
    def bar(draw: Any) -> tuple[Term, ...]:
        terms: list[Term] = []
        left = BAR
        while left:
            length = min(left, draw(st.sampled_from([120, 160, 240, 320, 480, 960])))
            kind = draw(st.sampled_from("CCSSARX"))
            sounded = any(not term.is_rest for term in terms)
            interval_range = draw(st.sampled_from(["P4,m-2", "M2,d-4", "P1,d-5"])) if sounded and kind != "R" else ""
            terms.append(Term(kind, length, interval_range, Origin(0, len(terms))))
            left -= length
        return tuple(terms)

    return bar()


def chords_of_a_bar() -> SearchStrategy[tuple[Chord, ...]]:
    """Draw one or two chords that fill a 4/4 bar; now and then no chord."""
    from hypothesis import strategies as st

    voicings = st.sampled_from(
        [DM7, G7, CMAJ7, NO_CHORD, Chord((46, 50, 53, 56), 0, BAR, "Bb7"), Chord((60, 63, 67), 0, BAR)]
    )

    def halves(pair: tuple[Chord, Chord]) -> tuple[Chord, ...]:
        first, second = pair
        return (
            Chord(first.pitches, 0, BAR // 2, first.symbol),
            Chord(second.pitches, BAR // 2, BAR // 2, second.symbol),
        )

    return st.one_of(voicings.map(lambda chord: (chord,)), st.tuples(voicings, voicings).map(halves))
