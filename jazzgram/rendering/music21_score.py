"""A solo as a music21 stream, for analyses in that library."""

from __future__ import annotations

from typing import Any

from jazzgram.music.solo import Solo
from jazzgram.rendering.lead_sheet import lead_sheet_musicxml


def to_music21(solo: Solo) -> Any:
    """Return a solo's lead sheet as a music21 score: notes as notated, chord symbols, key, tempo and sections.

    Parameters
    ----------
    solo : Solo
        May have no notes and no chords.

    Returns
    -------
    music21.stream.Score
        One part; importing music21 takes half a second.

    Examples
    --------
    >>> from jazzgram import Note
    >>> score = to_music21(Solo((Note(62, 0, 480), Note(65, 480, 960)), (), 1))
    >>> [(note.nameWithOctave, float(note.quarterLength)) for note in score.recurse().notes]
    [('D4', 1.0), ('F4', 2.0)]
    """
    from music21 import converter

    return converter.parseData(lead_sheet_musicxml(solo), format="musicxml")
