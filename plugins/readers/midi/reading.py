"""Open a MIDI file with the options of a user: its parts, which of them are read, and over which bars."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jazzgram import JazzgramError, Meter, to_ticks

from .bar_grid import BarGrid, Bars
from .casting import cast
from .file import Part, list_parts, parse_midi, read_whole
from .options import Options
from .signatures import read_grid
from .span import span_of_file, whole_file


@dataclass(frozen=True, eq=False)
class Reading:
    """A MIDI file, opened.

    Parameters
    ----------
    source : Path
        Where it is.
    content : bytes
        What is in it.
    score : symusic.Score
        The same, parsed.
    parts : tuple of Part
        All its parts, at least one.
    grid : BarGrid
        All its barlines.
    bars : Bars
        Those that are read.
    melody : Part
        The soloist.
    chord_part : Part or None
        Who may play the chords.
    """

    source: Path
    content: bytes
    score: Any
    parts: tuple[Part, ...]
    grid: BarGrid
    bars: Bars
    melody: Part
    chord_part: Part | None


def begin(source: Path, options: Options) -> Reading:
    """Open a MIDI file.

    Raises
    ------
    JazzgramError
        Where it is damaged, or the options do not fit it.
    """
    content = read_whole(source)
    score = parse_midi(source, content)
    parts = tuple(list_parts(score))
    if not parts:
        raise JazzgramError(f"{source}: no part has any notes; the midi reader needs a melody")
    pickup = to_ticks(options.pickup)
    grid = BarGrid([(0, Meter.parse(options.meter))], pickup) if options.meter else read_grid(source, score, pickup)
    bars = span_of_file(source, grid, parts, options.span) if options.span else None
    melody, chord_part = cast(source, score, parts, options)
    if bars is None:
        bars = whole_file(source, grid, [melody, chord_part or melody], options.divisors)
    return Reading(source, content, score, parts, grid, bars, melody, chord_part)
