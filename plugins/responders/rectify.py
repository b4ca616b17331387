"""Play your line again, made to fit the chords.

Each note moves to the nearest tone of its chord's scale; on beats, to a chord tone. The rhythm stays.
Source: rectification as in Impro-Visor (Keller, 2012), here over the chords to come.
"""

from __future__ import annotations

from jazzgram import Chord, Meter, hookimpl

from ._fitting import Bars, fitted, repeated


@hookimpl
def respond(notes: Bars, chords: tuple[tuple[Chord, ...], ...], meter: Meter) -> Bars:
    """Return the bars that were played, fitted to the chords.

    Examples
    --------
    >>> from jazzgram import Note
    >>> played = ((Note(61, 0, 480), Note(66, 240, 240)),)
    >>> c7 = (Chord((60, 64, 67, 70), 0, 1920, "C7"),)
    >>> [note.pitch for note in respond(played, (c7,), Meter())[0]]
    [60, 65]
    """
    return fitted(repeated(notes, len(chords)), chords, meter)
