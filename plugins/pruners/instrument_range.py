"""Keep the line within the range of an instrument.

A note outside the range moves by octaves to the nearest edge of it. The ranges are sounding pitches, without altissimo
and other special techniques. The soloists of the Weimar Jazz Database play no lower on these instruments, stray
transcription errors aside, but trumpeters and saxophonists do go higher.
Source: Adler, *The Study of Orchestration* (3rd ed., 2002); Pfleiderer et al., *Inside the Jazzomat* (2017).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

import jazzgram
from jazzgram import Note, hookimpl, retuned

Instrument = Literal[
    "alto sax",
    "baritone sax",
    "clarinet",
    "double bass",
    "flute",
    "guitar",
    "harmonica",
    "piano",
    "soprano sax",
    "tenor sax",
    "trombone",
    "trumpet",
    "vibraphone",
    "violin",
]

RANGES: dict[Instrument, tuple[int, int]] = {
    "alto sax": (49, 81),  # D♭3 to A5, written B♭3 to F♯6
    "baritone sax": (36, 69),  # C2 to A4, written A3 to F♯6
    "clarinet": (50, 89),  # D3 to F6, written E3 to G6 (in B♭)
    "double bass": (28, 67),  # E1 to G4
    "flute": (60, 96),  # C4 to C7
    "guitar": (40, 88),  # E2 to E6, 24 frets
    "harmonica": (60, 98),  # C4 to D7, chromatic, 12 holes in C
    "piano": (21, 108),  # A0 to C8
    "soprano sax": (56, 88),  # A♭3 to E6, written B♭3 to F♯6
    "tenor sax": (44, 76),  # A♭2 to E5, written B♭3 to F♯6
    "trombone": (40, 72),  # E2 to C5
    "trumpet": (52, 82),  # E3 to B♭5, written F♯3 to C6 (in B♭)
    "vibraphone": (53, 89),  # F3 to F6
    "violin": (55, 100),  # G3 to E7
}
"""Lowest and highest sounding MIDI number of each instrument."""


class Options(jazzgram.Options):
    """Who plays."""

    instrument: Instrument = Field("guitar", description="The instrument whose range the line stays in.")


@hookimpl
def prune_notes(notes: tuple[Note, ...], options: Options) -> list[Note]:
    """Move what is out of range by octaves into it.

    Examples
    --------
    >>> line = (Note(37, 0, 480), Note(60, 480, 480), Note(86, 960, 480))
    >>> [note.pitch for note in prune_notes(line, Options(instrument="tenor sax"))]
    [49, 60, 74]
    """
    lowest, highest = RANGES[options.instrument]
    return [retuned(note, _folded(note.pitch, lowest, highest)) for note in notes]


def _folded(pitch: int, lowest: int, highest: int) -> int:
    if pitch < lowest:
        return lowest + (pitch - lowest) % 12
    return highest - (highest - pitch) % 12 if pitch > highest else pitch
