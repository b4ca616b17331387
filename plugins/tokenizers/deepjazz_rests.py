"""Write bars as deepjazz does, with the silences between the notes as rests.

deepjazz keeps only the rests that its source notates. Every other gap is lost, so that a bar read from a
performance is too short and all that follows a gap comes early. Here each gap becomes an ``R`` term, before, between
and after the notes, and the terms of a bar sum exactly to its meter. A gap after a note that is shorter than `shortest`
is held by that note; a note stops where the next one begins, and at the barline; of notes that begin together the
highest is kept. A bar with nothing in it, not even a rest, stays empty.
Source: deepjazz, whose comments wish for it.
"""

from __future__ import annotations

from jazzgram import Chord, Meter, Note, Rest, Term, hookimpl, to_ticks

from . import _deepjazz, _rests

PROVIDES = frozenset({"grid", "full_bars"})


class Options(_rests.Options, _deepjazz.Options):
    """Which gaps become rests; the others as in deepjazz."""


@hookimpl
def parse_melody(
    melody: tuple[Note | Rest, ...], chords: tuple[Chord, ...], meter: Meter, options: Options
) -> tuple[Term, ...]:
    """Write a bar in deepjazz's terms, gaps as rests.

    Examples
    --------
    >>> bar = (Note(64, 480, 240), Note(67, 720, 240), Note(62, 1440, 480))
    >>> dm7 = (Chord((62, 65, 69, 72), 0, 1920, "Dm7"),)
    >>> [term.duration for term in parse_melody(bar, dm7, Meter(), Options())]
    [480, 240, 240, 480, 480]
    """
    return _deepjazz.parse(_rests.with_rests(melody, meter, to_ticks(options.shortest)), chords)


unparse_grammar = hookimpl(_deepjazz.unparse)
list_pitches = hookimpl(_deepjazz.candidates)
