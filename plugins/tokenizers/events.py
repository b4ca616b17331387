"""Write each note as its pitch and duration, each silence as a rest.

KIND is the MIDI number of the note, ``67,0.500`` for an eighth G above middle C, or ``R`` for a rest. Terms do not
depend on chords: a model conditioned on chords (`note_lstm`) learns which pitches fit, any other plays the same pitches
over every chord. Short gaps, overlaps and the barline are smoothed as in `deepjazz_rests`.
Source: events of pitch, then duration, as in BebopNet (Hakimi, Bhonker & El-Yaniv, ISMIR 2020) and MINGUS (Madaghiele,
Lisena & Troncy, ISMIR 2021).
"""

from __future__ import annotations

from jazzgram import JazzgramError, Meter, Note, Rest, Term, hookimpl, to_ticks

from ._rests import Options, with_rests

PROVIDES = frozenset({"grid", "monophonic", "within_bar", "full_bars"})


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
    return tuple(Term("R" if isinstance(event, Rest) else str(event.pitch), event.duration) for event in events)


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
