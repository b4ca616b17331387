"""The source of a corpus, and its work items: what a reader reads in one call, and a hash of its content.

A source is a path, a name in the registry, or the fallback of either: a file, or a folder whose reader lists its files
(`list_files`). A change of a file that a reader reads with another one (`depends_on`) has that one read again, too.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jazzgram.config.config import CorpusPart, Part
from jazzgram.errors import JazzgramError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.progress import Reporter
from jazzgram.resources.plain import plain
from jazzgram.resources.registry import CorpusNotAvailable, locate_corpus


def find_source(part: CorpusPart, reporter: Reporter) -> tuple[CorpusPart, Path]:
    """Find a corpus section's file, or its fallback's where it is not available.

    Parameters
    ----------
    part : CorpusPart
        The configured section.
    reporter : Reporter
        Is warned, with what to do, before a fallback is taken.

    Returns
    -------
    CorpusPart, Path
        The section that is used, and its file or folder.

    Raises
    ------
    JazzgramError
        Where a path does not exist, or neither the registry's file nor a fallback is available.
    """
    while True:
        try:
            return part, find_file(part.source, "corpus.source")
        except CorpusNotAvailable as error:
            if part.fallback is None:
                raise
            reporter.warn(
                f"Going on with the fallback corpus {part.fallback.source}: {part.source} is not here.\n{error}"
            )
            part = part.fallback


def find_file(source: str, where: str) -> Path:
    """Find a file or folder by path or by its name in the registry; `where` opens the message if there is none."""
    path = Path(source)
    if path.exists():
        try:
            return plain(path)
        except OSError as error:
            raise JazzgramError(f"{where}: {path}: {error.strerror}") from error
    if "/" in source or "\\" in source or path.suffix:
        raise JazzgramError(f"{where}: no such file {source}")
    return locate_corpus(source)


_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class WorkItem:
    """What a reader reads in one call.

    Parameters
    ----------
    file : str
        The path of a file; of a folder where the reader lists no files. A `Path` takes five times the memory.
    name : str
        The path inside the source's folder, with ``/``; the file's name where the source is a file.
    digest : str
        A hash of its name, its content, and the content of the files it depends on.
    """

    file: str
    name: str
    digest: str

    @property
    def path(self) -> Path:
        """The path of the file or folder."""
        return Path(self.file)

    @property
    def stem(self) -> str:
        """The file's name without ending."""
        return Path(self.name).stem


def list_items(source: Path, reader: Part, calls: PluginCalls) -> list[WorkItem]:
    """List the work items of a source, in order.

    Parameters
    ----------
    source : Path
        An existing file or folder.
    reader : Part
        The reader with its options.
    calls : PluginCalls
        Has the reader.

    Returns
    -------
    list of WorkItem
        At least one.

    Raises
    ------
    JazzgramError
        Where a folder has no files for the reader, or what it lists or depends on cannot be read.
    """
    files = [source]
    if source.is_dir() and "list_files" in reader.plugin.hooks:
        files = _listed(source, reader, calls)
    root = source if source.is_dir() else source.parent
    try:
        return [
            WorkItem(str(file), _name(file, root), content_hash(file, _read_with(file, reader, calls)))
            for file in files
        ]
    except OSError as error:
        raise JazzgramError(f"{error.filename or source}: cannot be read: {error.strerror or error}") from error


def _read_with(file: Path, reader: Part, calls: PluginCalls) -> list[Path]:
    if "depends_on" not in reader.plugin.hooks:
        return []
    found = calls.caller("depends_on", reader.plugin)(source=file, options=reader.options)
    return [other for other in _paths(found, "depends_on", reader) if other != file]


def _paths(found: Any, hook: str, reader: Part) -> list[Path]:
    if found is None or not all(isinstance(file, Path) for file in found):
        raise JazzgramError(f"{reader.plugin.name}: {hook} returned {found!r:.60}; expected a sequence of paths")
    return list(found)


def _listed(folder: Path, reader: Part, calls: PluginCalls) -> list[Path]:
    found = calls.caller("list_files", reader.plugin)(folder=folder, options=reader.options)
    files = list(dict.fromkeys(_paths(found, "list_files", reader)))
    for file in files:
        if not file.exists():
            raise JazzgramError(f"{reader.plugin.name}: list_files returned {file}, which does not exist")
    if not files:
        missing = dangling_line(dangling_links(folder, ()), folder)
        raise JazzgramError(
            f"{folder}: nothing here that the reader {reader.plugin.name} reads; check corpus.source"
            + (f"\n{missing}" if missing else "")
        )
    return files


def dangling_links(folder: Path, files: Iterable[Path]) -> list[Path]:
    """List the links of a folder that lead nowhere and would be files like some others.

    Parameters
    ----------
    folder : Path
        An existing folder; the folders in it are searched, too.
    files : iterable of Path
        What is there: a link counts if its name has the ending of one of them. With none, every link counts.

    Returns
    -------
    list of Path
        Sorted, without hidden ones.
    """
    endings = tuple({file.suffix.lower() for file in files}) or ("",)
    found = []
    for base, _, names in os.walk(folder):  # a link that leads nowhere is no folder
        for name in names:
            if not name.startswith(".") and name.lower().endswith(endings):
                path = Path(base, name)
                if path.is_symlink() and not path.exists():
                    found.append(path)
    return sorted(found)


def dangling_line(links: Sequence[Path], folder: Path) -> str:
    """Write a line on links that lead nowhere; empty where there are none."""
    if not links:
        return ""
    first = f"{links[0].relative_to(folder).as_posix()} to {links[0].readlink()}"
    if len(links) == 1:
        return f"{folder}: a link leads nowhere and was left out: {first}; mend or remove it"
    return f"{folder}: {len(links)} links lead nowhere and were left out, such as {first}; mend or remove them"


def _name(file: Path, root: Path) -> str:
    return Path(_relative(file, root)).as_posix() if file != root else file.name


def _relative(file: Path, folder: Path) -> str:
    """Return what `os.path.relpath` does, which takes ten times as long as what nearly always suffices."""
    begin, path = f"{folder}{os.sep}", str(file)
    inside = path.startswith(begin) and os.pardir not in path[len(begin) :]
    return path[len(begin) :] if inside else os.path.relpath(file, folder)


def content_hash(path: Path, others: Sequence[Path] = ()) -> str:
    """Hash a file or all files of a folder by name and content, and files it depends on as they lie from there."""
    digest = hashlib.sha256(path.name.encode("utf-8", "surrogateescape"))
    inside = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    for file in [*inside, *sorted(others)]:
        where = _relative(file, path.parent)
        digest.update(b"\0" + where.encode("utf-8", "surrogateescape") + b"\0")
        for piece in _pieces(file):
            digest.update(piece)
    return digest.hexdigest()


def _pieces(file: Path) -> Iterator[bytes]:
    """Read a file piece by piece; a missing one has a mark of its own, so that its appearing is a change."""
    try:
        with file.open("rb") as content:
            while piece := content.read(_CHUNK):
                yield piece
    except FileNotFoundError:
        yield b"\0absent"
