"""Choose the parts of a MIDI file that are read: those that are named, else those that are found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jazzgram import JazzgramError, to_ticks

from .file import Part
from .options import Options
from .parts import choose_harmony, choose_melody, profile_parts


def cast(source: Path, score: Any, parts: Sequence[Part], options: Options) -> tuple[Part, Part | None]:
    """Choose who plays the melody, and who the chords.

    Parameters
    ----------
    score : symusic.Score
        The file.
    parts : sequence of Part
        What it has; at least one.

    Returns
    -------
    Part
        The melody.
    Part or None
        The one that may play the chords, never the melody unless both are named so; None where there is none, or where
        the options take the chords from elsewhere.

    Raises
    ------
    JazzgramError
        Where a named part is not there, or none is left that could be the melody.
    """
    melody_part, chord_part, span = options.melody_part, options.chord_part, options.span
    find_chords = chord_part is None and options.changes is None and options.chords in ("auto", "part")
    melody = None if melody_part is None else pick(source, parts, "melody_part", melody_part)
    chords = None if chord_part is None else pick(source, parts, "chord_part", chord_part)
    if melody is not None and not find_chords:
        return melody, chords
    profiles = profile_parts(score, span and (to_ticks(span[0]), to_ticks(span[1])))
    if melody is None:
        soloist = choose_melody([profile for profile in profiles if profile.number != chord_part])
        if soloist is None:
            where = f" from quarter {span[0]:.10g} to {span[1]:.10g}" if span else ""
            raise JazzgramError(
                f"{source}: no part looks like a melody{where}; choose one as melody_part among the parts "
                f"{listing(parts)}"
            )
        melody = parts[soloist.number]
    if find_chords:
        player = choose_harmony([profile for profile in profiles if profile.number != melody.number])
        chords = parts[player.number] if player else None
    return melody, chords


def pick(source: Path, parts: Sequence[Part], option: str, number: int) -> Part:
    """Return the part that an option names by its number."""
    if number >= len(parts):
        raise JazzgramError(f"{source}: {option} {number} is not there; choose among the parts {listing(parts)}")
    return parts[number]


def listing(parts: Sequence[Part]) -> str:
    """Return the names of parts for an error message."""
    return ", ".join(map(str, parts))
