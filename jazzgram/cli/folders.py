"""Where results are written: never over those of an earlier command, unless that is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path


@contextmanager
def result_folder(out: Path | None, default: Path, result: str, *, force: bool = False) -> Iterator[Path]:
    """Yield the folder to write to; what is made for it is removed again where nothing was written.

    Parameters
    ----------
    out : Path or None
        The folder that was asked for.
    default : Path
        Where to write without `out`: this folder, or the first of ``default-2``, ``default-3`` … that is not there.
        It is made at once, so that commands that run side by side have folders of their own.
    result : str
        The file by which a folder is known to have a result.
    force : bool
        Whether a result that is there is replaced.

    Raises
    ------
    JazzgramError
        Where `out` has a result, or a folder cannot be made.
    """
    from jazzgram.errors import JazzgramError
    from jazzgram.pipeline.folder import check_writable

    folder = out or default
    check_writable(folder)
    if out is not None or force:
        if not force and (folder / result).exists():
            raise JazzgramError(f"{folder}: has a result ({result}); name another folder with --out, or add --force")
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
    else:
        folder = new_folder(default)
        missing = [folder, folder.parent]
    try:
        yield folder
    finally:
        for made in missing:  # only where they are empty
            with suppress(OSError):
                made.rmdir()


def new_folder(default: Path) -> Path:
    """Make a folder, or the first of ``default-2``, ``default-3`` … that is not there, and return it.

    Raises
    ------
    JazzgramError
        Where it cannot be made.
    """
    from jazzgram.errors import JazzgramError

    for number in count(1):
        folder = default if number == 1 else default.with_name(f"{default.name}-{number}")
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir()
        except FileExistsError:
            if folder.parent.is_dir():
                continue
            raise JazzgramError(f"{folder.parent}: is a file, not a folder; name another folder with --out") from None
        except OSError as error:
            raise JazzgramError(
                f"{folder}: cannot be written: {error.strerror or error}; name another folder with --out"
            ) from error
        return folder
    raise AssertionError("numbers do not end")
