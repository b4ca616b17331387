"""A run: a solo with all that is known of how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from jazzgram.music.solo import Solo
from jazzgram.pipeline.provenance import Record
from jazzgram.pipeline.trace import Trace


@dataclass(frozen=True)
class Run:
    """One run, the same value whether it was just improvised, written to a folder or read back from one.

    Parameters
    ----------
    solo : Solo
        What came out.
    trace : Trace
        What every step did.
    config : mapping of str to anything
        The content of ``run.yaml``: every value written out. Empty before the run is written.
    measures : mapping of str to float
        The metrics' numbers; empty where none was computed.
    folder : Path or None
        Where its files lie; None before the run is written.
    files : tuple of Path
        Its files, sorted by name.
    """

    solo: Solo
    trace: Trace
    config: Mapping[str, Any] = field(default_factory=dict)
    measures: Mapping[str, float] = field(default_factory=dict)
    folder: Path | None = None
    files: tuple[Path, ...] = ()

    @cached_property
    def record(self) -> Record:
        """What each step did to each bar, and where every note comes from."""
        return Record(self.solo, self.trace)
