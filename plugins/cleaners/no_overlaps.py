"""End each note where the next begins, and the last where the solo ends.

A line that one player could breathe and finger: no two notes sound at once, and nothing sounds after the last chord. A
note that has no room left, because the next begins with it or the solo is over, is removed; of notes that begin
together the last stays (put `same_onset` before this to keep the highest). Without chords the last note is left as
long as it is.
Source: the project's own.
"""

from __future__ import annotations

from dataclasses import replace

from jazzgram import Chord, Note, hookimpl

PROVIDES = frozenset({"monophonic"})


@hookimpl
def clean_up_notes(notes: tuple[Note, ...], chords: tuple[Chord, ...]) -> list[Note]:
    """Cut every note off at the next onset and at the end of the solo.

    Examples
    --------
    >>> line = (Note(60, 0, 480), Note(62, 240, 240), Note(64, 960, 1920))
    >>> [(note.onset, note.duration) for note in clean_up_notes(line, (Chord((48, 52), 0, 1920),))]
    [(0, 240), (240, 240), (960, 960)]
    """
    limit = max((chord.end for chord in chords), default=None)
    apart: list[Note] = []
    for note in reversed(notes):
        end = note.end if limit is None else min(note.end, limit)
        if end > note.onset:
            apart.append(note if end == note.end else replace(note, duration=end - note.onset))
            limit = note.onset
    return apart[::-1]
