"""The registry: corpora that are known by name, and where their files are or come from."""

from __future__ import annotations

import os
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.resources.cache import cache_root, discard
from jazzgram.resources.download import download, sha256_of
from jazzgram.resources.own_yaml import read_own_yaml

_KINDS = ({"bundled"}, {"url", "filename", "sha256"}, {"page", "filename"})


class CorpusNotAvailable(JazzgramError):
    """A registered corpus is not available locally and cannot be downloaded; names the file to put, and where."""


class RegistryEntry(BaseModel):
    """A corpus of the registry: `bundled`; or `url`, `filename` and `sha256`; or `page` and `filename`."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    title: str = Field(min_length=1, description="What it is.")
    licence: str = Field(min_length=1, description="Under which terms it may be used.")
    note: str = Field("", description="What else a user should know.")
    bundled: str | None = Field(None, min_length=1, description="Its path in the data that jazzgram ships.")
    url: str | None = Field(None, pattern="^https?://", description="Where it is downloaded from.")
    page: str | None = Field(None, pattern="^https?://", description="Where a person gets it; nothing is downloaded.")
    filename: str | None = Field(None, pattern=r"^\w[\w. -]*$", description="Under which name it is stored.")
    sha256: str | None = Field(None, pattern="^[0-9a-f]{64}$", description="The checksum of its content.")

    @model_validator(mode="after")
    def _check_kind(self) -> RegistryEntry:
        if self.model_fields_set - {"title", "licence", "note"} not in _KINDS:
            raise ValueError("expected bundled; or url, filename and sha256; or page and filename")
        return self


def registry() -> dict[str, RegistryEntry]:
    """Read the registry that jazzgram ships, and the one that ``JAZZGRAM_REGISTRY`` names over it.

    Returns
    -------
    dict of str to RegistryEntry
        By name, the shipped ones first.

    Raises
    ------
    JazzgramError
        Where the named file cannot be read or is no registry, with every mistake in one line.
    """
    entries = _shipped_entries(shipped("registry.yaml"))
    extra = os.environ.get("JAZZGRAM_REGISTRY")
    return entries | _read(Path(extra)) if extra else dict(entries)


def locate_corpus(name: str, *, cache: Path | None = None) -> Path:
    """Find a corpus by name, downloading it where it is not here yet.

    What comes with jazzgram is taken from there. Anything else is searched in the folder that ``JAZZGRAM_DATA``
    names, then in the cache, and is at last downloaded into the cache: to a temporary name, and moved when its
    checksum is right, so that a killed download leaves nothing that is taken for the corpus; unless its makers
    want to be visited: then the error names their page.

    Parameters
    ----------
    name : str
        A name in the registry.
    cache : Path or None
        The cache folder; None for `jazzgram.resources.cache.cache_root`. Downloads go into its folder ``corpora``.

    Returns
    -------
    Path
        An existing file or folder; what was downloaded has the checksum of the registry.

    Raises
    ------
    CorpusNotAvailable
        Where it is not here and cannot be downloaded.
    JazzgramError
        Where the registry does not know the name, or the file in ``JAZZGRAM_DATA`` is another one.
    """
    entries = registry()
    if name not in entries:
        raise JazzgramError(
            f"no corpus is called {name!r}{did_you_mean(name, entries)}; there are: {', '.join(entries)};"
            " for a file give its path"
        )
    entry = entries[name]
    here = find_here(name, entry, cache=cache)
    if here is not None:
        return here
    assert entry.filename  # an entry that is not bundled has one
    stored = (cache or cache_root()) / "corpora" / entry.filename
    folder = os.environ.get("JAZZGRAM_DATA") or "a folder that the environment variable JAZZGRAM_DATA names"
    if entry.page:
        raise CorpusNotAvailable(
            f"corpus {name} is not here, and its makers distribute it: get {entry.filename} from {entry.page} and "
            f"put it into {folder} or into {stored.parent}; or give its path as corpus.source"
        )
    assert entry.url and entry.sha256  # an entry without a page has both
    discard(stored)
    if failure := download(entry.url, stored, entry.sha256):
        raise CorpusNotAvailable(
            f"corpus {name} is not here and cannot be downloaded: {failure} ({entry.url}); put {entry.filename} "
            f"(sha256 {entry.sha256}) into {folder} or into {stored.parent}"
        )
    return stored


def find_here(name: str, entry: RegistryEntry, *, cache: Path | None = None) -> Path | None:
    """Find a corpus on this machine, downloading nothing.

    Parameters
    ----------
    name : str
        Its name in the registry, for messages.
    entry : RegistryEntry
        Its entry in the registry.
    cache : Path or None
        As in `locate_corpus`.

    Returns
    -------
    Path or None
        Its file or folder; None where it would have to be downloaded.

    Raises
    ------
    JazzgramError
        Where the file in ``JAZZGRAM_DATA`` is another one, or what is bundled is missing.
    """
    if entry.bundled is not None:
        return shipped(entry.bundled)
    assert entry.filename  # an entry that is not bundled has one
    named = os.environ.get("JAZZGRAM_DATA")
    if named and (own := Path(named, entry.filename)).is_file():
        if entry.sha256 and (found := sha256_of(own)) != entry.sha256:
            raise JazzgramError(
                f"{own}: not the corpus {name} (its sha256 is {found}, expected {entry.sha256}); "
                f"remove it or put the right file there, from {entry.url}"
            )
        return own
    stored = (cache or cache_root()) / "corpora" / entry.filename
    return stored if stored.is_file() and (entry.sha256 is None or has_checksum(stored, entry.sha256)) else None


def shipped(path: str) -> Path:
    """Return a path in the data that jazzgram ships."""
    found = Path(str(files("jazzgram_data"))) / path
    if not found.exists():
        raise JazzgramError(f"{found} is missing, though it comes with jazzgram; install jazzgram again")
    return found


@lru_cache(maxsize=4)
def _shipped_entries(path: Path) -> dict[str, RegistryEntry]:
    entries = read_own_yaml(path.read_text(encoding="utf-8"))
    return {name: RegistryEntry.model_validate(fields) for name, fields in entries.items()}


def _read(path: Path) -> dict[str, RegistryEntry]:
    import yaml

    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, RecursionError, yaml.YAMLError) as error:
        raise JazzgramError(f"{path}: the registry cannot be read ({' '.join(str(error).split())})") from None
    if not isinstance(content, dict) or not all(isinstance(name, str) for name in content):
        raise JazzgramError(f"{path}: not a registry (expected a mapping from corpus names to entries)")
    entries, mistakes = {}, []
    for name, fields in content.items():
        try:
            entries[name] = RegistryEntry.model_validate(fields)
        except ValidationError as error:
            for mistake in error.errors():
                key_path = ".".join(map(str, (name, *mistake["loc"])))
                mistakes.append(f"{key_path}: {mistake['msg'].removeprefix('Value error, ')}")
    if mistakes:
        raise JazzgramError(f"{path}: {'; '.join(mistakes)}")
    return entries


def has_checksum(path: Path, sha256: str) -> bool:
    """Check a file of the cache; one that cannot be read is not the right one."""
    try:
        return sha256_of(path) == sha256
    except OSError:
        return False
