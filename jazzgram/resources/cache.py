"""The content-addressed cache: results that are costly to make, by a hash of all that decides them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from jazzgram.errors import JazzgramError

Entry = TypeVar("Entry")


def cache_root() -> Path:
    """Return the cache folder: ``JAZZGRAM_CACHE`` where it is set, else the system's place for user caches."""
    named = os.environ.get("JAZZGRAM_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("jazzgram"))


def content_key(**parts: Any) -> str:
    """Hash JSON-able parts into a name of 32 hexadecimal digits; equal parts have equal names."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def read_entry(path: Path, read: Callable[[Path], Entry], warn: Callable[[str], None]) -> Entry | None:
    """Read an entry of the cache; one that is damaged is discarded, so that it is made again.

    Parameters
    ----------
    path : Path
        Where the entry is, or will be.
    read : callable
        Returns its value; raises where the entry is damaged.
    warn : callable
        Called with one line where it is.

    Returns
    -------
    object or None
        None where there is no such entry, or a damaged one.
    """
    if not os.path.lexists(path):
        return None
    try:
        return read(path)
    except (JazzgramError, OSError, ValueError, TypeError, LookupError, AttributeError):
        warn(damaged(path))
        discard(path)
        return None


def damaged(path: Path, count: int = 1) -> str:
    """Return the warning about damaged entries, of which one is named."""
    if count == 1:
        return f"{path}: the cached entry is damaged; it is made again"
    return f"{path} and {count - 1} more cached entries are damaged; they are made again"


def discard(path: Path) -> None:
    """Remove an entry, whatever stands in its place; a link is removed, not what it leads to.

    Raises
    ------
    JazzgramError
        Where it cannot be removed.
    """
    if not os.path.lexists(path):
        return
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise JazzgramError(
            f"{path}: cannot be removed from the cache ({error.strerror or error}); JAZZGRAM_CACHE names another folder"
        ) from None
