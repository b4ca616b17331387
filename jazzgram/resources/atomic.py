"""Files that appear whole: a process that is stopped while writing one leaves the old file or none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from jazzgram.errors import JazzgramError

UNFINISHED = ".writing-"
"""How the names of unfinished files begin; a killed process leaves such a file, and nothing else."""


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a temporary file beside `path`; move it there when the block ends well, else delete it.

    Parameters
    ----------
    path : Path
        Its folder exists. A file of that name is replaced at once.

    Raises
    ------
    OSError
        Where the file cannot be written or moved.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "solo.txt"
    >>> with whole_file(path) as file:
    ...     _ = file.write(b"C4")
    >>> path.read_text(), [other.name for other in path.parent.iterdir()]
    ('C4', ['solo.txt'])
    """
    part = path.with_name(f"{UNFINISHED}{os.urandom(8).hex()}{path.suffix}")
    try:
        # Not by tempfile, whose files are for their owner alone. Closed before the move, as Windows wants it.
        with part.open("xb") as file:
            yield file
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file at once, in UTF-8 where it is text; missing folders are made.

    Parameters
    ----------
    path : Path
        A file of that name is replaced.
    content : bytes or str
        All of it.

    Raises
    ------
    JazzgramError
        Where it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise JazzgramError(f"{path}: cannot be written: {error.strerror or error}") from error
