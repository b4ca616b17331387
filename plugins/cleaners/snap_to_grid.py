"""Quantise notes to a rhythmic grid.

Onsets and ends move to the nearest multiple of any of the grids, by default sixteenths and eighth triplets, as music21
quantises MIDI. A note is at least as long as one step of the grid its onset is on, unless the next one begins sooner.
Where two notes would now begin together, the first stays.
Source: deepjazz (done there by music21's MIDI reader).
"""

from __future__ import annotations

from dataclasses import replace

from jazzgram import Chord, Note, hookimpl, to_ticks

from .._grid import GridOptions

PROVIDES = frozenset({"grid"})


class Options(GridOptions):
    """Where notes may begin and end."""


@hookimpl
def clean_up_notes(notes: tuple[Note, ...], chords: tuple[Chord, ...], options: Options) -> list[Note]:
    """Snap onsets and ends to the grids of `options.grid`.

    Examples
    --------
    >>> line = (Note(60, 7, 215), Note(62, 231, 90), Note(64, 330, 140))
    >>> [(n.onset, n.duration) for n in clean_up_notes(line, (Chord((48,), 0, 1920),), Options())]
    [(0, 240), (240, 80), (320, 160)]
    """
    steps = [to_ticks(step) for step in options.grid]
    over = max((chord.end for chord in chords), default=None)

    def nearest(time: int) -> int:
        return min(((2 * time + step) // (2 * step) * step for step in steps), key=lambda point: abs(point - time))

    quantised: list[tuple[Note, int]] = []
    for note in notes:
        onset = nearest(note.onset)
        if over is not None and note.onset < over <= onset:
            onset = max((over - 1) // step * step for step in steps)
        # Notes of one chord keep their common onset.
        if not quantised or onset > quantised[-1][1] or note.onset == quantised[-1][0].onset:
            quantised.append((note, onset))
    snapped: list[Note] = []
    boundary = None if over is None else (over, over)
    for number in range(len(quantised) - 1, -1, -1):
        note, onset = quantised[number]
        if number + 1 < len(quantised) and quantised[number + 1][1] > onset:
            boundary = quantised[number + 1][0].onset, quantised[number + 1][1]
        end = max(nearest(note.end), onset + min(step for step in steps if onset % step == 0))
        if boundary is not None and note.end <= boundary[0]:
            end = min(end, boundary[1])
        snapped.append(replace(note, onset=onset, duration=end - onset))
    return snapped[::-1]
