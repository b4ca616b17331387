"""Write bars as deepjazz does, with the silences between the notes as rests.

deepjazz keeps only the rests that its source has written. Every other gap is lost, so that a bar read from a
performance is too short and all that follows a gap comes early. Here each gap becomes an ``R`` term, before, between
and after the notes, and the terms of a bar sum exactly to its meter. A gap after a note that is shorter than `shortest`
is held by that note; a note stops where the next one begins, and at the barline; of notes that begin together the
highest is kept. A bar with nothing in it, not even a rest, stays empty.
Source: deepjazz, whose comments wish for it.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from pydantic import Field

from jazzgram import Chord, Meter, Note, Rest, Term, hookimpl, to_ticks

from . import deepjazz

PROVIDES = deepjazz.PROVIDES | {"full_bars"}


class Options(deepjazz.Options):
    """Which gaps become rests; the others as in deepjazz."""

    shortest: float = Field(0.25, gt=0, le=4, description="Shortest gap that becomes a rest, in quarter notes.")


def with_rests(melody: tuple[Note | Rest, ...], meter: Meter, shortest: int) -> tuple[Note | Rest, ...]:
    """Fill one bar of melody with rests, so that nothing overlaps and no gap is left.

    Parameters
    ----------
    melody : tuple of Note or Rest
        In time order, onsets from the start of the bar. Its own rests are only gaps here.
    meter : Meter
        The bar's meter.
    shortest : int
        Ticks; a shorter gap after a note is added to it.

    Returns
    -------
    tuple of Note or Rest
        In time order, each beginning where the one before ends, from 0 to the barline. Empty for an empty melody.

    Examples
    --------
    >>> bar = with_rests((Note(60, 480, 440), Note(62, 960, 240)), Meter(), 120)
    >>> [(type(event).__name__, event.onset, event.duration) for event in bar]
    [('Rest', 0, 480), ('Note', 480, 480), ('Note', 960, 240), ('Rest', 1200, 720)]
    """
    if not melody:
        return ()
    highest: dict[int, Note] = {}
    for event in melody:
        if isinstance(event, Note) and event.onset < meter.bar:
            rival = highest.setdefault(event.onset, event)
            highest[event.onset] = max(rival, event, key=lambda note: note.pitch)
    onsets = [*highest, meter.bar]
    filled: list[Note | Rest] = [Rest(0, onsets[0])] if onsets[0] > 0 else []
    for note, later in zip(highest.values(), onsets[1:], strict=True):
        end = min(note.end, later)
        if later - end < shortest:
            end = later
        filled.append(replace(note, duration=end - note.onset))
        if end < later:
            filled.append(Rest(end, later - end))
    return tuple(filled)


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
    return deepjazz.parse_melody(with_rests(melody, meter, to_ticks(options.shortest)), chords, meter, options)


@hookimpl
def unparse_grammar(
    terms: tuple[Term, ...],
    chords: tuple[Chord, ...],
    meter: Meter,
    previous: Note | None,
    options: Options,
    rng: Random,
) -> list[Note]:
    """Play deepjazz's terms over the chords.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> dm7 = (Chord((62, 65, 69, 72), 0, 1920, "Dm7"),)
    >>> notes = unparse_grammar(parse_terms("R,1.000 C,0.500 R,2.500"), dm7, Meter(), None, Options(), Random(1))
    >>> [(note.onset, note.duration) for note in notes]
    [(480, 240)]
    """
    return deepjazz.unparse_grammar(terms, chords, meter, previous, options, rng)


list_pitches = hookimpl(deepjazz.list_pitches)
