"""Write each note as its category over the chord, its duration, and a range of intervals from the note before.

A term is ``KIND,DURATION,<UP,DOWN>``. KIND depends on the chord that sounds at the note's onset, in this order:

- ``R`` a rest;
- ``C`` a chord tone;
- ``S`` a tone of the scale that music21 derives from the chord (`jazzgram.music.derived_scale`), by name;
- ``A`` an approach tone, a semitone from a chord tone;
- ``X`` any other.

UP and DOWN are the interval from the bar's previous note plus and minus a minor third; the first note has none. Pitches
have the names that music21 gives MIDI numbers (``C C# D E- E F F# G G# A B- B``), whatever the source's spelling.

Played back, a term may be any tone that would be written with its kind and lies in its range; a kind that has no tone
over the chord takes those of the kind before it. Each note has its own onset and stays within its bar. With `faithful`
the terms become notes as in the original, late and over the barline (see ``_original.py``).
Source: deepjazz (Kim, 2016), after jazzml and Gillick, Tang & Keller, *Learning Jazz Grammars* (SMC 2009).
"""

from __future__ import annotations

from jazzgram import hookimpl

from . import _deepjazz

# Not monophonic and within_bar: the default keeps both, `faithful` neither.
PROVIDES = frozenset({"grid"})

Options = _deepjazz.Options
parse_melody = hookimpl(_deepjazz.parse)
unparse_grammar = hookimpl(_deepjazz.unparse)
list_pitches = hookimpl(_deepjazz.candidates)
