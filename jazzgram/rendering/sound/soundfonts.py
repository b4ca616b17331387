"""Soundfonts: the default, the configured one, and those of the registry.

The default is TimGM6mb (GPL-2), a file of the library pretty_midi: 6 MB, plain sound. Better ones are larger: they are
downloaded once by name, or named by path.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from jazzgram.errors import JazzgramError
from jazzgram.rendering.sound.sf3 import is_soundfont, to_sf2
from jazzgram.resources.atomic import whole_file
from jazzgram.resources.cache import cache_root, discard, read_entry
from jazzgram.resources.download import download
from jazzgram.resources.plain import plain
from jazzgram.resources.registry import has_checksum

VARIABLE = "JAZZGRAM_SOUNDFONT"


class SoundfontEntry(BaseModel):
    """The registry's entry of a soundfont."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1, description="What it is.")
    licence: str = Field(min_length=1, description="Under which terms it may be used.")
    url: str = Field(pattern="^https?://", description="Where it is downloaded from.")
    filename: str = Field(pattern=r"^\w[\w. -]*\.sf[23]$", description="File name in the cache.")
    size: int = Field(ge=1, description="Bytes to download.")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="The checksum of its content.")
    note: str = Field("", description="What else a user should know.")


def registered() -> dict[str, SoundfontEntry]:
    """Read the registry of soundfonts that can be downloaded by name; ``JAZZGRAM_SOUNDFONTS`` names a file with more.

    Raises
    ------
    JazzgramError
        Where a file cannot be read, with its first mistake.
    """
    entries: dict[str, SoundfontEntry] = {}
    extra = os.environ.get("JAZZGRAM_SOUNDFONTS")
    for path in (Path(str(files("jazzgram_data"))) / "soundfonts.yaml", *([Path(extra)] if extra else [])):
        try:
            content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
            if not isinstance(content, dict):
                raise JazzgramError(f"{path}: expected a mapping from names to soundfonts")
            entries |= {str(name): SoundfontEntry.model_validate(fields) for name, fields in content.items()}
        except (OSError, UnicodeDecodeError, RecursionError, yaml.YAMLError, ValidationError) as error:
            raise JazzgramError(f"{path}: cannot be read ({' '.join(str(error).split())})") from None
    return entries


def find_soundfont(chosen: str | None, warn: Callable[[str], None], *, cache: Path | None = None) -> Path:
    """Find the soundfont to play with.

    Parameters
    ----------
    chosen : str or None
        A path to an .sf2 or .sf3 file, or a name in `registered`; None for ``JAZZGRAM_SOUNDFONT``, and where that is
        not set for the default.
    warn : callable
        Called with one line when a registered soundfont cannot be downloaded; the default is then used.
    cache : Path or None
        The cache folder; None for `jazzgram.resources.cache.cache_root`.

    Returns
    -------
    Path
        An .sf2 file. Downloaded and unpacked files are stored in the cache's folder ``soundfonts``.

    Raises
    ------
    JazzgramError
        Where a path or name is wrong, the file is not a soundfont, or the default is missing because pretty_midi is not
        installed.
    """
    name = chosen or os.environ.get(VARIABLE) or None
    if name is None:
        return _bundled()
    folder = (cache or cache_root()) / "soundfonts"
    entries = registered()
    if name in entries:
        fetched = _fetch(name, entries[name], folder, warn)
        return _plain(fetched, folder, warn) if fetched is not None else _bundled()
    path = Path(name).expanduser()
    if not path.is_file():
        raise JazzgramError(
            f"soundfont {name!r}: there is no such file, and no soundfont of that name (known: {', '.join(entries)})"
        )
    return _plain(path, folder, warn)


def _fetch(name: str, entry: SoundfontEntry, folder: Path, warn: Callable[[str], None]) -> Path | None:
    file = folder / entry.filename
    if file.is_file() and file.stat().st_size == entry.size and has_checksum(file, entry.sha256):
        return file
    discard(file)
    if failure := download(entry.url, file, entry.sha256, entry.size):
        warn(
            f"soundfont {name} ({entry.size / 1e6:.0f} MB) is not here and cannot be downloaded: {failure} "
            f"({entry.url}); playing with the plain one instead"
        )
        return None
    return file


def _plain(path: Path, folder: Path, warn: Callable[[str], None]) -> Path:
    """Return an .sf2 file for any soundfont; a compressed one is unpacked into the folder once."""
    try:
        with plain(path).open("rb") as file:
            head = file.read(12)
    except OSError as error:
        raise JazzgramError(f"{path}: cannot be read: {error.strerror}") from error
    if not is_soundfont(head):
        raise JazzgramError(f"{path}: not a soundfont (expected an .sf2 or .sf3 file)")
    if path.suffix.lower() == ".sf2":
        return path
    unpacked = folder / f"{_sha256(path)[:32]}.sf2"
    if read_entry(unpacked, _whole_soundfont, warn) is None:
        content = to_sf2(path.read_bytes(), str(path))
        folder.mkdir(parents=True, exist_ok=True)
        with whole_file(unpacked) as file:
            file.write(content)
    return unpacked


def _whole_soundfont(path: Path) -> Path:
    """Check a soundfont's head, and the length that it names."""
    with path.open("rb") as file:
        head = file.read(12)
    if not is_soundfont(head) or int.from_bytes(head[4:8], "little") + 8 != path.stat().st_size:
        raise ValueError
    return path


def _bundled() -> Path:
    # pretty_midi itself is never imported: only its file is used.
    try:
        path = Path(str(distribution("pretty_midi").locate_file("pretty_midi/TimGM6mb.sf2")))
    except PackageNotFoundError:
        path = Path()
    if not path.is_file():
        raise JazzgramError(
            "no soundfont is here; add one with: pip install pretty_midi, or name a file with --soundfont or "
            f"the environment variable {VARIABLE}"
        )
    return path


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
