"""A run: a solo with its trace, configuration, measures and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import Any

from jazzgram.music.solo import Solo
from jazzgram.pipeline.provenance import Record
from jazzgram.pipeline.trace import Trace
from jazzgram.resources.frozen import dataclass


@dataclass(frozen=True)
class Run:
    """One run, the same value whether it was just improvised, written to a folder or read back from one.

    Parameters
    ----------
    solo : Solo
        The solo.
    trace : Trace
        The calls of every step.
    config : mapping of str to anything
        The content of ``run.yaml``: every value written out. Empty before the run is written.
    measures : mapping of str to float
        The metrics' numbers; empty where none was computed.
    folder : Path or None
        The folder of its files; None before the run is written.
    files : tuple of Path
        Its files, sorted by name.
    """

    solo: Solo
    trace: Trace
    config: Mapping[str, Any] = field(default_factory=dict)
    measures: Mapping[str, float] = field(default_factory=dict)
    folder: Path | None = None
    files: tuple[Path, ...] = ()

    def __repr__(self) -> str:
        """Return the solo, the number of traced calls and the folder in one line."""
        where = f", in {self.folder}" if self.folder else ""
        return f"<Run of {self.solo!r}: {len(self.trace.calls)} calls of steps{where}>"

    @cached_property
    def record(self) -> Record:
        """What each step did to each bar, and where every note comes from."""
        return Record(self.solo, self.trace)
