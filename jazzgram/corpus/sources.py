"""Where a corpus comes from: a path, a name in the registry, or the fallback of either."""

from __future__ import annotations

from pathlib import Path

from jazzgram.config.config import CorpusPart
from jazzgram.errors import JazzgramError
from jazzgram.hooks.progress import Reporter
from jazzgram.resources.registry import CorpusNotAvailable, locate


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
            reporter.warn(f"{error}\nGoing on with the fallback corpus: {part.fallback.source}.")
            part = part.fallback


def find_file(source: str, where: str) -> Path:
    """Find a file or folder by path or by its name in the registry; `where` opens the message if there is none."""
    path = Path(source)
    if path.exists():
        return path
    if "/" in source or "\\" in source or path.suffix:
        raise JazzgramError(f"{where}: no such file {source}")
    return locate(source)
