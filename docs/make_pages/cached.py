"""What takes long to make for the site, cached in ``build/`` until code, models or configurations change."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from make_pages.links import ROOT

FOLDER = ROOT / "build" / "cached"
_SOURCES = ("jazzgram", "plugins", "configs", "data/models", "data/sound", "data/bundled", "data/reference")
_FILES = ("data/styles.yaml",)


def cached_files(name: str, maker: Path, make: Callable[[], Mapping[str, bytes]]) -> dict[str, bytes]:
    """Return files by name; make them where none are cached, and remove those of an earlier state.

    Parameters
    ----------
    name : str
        What they are, for a folder's name.
    maker : Path
        The module or package that makes them: they are made again when it changes.
    make : callable
        Returns the files' contents by name.
    """
    folder = FOLDER / f"{name}-{_key(maker)}"
    if not folder.is_dir():
        made = make()
        unfinished = folder.with_suffix(".part")
        unfinished.mkdir(parents=True, exist_ok=True)
        for file, content in made.items():
            (unfinished / file).write_bytes(content)
        for outdated in FOLDER.glob(f"{name}-*[0-9a-f]"):
            shutil.rmtree(outdated)
        unfinished.rename(folder)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def _key(maker: Path) -> str:
    """Hash everything that a take may depend on."""
    digest = hashlib.sha256()
    for source in (maker, *(ROOT / name for name in (*_SOURCES, *_FILES))):
        for path in sorted(source.rglob("*") if source.is_dir() else (source,)):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
