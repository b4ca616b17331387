"""Find the files of a folder that a reader can read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def with_suffix(paths: Iterable[Path], *suffixes: str) -> list[Path]:
    """Pick the files with one of some suffixes.

    Parameters
    ----------
    paths : iterable of Path
        The contents of a folder.
    *suffixes : str
        In small letters, with the dot; files may have them in capitals.

    Returns
    -------
    list of Path
        Sorted; without folders and hidden files, such as those that macOS packs beside every file (``._tune.abc``).

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("two.ABC", "one.abc", "._one.abc", "notes.md"):
    ...     (folder / name).touch()
    >>> [file.name for file in with_suffix(folder.iterdir(), ".abc")]
    ['one.abc', 'two.ABC']
    """
    return sorted(
        path for path in paths if path.suffix.lower() in suffixes and not path.name.startswith(".") and path.is_file()
    )
