"""What comes of a pipeline: a solo with its record, and what a run leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jazzgram.music.solo import Solo
from jazzgram.pipeline.trace import Trace


@dataclass(frozen=True)
class Improvisation:
    """A solo with the record of how it came about.

    Parameters
    ----------
    solo : Solo
        What came out.
    trace : Trace
        What every step did.
    """

    solo: Solo
    trace: Trace


@dataclass(frozen=True)
class Run(Improvisation):
    """What a run left behind.

    Parameters
    ----------
    solo, trace
        As in `Improvisation`.
    measures : dict of str to float
        The metrics' numbers.
    files : tuple of Path
        Everything that was written.
    sets : tuple of int
        Where each bar has a fixed number of terms, as in the course: how many notes came of each bar's set of chords.
    """

    measures: dict[str, float]
    files: tuple[Path, ...]
    sets: tuple[int, ...] = ()
