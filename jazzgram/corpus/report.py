"""What became of a corpus's files: which could not be read, which tunes were renamed, which are copies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, field
from typing import Any

from jazzgram.corpus.duplicates import Duplicate
from jazzgram.music.tune import Dropped, dropped_line
from jazzgram.resources.frozen import dataclass

_SHOWN = 5
"""Files or tunes that a warning names; the report has all."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read.

    Parameters
    ----------
    file : str
        Its path inside the source.
    error : str
        Why.
    expected : bool
        Whether the reader raised it as an error of the file; otherwise the file is tried again next time.
    """

    file: str
    error: str
    expected: bool


@dataclass(frozen=True)
class Report:
    """What became of a corpus's files.

    Parameters
    ----------
    files : int
        How many there are.
    failures : tuple of Failure
        Those that could not be read.
    renamed : tuple of str
        Titles that several tunes had, as they are now.
    duplicates : tuple of Duplicate
        Tunes that are copies of each other.
    missing : tuple of str
        Names in the split file that no tune has.
    shared : tuple of str
        Compositions that the split file has in several parts.
    parts : dict of str to int
        Tunes of each part of the split.
    dropped : tuple of Dropped
        What readers left out of tunes, one for each reason.
    """

    files: int
    failures: tuple[Failure, ...] = ()
    renamed: tuple[str, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    missing: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    parts: dict[str, int] = field(default_factory=dict)
    dropped: tuple[Dropped, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Report:
        """Read what `as_json` returned, after JSON."""
        return cls(
            **fields
            | {
                "failures": tuple(Failure(**item) for item in fields["failures"]),
                "duplicates": tuple(Duplicate(**item) for item in fields["duplicates"]),
                "renamed": tuple(fields["renamed"]),
                "missing": tuple(fields["missing"]),
                "shared": tuple(fields["shared"]),
                "dropped": tuple(Dropped(**item) for item in fields["dropped"]),
            }
        )

    def warnings(self, titles: Iterable[str], parts: Iterable[str]) -> list[str]:
        """Return in a few lines what a user should know.

        Parameters
        ----------
        titles, parts : iterable of str
            Of every tune.
        """
        lines = []
        if self.failures:
            shown = [f"  {failure.error}" for failure in self.failures]
            lines.append(f"{len(self.failures)} of {self.files} files could not be read:\n" + _some(shown, "\n"))
        if left_out := dropped_line(self.dropped):
            lines.append(f"{left_out}; `jazzgram corpus info` lists all")
        if self.renamed:
            lines.append(f"{len(self.renamed)} tunes had the title of another: {_some(map(repr, self.renamed))}")
        if self.duplicates:
            names, where = list(titles), list(parts)
            shown = []
            for copy in self.duplicates:
                key = f", {copy.transposed:+} semitones" if copy.transposed else ""
                apart = ", in different parts of the split" if where[copy.first] != where[copy.second] else ""
                shown.append(f"{names[copy.first]!r} and {names[copy.second]!r} ({copy.share:.0%}{key}{apart})")
            lines.append(f"{len(shown)} pairs of tunes are copies of each other: {_some(shown, '; ')}")
        if self.missing:
            lines.append(f"{len(self.missing)} names of the split have no tune: {_some(self.missing)}")
        if self.shared:
            lines.append(
                f"{len(self.shared)} compositions are in several parts of the split, so that models are scored on what"
                f" they know: {_some(self.shared)}"
            )
        if unused := self.parts.get("unused", 0):
            lines.append(f"{unused} tunes are in no part of the split; nothing is learned from them")
        return lines


def _some(items: Iterable[str], between: str = ", ") -> str:
    every = list(items)
    more = [f"  … and {len(every) - _SHOWN} more" if between == "\n" else f"{len(every) - _SHOWN} more"]
    return between.join(every[:_SHOWN] + (more if len(every) > _SHOWN else []))
