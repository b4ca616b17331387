"""Where a phrase ends best, for `breathe`."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from jazzgram import TICKS_PER_QUARTER, Chord, Note, chord_at

_EIGHTH = TICKS_PER_QUARTER // 2
_NEAR = (0.6, 1.6)
"""The shares of the drawn length between which a phrase may end."""


def phrase_end(notes: Sequence[Note], first: int, length: float, chords: tuple[Chord, ...]) -> int:
    """Return the index of the note that a phrase from `first` on, of about `length` ticks, ends with.

    A rest of a beat ends it in any case. Else it is the note of the lowest cost among those that begin on an eighth:
    near the length, long, a tone of its chord, before a leap or a rest; the last note where there is none.

    Examples
    --------
    Eighths, of which the fifth is followed by a leap:

    >>> line = [Note(pitch, 240 * n, 240) for n, pitch in enumerate((60, 62, 64, 65, 67, 60, 62, 64))]
    >>> phrase_end(line, 0, 1200, (Chord((60, 64, 67), 0, 1920, "C"),))
    4
    """
    start = notes[first].onset
    best, lowest = len(notes) - 1, None
    for number in range(first, len(notes)):
        note = notes[number]
        following = notes[number + 1] if number + 1 < len(notes) else None
        if following is None or following.onset - note.end >= TICKS_PER_QUARTER:
            return number if lowest is None or note.end - start <= length else best
        share = (note.end - start) / length
        if share > _NEAR[1] and lowest is not None:
            return best
        if share < _NEAR[0] or note.onset % _EIGHTH:
            continue
        chord = chord_at(chords, note.onset)
        cost = 3 * abs(log(share)) - min(note.duration / TICKS_PER_QUARTER, 2)
        cost -= 0.7 * (chord is not None and note.pitch % 12 in chord.pitch_classes)
        cost -= min(abs(following.pitch - note.pitch), 12) / 12 + 0.5 * (following.onset > note.end)
        if lowest is None or cost < lowest:
            best, lowest = number, cost
    return best
