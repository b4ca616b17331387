"""Instruments that a soloist plays: their sound, range, transposition and clef.

Ranges are sounding pitches without altissimo and other special techniques, after Adler, *The Study of Orchestration*
(3rd ed., 2002), and for harmonica and vibraphone the usual instruments of four and three octaves. The soloists of the
Weimar Jazz Database play no lower on these instruments, stray transcription errors aside, but trumpeters and
saxophonists do go higher (Pfleiderer et al., *Inside the Jazzomat*, 2017). Programs are those of General MIDI 1, from
0; where it lacks an instrument (flugelhorn, bass clarinet) that of its nearest relative.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Literal

from jazzgram.errors import JazzgramError
from jazzgram.resources.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument.

    Parameters
    ----------
    name : str
        In lower case.
    program : int
        Of General MIDI, 0 to 127.
    lowest, highest : int
        Its range: sounding MIDI numbers.
    sounds : int
        Semitones from the written to the sounding note in its own part: -14 on a tenor saxophone, 0 at concert pitch.
    clef : {"treble", "treble_8vb", "bass", "bass_8vb"}
        Of its part; with 8vb it sounds an octave below what the clef alone would say.
    aliases : tuple of str
        Other names.
    """

    name: str
    program: int
    lowest: int
    highest: int
    sounds: int = 0
    clef: Literal["treble", "treble_8vb", "bass", "bass_8vb"] = "treble"
    aliases: tuple[str, ...] = ()

    @property
    def part(self) -> str:
        """The key of its part: Bb, Eb or F; empty at concert pitch."""
        return {0: "", 10: "Bb", 3: "Eb", 5: "F"}[self.sounds % 12]

    @property
    def title(self) -> str:
        """Its name at the head of a part."""
        return self.name.title()


INSTRUMENTS: dict[str, Instrument] = {
    instrument.name: instrument
    for instrument in (
        Instrument("alto sax", 65, 49, 81, -9, aliases=("alto", "as")),  # written B♭3 to F♯6
        Instrument("baritone sax", 67, 36, 69, -21, aliases=("baritone", "bari sax", "bari", "bs")),  # A3 to F♯6
        Instrument("bass clarinet", 71, 37, 77, -14, aliases=("bcl",)),  # written E♭3 to G6
        Instrument("cello", 42, 36, 81, clef="bass", aliases=("violoncello",)),
        Instrument("clarinet", 71, 50, 89, -2, aliases=("cl",)),  # written E3 to G6
        Instrument("cornet", 56, 52, 82, -2, aliases=("cor",)),  # written F♯3 to C6
        Instrument("double bass", 32, 28, 67, clef="bass_8vb", aliases=("bass", "upright bass", "acoustic bass")),
        Instrument("electric bass", 33, 28, 67, clef="bass_8vb", aliases=("bass guitar",)),
        Instrument("electric piano", 4, 28, 100, aliases=("rhodes",)),
        Instrument("flugelhorn", 56, 52, 79, -2, aliases=("flugel",)),
        Instrument("flute", 73, 60, 96, aliases=("fl",)),
        Instrument("french horn", 60, 41, 77, -7, aliases=("horn",)),
        Instrument("guitar", 26, 40, 88, clef="treble_8vb", aliases=("jazz guitar", "electric guitar", "g")),
        Instrument("harmonica", 22, 60, 98),
        Instrument("organ", 16, 36, 96, aliases=("hammond", "hammond organ")),
        Instrument("piano", 0, 21, 108, aliases=("p",)),
        Instrument("soprano sax", 64, 56, 88, -2, aliases=("soprano", "ss")),  # written B♭3 to F♯6
        Instrument("tenor sax", 66, 44, 76, -14, aliases=("tenor", "sax", "ts")),  # written B♭3 to F♯6
        Instrument("trombone", 57, 40, 72, clef="bass", aliases=("tb",)),
        Instrument("trumpet", 56, 52, 82, -2, aliases=("tp",)),  # written F♯3 to C6
        Instrument("vibraphone", 11, 53, 89, aliases=("vibes", "vib")),
        Instrument("violin", 40, 55, 100, aliases=("fiddle",)),
    )
}
"""Every instrument by its name."""

_BY_ALIAS = {
    alias: instrument for instrument in INSTRUMENTS.values() for alias in (instrument.name, *instrument.aliases)
}

COMPASSES = {
    **{"soprano sax": (56, 93), "alto sax": (49, 86), "tenor sax": (44, 88), "baritone sax": (36, 69)},
    **{"clarinet": (50, 91), "bass clarinet": (34, 79), "flute": (60, 96), "trombone": (40, 80)},
    **{"trumpet": (52, 91), "cornet": (52, 91), "flugelhorn": (52, 84), "vibraphone": (53, 89)},
    **{"guitar": (40, 88), "piano": (21, 108), "double bass": (28, 67)},
}
"""Lowest and highest sounding MIDI number of each: down to what it has, and up to what soloists of the Weimar Jazz
Database reach, with altissimo, one note in five thousand left out."""


def find_instrument(name: str) -> Instrument:
    """Find an instrument by its name or an alias.

    Parameters
    ----------
    name : str
        Case, hyphens and white space do not matter; "saxophone" is "sax".

    Raises
    ------
    JazzgramError
        Where there is none of that name; the message has the nearest name, or all of them.

    Examples
    --------
    >>> find_instrument("Tenor Saxophone").name, find_instrument("vibes").program, find_instrument("tenor sax").part
    ('tenor sax', 11, 'Bb')
    """
    plain = re.sub(r"[\s_-]+", " ", name).strip().lower().replace("saxophone", "sax")
    if plain in _BY_ALIAS:
        return _BY_ALIAS[plain]
    near = difflib.get_close_matches(plain, [alias for alias in _BY_ALIAS if len(alias) > 2], 1)
    hint = f"did you mean {_BY_ALIAS[near[0]].name}?" if near else f"expected one of {', '.join(INSTRUMENTS)}"
    raise JazzgramError(f"there is no instrument {name[:40]!r}; {hint}")


def octaves_into_range(pitches: Sequence[int], instrument: Instrument) -> int:
    """Return the octaves, in semitones, by which a melody moves so that the fewest of its notes are out of range.

    Of equal moves the smallest, of these the one up. 0 for no notes.

    Examples
    --------
    >>> octaves_into_range([79, 76, 72], INSTRUMENTS["baritone sax"]), octaves_into_range([], INSTRUMENTS["flute"])
    (-12, 0)
    """

    def misfit(move: int) -> tuple[int, int, int]:
        outside = sum(not instrument.lowest <= pitch + move <= instrument.highest for pitch in pitches)
        return outside, abs(move), -move

    return min(range(-60, 61, 12), key=misfit)


def instrument_of(program: int) -> Instrument | None:
    """Find the instrument of a General MIDI program; None where there is none here.

    Examples
    --------
    >>> instrument_of(66).name, instrument_of(56).name, instrument_of(127) is None
    ('tenor sax', 'trumpet', True)
    """
    found = [instrument for instrument in INSTRUMENTS.values() if instrument.program == program]
    # Of relatives that share a program, that which General MIDI means.
    return next((one for one in found if one.name in ("trumpet", "clarinet")), next(iter(found), None))
