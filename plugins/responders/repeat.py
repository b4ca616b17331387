"""Play back what was played.

The musician's bars come again as they were, whatever the chords; a longer turn begins them again.
Source: call and response as imitation, Berliner, *Thinking in Jazz* (1994, ch. 13).
"""

from __future__ import annotations

from jazzgram import Chord, hookimpl

from ._fitting import Bars, repeated


@hookimpl
def respond(notes: Bars, chords: tuple[tuple[Chord, ...], ...]) -> Bars:
    """Return the bars that were played.

    Examples
    --------
    >>> from jazzgram import Note
    >>> [len(bar) for bar in respond(((Note(60, 0, 480),), ()), ((), (), ()))]
    [1, 0, 1]
    """
    return repeated(notes, len(chords))
