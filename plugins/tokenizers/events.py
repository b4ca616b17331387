"""Write each note as its pitch and duration, each silence as a rest.

KIND is the MIDI number of the note, ``67,0.500`` for an eighth G above middle C, or ``R`` for a rest. Terms do not
depend on chords: a model conditioned on chords (`note_lstm`) learns which pitches fit, any other plays the same pitches
over every chord. Short gaps, overlaps and the barline are smoothed as in `deepjazz_rests`.
Source: events of pitch, then duration, as in BebopNet (Hakimi, Bhonker & El-Yaniv, ISMIR 2020) and MINGUS (Madaghiele,
Lisena & Troncy, ISMIR 2021).
"""

from __future__ import annotations

from pydantic import Field

from jazzgram import JazzgramError, Meter, Note, Rest, Term, hookimpl, to_ticks

from .._grid import Step, on_grids
from ._rests import Options as RestOptions
from ._rests import with_rests

PROVIDES = frozenset({"grid", "monophonic", "within_bar", "full_bars"})


class Options(RestOptions):
    """Which gaps become rests, and where notes may begin and end."""

    grid: tuple[Step, ...] | None = Field(
        None,
        min_length=1,
        description="Steps of the grids that onsets and ends are quantised to, as fractions of a quarter note, beat by"
        " beat to the nearest; a note left without length is dropped. As in the corpus if null.",
    )


@hookimpl
def parse_melody(melody: tuple[Note | Rest, ...], meter: Meter, options: Options) -> tuple[Term, ...]:
    """Write a bar as pitches; one without notes is a rest.

    Examples
    --------
    >>> bar = (Note(65, 0, 480), Note(62, 480, 480), Note(74, 1440, 480))
    >>> " ".join(map(str, parse_melody(bar, Meter(), Options())))
    '65,1.000 62,1.000 R,1.000 74,1.000'
    """
    events = with_rests(melody, meter, to_ticks(options.shortest)) or (Rest(0, meter.bar),)
    terms = tuple(Term("R" if isinstance(event, Rest) else str(event.pitch), event.duration) for event in events)
    return terms if options.grid is None else tuple(on_grids(terms, options.grid, meter))


@hookimpl
def unparse_grammar(terms: tuple[Term, ...], meter: Meter) -> list[Note]:
    """Play the pitches; notes are cut off at the barline.

    Examples
    --------
    >>> [note.pitch for note in unparse_grammar((Term("65", 480), Term("R", 480), Term("62", 960)), Meter())]
    [65, 62]
    """
    notes: list[Note] = []
    onset = 0
    for term in terms:
        if onset >= meter.bar:
            break
        duration = min(term.duration, meter.bar - onset)
        if not term.is_rest:
            notes.append(Note(_pitch(term), onset, duration, origin=term.origin))
        onset += duration
    return notes


@hookimpl
def list_pitches(term: Term) -> tuple[int, ...]:
    """Return the one pitch that a term names.

    Examples
    --------
    >>> list_pitches(Term("65", 480))
    (65,)
    """
    return (_pitch(term),)


def _pitch(term: Term) -> int:
    if term.category.isdecimal() and int(term.category) < 128:
        return int(term.category)
    raise JazzgramError(
        f"the events tokenizer cannot play {term}; expected R or a MIDI number from 0 to 127; check the steps of"
        " prune_grammar, and that the model was trained with this tokenizer"
    )
