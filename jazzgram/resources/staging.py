"""The temporary folder in which the files of a run are written, and what killed runs left of theirs.

A staging folder is locked while its run lives; the system drops the lock with the process. So a folder that can be
locked is nobody's, whatever other runs are writing beside it. Where there are no such locks (Windows), none is swept.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jazzgram.resources.atomic import UNFINISHED

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_ABANDONED = 60.0
"""Seconds after which an unfinished file that nobody writes to is nobody's."""


@contextmanager
def staging_folder(folder: Path) -> Iterator[Path]:
    """Make a locked staging folder inside a folder; it is removed at the end.

    Raises
    ------
    OSError
        Where it cannot be made.
    """
    staging, lock = _locked(folder)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def sweep(folder: Path) -> None:
    """Remove what killed runs and renderers have left unfinished in a folder."""
    for left in folder.glob(f"{UNFINISHED}*"):
        with suppress(OSError):  # somebody's, or gone by now
            if left.is_dir():
                if (lock := _lock(left, wait=False)) is not None:
                    shutil.rmtree(left, ignore_errors=True)
                    os.close(lock)
            elif time.time() - left.stat().st_mtime > _ABANDONED:
                left.unlink()


def _locked(folder: Path) -> tuple[Path, int | None]:
    while True:
        staging = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
        with suppress(FileNotFoundError):  # another run swept it before it was locked
            lock = _lock(staging, wait=True)
            if staging.is_dir():
                return staging, lock


def _lock(folder: Path, *, wait: bool) -> int | None:
    """Lock a folder and return its descriptor; None where there are no locks, OSError where it is locked."""
    if fcntl is None:
        return None
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(lock)
        if not wait:
            raise
        return None  # a file system without locks
    return lock
