"""Trust in code that a run's or a model's configuration names, remembered by content.

A ``run.yaml`` and a model folder's ``config.yaml`` are passed on. A plugin file or a Dask scheduler that they name runs
only once the user trusts it. What is remembered is a hash: the same code is trusted wherever it lies,
an edited file is not.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from jazzgram.errors import JazzgramError
from jazzgram.hooks.importing import plugin_files
from jazzgram.resources.atomic import write_whole
from jazzgram.resources.cache import cache_root
from jazzgram.resources.code import hash_of


def code_key(file: Path) -> str:
    """Hash a plugin's file and the files beside it that it imports.

    Raises
    ------
    JazzgramError
        Where one of them cannot be read.
    """
    path = file.resolve()
    try:
        contents = {found: found.read_bytes() for found in plugin_files(path)}
    except OSError as error:
        raise JazzgramError(f"{path}: cannot be read: {error.strerror}") from error
    return hash_of(
        {"" if found == path else found.name: hashlib.sha256(raw).hexdigest() for found, raw in contents.items()}
    )


def address_key(address: str) -> str:
    """Hash the address of a Dask scheduler."""
    return hashlib.sha256(f"address {address}".encode()).hexdigest()


def is_trusted(key: str) -> bool:
    """Check whether the user has trusted what has this hash."""
    return _file(key).is_file()


def trust_key(key: str) -> None:
    """Remember that the user trusts what has this hash; raise JazzgramError where that cannot be written."""
    if not is_trusted(key):
        write_whole(_file(key), "")


def _file(key: str) -> Path:
    return cache_root() / "trusted" / key
