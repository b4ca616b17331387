"""Shape the velocities by the line and the metre.

A phrase gets louder towards its high notes. Its peaks are accented, as are the off-beats of an eighth-note line, and
most of all an off-beat note before a rest, the accent that gave bebop its name. The rules add up, clipped to 1 to 127:

    velocity + contour * (2 * height - 1) + peaks * peak + off_beats * off + phrase_ends * (off, before a rest)

with height from 0 (the phrase's lowest note) to 1 (its highest), 1/2 where all are equal. In the solos of the Weimar
Jazz Database peaks are about 3 dB louder than the low points of a line, and off-beats as loud as on-beats.
Source: the project's own; accents as they are taught for bebop lines, contour measured in the Weimar Jazz Database.
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

import jazzgram
from jazzgram import Meter, Note, hookimpl, to_ticks

from .._phrases import phrases

NEEDS = frozenset({"grid"})


class Options(jazzgram.Options):
    """What each rule adds, in steps of MIDI velocity."""

    contour: int = Field(
        8, ge=0, le=60, description="Velocity added to a phrase's highest, taken from its lowest note."
    )
    peaks: int = Field(8, ge=0, le=60, description="Velocity added to a note higher than both its neighbours.")
    off_beats: int = Field(5, ge=0, le=60, description="Velocity added to a note halfway between two beats.")
    phrase_ends: int = Field(8, ge=0, le=60, description="Velocity added to an off-beat note before a rest.")
    rest: float = Field(0.5, gt=0, le=4, description="Shortest silence that ends a phrase, in quarter notes.")


@hookimpl
def clean_up_notes(notes: tuple[Note, ...], meter: Meter, options: Options) -> list[Note]:
    """Accent high notes, peaks, off-beats and phrase ends.

    Examples
    --------
    >>> line = (Note(60, 0, 240), Note(67, 240, 240), Note(64, 480, 480))
    >>> [note.velocity for note in clean_up_notes(line, Meter(), Options())]
    [72, 101, 81]
    """
    shaped: list[Note] = []
    for phrase in phrases(notes, to_ticks(options.rest)):
        pitches = [note.pitch for note in phrase]
        low, high = min(pitches), max(pitches)
        for number, note in enumerate(phrase):
            height = (note.pitch - low) / (high - low) if high > low else 0.5
            accent = options.contour * (2 * height - 1)
            if 0 < number < len(phrase) - 1 and pitches[number - 1] < note.pitch > pitches[number + 1]:
                accent += options.peaks
            if note.onset % meter.beat * 2 == meter.beat:
                accent += options.off_beats + options.phrase_ends * (number == len(phrase) - 1)
            shaped.append(replace(note, velocity=max(1, min(127, round(note.velocity + accent)))))
    return shaped
