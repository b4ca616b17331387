"""Write each note as a degree of its chord, with direction, octave and duration.

KIND is the degree above the root of the chord that sounds at the note's onset (``1 b2 2 b3 3 4 #4 5 b6 6 b7 7``), or
``R`` for a rest. The range selects one of the notes of that name:

- ``o4``, on the first note of a bar: the one in octave 4, which begins at middle C;
- ``+`` or ``-``: the nearest one above or below the note before; ``+1``: an octave above that one, and so on;
- ``=``: the same pitch again (over another chord the nearest one).

A bar comes back exactly over the chords it was read from, except for what `deepjazz_rests` smooths too: short gaps,
overlaps, notes that begin together and notes over the barline. The root is that of the chord symbol; without a symbol,
the lowest pitch; without any chord, C.
Source: the project's own; scale degrees as jazz harmony counts them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from jazzgram import Chord, JazzgramError, Meter, Note, Rest, Term, chord_at, hookimpl, parse_symbol, to_ticks

from ._rests import Options, with_rests

PROVIDES = frozenset({"grid", "monophonic", "within_bar", "full_bars"})

DEGREES = ("1", "b2", "2", "b3", "3", "4", "#4", "5", "b6", "6", "b7", "7")
"""The degrees by semitones above the root."""

_MIDDLE_C = 60
_term = lru_cache(1 << 16)(Term)
"""Corpora repeat their terms: a value that is found costs a third of one that is made."""
_RANGE = re.compile(r"o(?P<octave>-?\d)|(?P<direction>[+-])(?P<octaves>\d*)|=|")


def _root(chord: Chord | None) -> int:
    root = parse_symbol(chord.symbol).root if chord is not None and chord.symbol else None
    if root is not None:
        return root
    return min(chord.pitches, default=0) % 12 if chord is not None else 0


def _range(pitch: int, before: int | None) -> str:
    if before is None:
        return f"o{pitch // 12 - 1}"
    if pitch == before:
        return "="
    return ("+" if pitch > before else "-") + (str(abs(pitch - before) // 12) if abs(pitch - before) >= 12 else "")


def _pitch(term: Term, root: int, before: int) -> int:
    match = _RANGE.fullmatch(term.interval_range)
    if term.category not in DEGREES or match is None:
        raise JazzgramError(
            f"the scale_degree tokenizer cannot play {term}; expected R or one of {' '.join(DEGREES)}, with a range "
            "like o4, +, -1 or =; check the steps of prune_grammar"
        )
    name = (root + DEGREES.index(term.category)) % 12
    if match["octave"]:
        pitch = name + 12 * (int(match["octave"]) + 1)
    elif match["direction"] == "+":
        pitch = before + (name - before) % 12 + 12 * int(match["octaves"] or 0)
    elif match["direction"] == "-":
        pitch = before - (before - name) % 12 - 12 * int(match["octaves"] or 0)
    else:
        pitch = before + (name - before + 6) % 12 - 6
    while pitch > 127:
        pitch -= 12
    return max(pitch, name)


@hookimpl
def parse_melody(
    melody: tuple[Note | Rest, ...], chords: tuple[Chord, ...], meter: Meter, options: Options
) -> tuple[Term, ...]:
    """Write a bar as degrees of its chords.

    Examples
    --------
    >>> bar = (Note(65, 0, 480), Note(62, 480, 480), Note(74, 1440, 480))
    >>> " ".join(map(str, parse_melody(bar, (Chord((50, 53, 57), 0, 1920, "Dm"),), Meter(), Options())))
    'b3,1.000,<o4> 1,1.000,<-> R,1.000 1,1.000,<+1>'
    """
    terms: list[Term] = []
    before: int | None = None
    for event in with_rests(melody, meter, to_ticks(options.shortest)):
        if isinstance(event, Rest):
            terms.append(Term("R", event.duration))
            continue
        degree = DEGREES[(event.pitch - _root(chord_at(chords, event.onset))) % 12]
        terms.append(_term(degree, event.duration, _range(event.pitch, before)))
        before = event.pitch
    return tuple(terms)


@hookimpl
def unparse_grammar(
    terms: tuple[Term, ...], chords: tuple[Chord, ...], meter: Meter, previous: Note | None
) -> list[Note]:
    """Play degrees over the chords; notes are cut off at the barline.

    Examples
    --------
    >>> terms = (Term("b3", 480, "o4"), Term("1", 480, "-"), Term("5", 960, "-"))
    >>> [note.pitch for note in unparse_grammar(terms, (Chord((55, 58, 62), 0, 1920, "Gm"),), Meter(), None)]
    [70, 67, 62]
    """
    notes: list[Note] = []
    onset, before = 0, previous.pitch if previous is not None else _MIDDLE_C
    for term in terms:
        duration = min(term.duration, meter.bar - onset)
        if onset >= meter.bar:
            break
        if not term.is_rest:
            before = _pitch(term, _root(chord_at(chords, onset)), before)
            notes.append(Note(before, onset, duration, origin=term.origin))
        onset += duration
    return notes


@hookimpl
def list_pitches(term: Term, chord: Chord | None, before: int | None) -> tuple[int, ...]:
    """Return the one pitch that a degree names.

    Examples
    --------
    >>> list_pitches(Term("b3", 480, "-"), Chord((55, 58, 62), 0, 1920, "Gm"), 62)
    (58,)
    """
    return (_pitch(term, _root(chord), _MIDDLE_C if before is None else before),)
