"""Phrases: what lies between the silences of a line, for metrics and cleaners.

Source: Temperley, *The Cognition of Basic Musical Structures* (2001, ch. 3).
"""

from __future__ import annotations

from collections.abc import Sequence

from jazzgram import TICKS_PER_QUARTER, Note


def phrases(notes: Sequence[Note], rest: int = TICKS_PER_QUARTER) -> list[list[Note]]:
    """Divide a line at its silences.

    Parameters
    ----------
    notes : sequence of Note
        In time order.
    rest : int
        The shortest silence, in ticks, that ends a phrase.

    Returns
    -------
    list of list of Note
        In time order; empty where there are no notes.

    Examples
    --------
    >>> line = (Note(60, 0, 240), Note(62, 240, 240), Note(64, 1440, 480))
    >>> [[note.pitch for note in phrase] for phrase in phrases(line)]
    [[60, 62], [64]]
    """
    found: list[list[Note]] = []
    reached = 0
    for note in notes:
        if not found or note.onset - reached >= rest:
            found.append([])
        found[-1].append(note)
        reached = max(reached, note.end)
    return found
