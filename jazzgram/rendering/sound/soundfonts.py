"""The instruments to play with: the bundled sound bank, or a soundfont by path or by a name of the registry."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from jazzgram.errors import JazzgramError
from jazzgram.rendering.sound.bank import bundled_bank
from jazzgram.rendering.sound.regions import Instruments
from jazzgram.rendering.sound.soundfont import Soundfont
from jazzgram.resources.cache import cache_root, discard
from jazzgram.resources.download import download
from jazzgram.resources.registry import has_checksum

VARIABLE = "JAZZGRAM_SOUNDFONT"


class SoundfontEntry(BaseModel):
    """The registry's entry of a soundfont."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

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


def find_instruments(chosen: str | None, warn: Callable[[str], None], *, cache: Path | None = None) -> Instruments:
    """Find the instruments to play with.

    Parameters
    ----------
    chosen : str or None
        A path to an .sf2 or .sf3 file, or a name in `registered`; None for ``JAZZGRAM_SOUNDFONT``, and where that is
        not set for the sound bank.
    warn : callable
        Called with one line when a registered soundfont cannot be downloaded; the sound bank then plays.
    cache : Path or None
        The cache folder; None for `jazzgram.resources.cache.cache_root`.

    Returns
    -------
    Instruments
        Downloaded files are stored in the cache's folder ``soundfonts``.

    Raises
    ------
    JazzgramError
        Where a path or name is wrong, or the file is not a soundfont.
    """
    name = chosen or os.environ.get(VARIABLE) or None
    if name is None:
        return bundled_bank()
    entries = registered()
    if name in entries:
        fetched = _fetch(name, entries[name], (cache or cache_root()) / "soundfonts", warn)
        return bundled_bank() if fetched is None else Soundfont(fetched)
    path = Path(name).expanduser()
    if not path.is_file():
        raise JazzgramError(
            f"soundfont {name!r}: there is no such file, and no soundfont of that name (known: {', '.join(entries)})"
        )
    return Soundfont(path)


def _fetch(name: str, entry: SoundfontEntry, folder: Path, warn: Callable[[str], None]) -> Path | None:
    file = folder / entry.filename
    if file.is_file() and file.stat().st_size == entry.size and has_checksum(file, entry.sha256):
        return file
    discard(file)
    if failure := download(entry.url, file, entry.sha256, entry.size):
        warn(
            f"soundfont {name} ({entry.size / 1e6:.0f} MB) is not here and cannot be downloaded: {failure} "
            f"({entry.url}); playing with the sound bank instead"
        )
        return None
    return file
