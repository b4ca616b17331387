"""Movement along the scale of each chord, for `build`."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from jazzgram import Chord, Note, chord_at, chord_scale, retuned


def raised(phrase: Sequence[Note], chords: tuple[Chord, ...], steps: int) -> list[Note]:
    """Return a phrase moved up by scale degrees; notes outside the scale keep their distance to the note after them.

    Examples
    --------
    F sharp into G over C major, a third higher: A sharp into B.

    >>> c = (Chord((60, 64, 67), 0, 1920, "C"),)
    >>> [note.pitch for note in raised((Note(66, 0, 240), Note(67, 240, 240)), c, 2)]
    [70, 71]
    """
    moved: list[Note] = []
    for number in reversed(range(len(phrase))):
        note = phrase[number]
        scale = _scale(chords, note.onset)
        index = bisect_left(scale, note.pitch)
        if index < len(scale) and scale[index] == note.pitch:
            pitch = scale[min(index + steps, len(scale) - 1)]
        else:
            pitch = note.pitch + (moved[-1].pitch - phrase[number + 1].pitch if moved else 0)
        moved.append(retuned(note, pitch))
    return moved[::-1]


def toward(chords: tuple[Chord, ...], onset: int, target: int, start: int) -> int:
    """Return the pitch that leads from `start` to `target`: the scale tone beside the target, on the side of the start.

    Where that is the start itself, it is the scale tone on the other side; where no chord sounds, a whole tone away.

    Examples
    --------
    >>> c = (Chord((60, 64, 67), 0, 1920, "C"),)
    >>> toward(c, 0, target=67, start=60), toward(c, 0, target=67, start=65)
    (65, 69)
    """
    scale = _scale(chords, onset) or [target - 2, target, target + 2]
    below, above = bisect_left(scale, target) - 1, bisect_right(scale, target)
    near, far = (below, above) if start <= target else (above, below)
    index = near if scale[max(near, 0) % len(scale)] != start else far
    return scale[min(max(index, 0), len(scale) - 1)]


def _scale(chords: tuple[Chord, ...], onset: int) -> list[int]:
    """Return the pitches of the scale at an onset, ascending; empty where no chord sounds."""
    found = chord_scale(chord_at(chords, onset))
    return [pitch for pitch in range(128) if found is not None and pitch % 12 in found.scale]
