"""What the cache holds: its kinds of entries, counted, measured and removed.

An entry is known by its name. What has another one was not put there by jazzgram: it is counted, and never removed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from jazzgram.resources.atomic import UNFINISHED
from jazzgram.resources.cache import discard

_KEY = "[0-9a-f]{32}"
_PART = rf"{re.escape(UNFINISHED)}[0-9a-f]{{16}}(\.\w+)?"
"""The name of a file that a killed process left unfinished."""
_PACK = rf"[0-9a-f]{{2}}([0-9a-f]{{30}})?/({_KEY}\.arrow|{_PART})"
"""A file in the folder of what made it, or, of earlier versions, in that of the first digits of its name."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entries.

    Parameters
    ----------
    name : str
        As it is typed.
    what : str
        What the entries are, in a few words.
    folders : tuple of str
        The folders they are in; empty for files of the root itself.
    names : str
        A regular expression of their paths below the folder, ``/`` between parts.
    """

    name: str
    what: str
    folders: tuple[str, ...]
    names: str


KINDS = (
    Kind("tunes", "tunes of some files, as a reader read them", ("tunes",), _PACK),
    Kind("terms", "terms of some files' tunes", ("terms",), _PACK),
    Kind("tables", "terms of a whole corpus", ("tables",), rf"{_KEY}\.arrow|{_PART}"),
    Kind(
        "models",
        "trained models, and checkpoints of trainings",
        ("models",),
        rf"{_KEY}(\.checkpoint[.\w-]*)?|\.{_KEY}\.[0-9a-f]{{8}}(\.old)?|{_PART}",
    ),
    Kind("choruses", "sampled terms of evaluations", ("choruses",), rf"{_KEY}\.json|{_PART}"),
    Kind("references", "statistics of real solos", ("references",), rf"{_KEY}\.json|{_PART}"),
    Kind("evaluations", "measured choruses", ("evaluations",), rf"{_KEY}\.json|{_PART}"),
    Kind("studies", "trials of tunings", ("studies",), r"[\w-]+\.journal[.\w-]*"),
    Kind("downloads", "corpora and soundfonts", ("corpora", "soundfonts"), rf"{_KEY}\.sf2|{_PART}"),
    Kind("code", "hashes of source files", (), rf"code\.json|{_PART}"),
)


@dataclass(frozen=True, slots=True)
class Contents:
    """The entries of a kind.

    Parameters
    ----------
    entries : tuple of Path
        Files and folders, sorted.
    size : int
        Their bytes.
    """

    entries: tuple[Path, ...]
    size: int


def contents(kind: Kind, root: Path, downloads: Sequence[str] = ()) -> Contents:
    """Find the entries of a kind.

    Parameters
    ----------
    kind : Kind
        One of `KINDS`.
    root : Path
        The cache folder; it may be missing.
    downloads : sequence of str
        File names that the registries download to; a file that somebody put beside them has another one.

    Returns
    -------
    Contents
        Links to folders are not followed: what they lead to is outside the cache.
    """
    names = re.compile("|".join([kind.names, *map(re.escape, downloads if kind.name == "downloads" else ())]))
    found = [path for folder in kind.folders for path in _walk(root / folder, names)]
    if not kind.folders:
        found = [path for path in _listed(root) if names.fullmatch(path.name)]
    return Contents(tuple(sorted(found)), sum(map(size_of, found)))


def others(root: Path, known: Sequence[Contents]) -> Contents:
    """Return the files in the cache folder that are no entries of any kind."""
    entries = {path for each in known for path in each.entries}
    found = list(_files(root, entries))
    return Contents(tuple(sorted(found)), sum(map(size_of, found)))


def remove(root: Path, found: Contents) -> None:
    """Remove entries, and the folders that are empty then.

    Raises
    ------
    JazzgramError
        Where one cannot be removed.
    """
    for path in found.entries:
        discard(path)
        for folder in path.parents:
            if folder == root or folder.is_symlink():
                break
            with suppress(OSError):  # it is not empty
                folder.rmdir()


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of the files in a folder; a link counts nothing."""
    try:
        if path.is_symlink():
            return 0
        return sum(map(size_of, path.iterdir())) if path.is_dir() else path.stat().st_size
    except OSError:  # removed meanwhile, or not readable
        return 0


def _walk(folder: Path, names: re.Pattern[str]) -> Iterator[Path]:
    waiting = [] if folder.is_symlink() else _listed(folder)
    while waiting:
        path = waiting.pop()
        if names.fullmatch(path.relative_to(folder).as_posix()):
            yield path
        elif path.is_dir() and not path.is_symlink():
            waiting += _listed(path)


def _files(folder: Path, entries: set[Path]) -> Iterator[Path]:
    for path in _listed(folder):
        if path in entries:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files(path, entries)
        else:
            yield path


def _listed(folder: Path) -> list[Path]:
    try:
        return [Path(entry.path) for entry in os.scandir(folder)]
    except OSError:
        return []
