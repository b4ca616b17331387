"""Configuration files: by path or bundled by name, with what they extend."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jazzgram.config.yaml_lines import Document, assign, merge, read
from jazzgram.errors import ConfigError, did_you_mean


def locate(name: str) -> Path:
    """Find a configuration by path, or a bundled one by name.

    Raises
    ------
    ConfigError
        Where there is neither, with the names that are bundled.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        if path.is_dir():
            raise ConfigError([f"{name}: is a folder (expected a YAML file)"])
        if not path.exists():
            raise ConfigError([f"{name}: no such file"])
        return path
    names = bundled()
    if name not in names:
        raise ConfigError(
            [
                f"{name}: no such file, and no bundled configuration of that name{did_you_mean(name, names)};"
                f" bundled: {', '.join(names)}"
            ]
        )
    return names[name]


def bundled() -> dict[str, Path]:
    """Return the configurations that ship with jazzgram, by name."""
    folder = Path(str(importlib.resources.files("jazzgram_configs")))
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(folder.rglob("*.yaml"))}


def read_document(path: Path, settings: Sequence[str] = (), *, received: bool = False) -> Document:
    """Read a configuration with what it extends, and apply ``--set`` settings in order.

    Parameters
    ----------
    path : Path
        A YAML file.
    settings : sequence of str
        ``key.path=value`` each.
    received : bool
        Whether the file came with a run or a model, even where it does not look like that.
    """
    document = _read_with_parents(path, (), received)
    for setting in settings:
        assign(document, setting)
    return document


def _read_with_parents(path: Path, children: tuple[Path, ...], received: bool) -> Document:
    document = read(path)
    received = received or _comes_with_results(path, document.value)
    if received:
        document.sources = {key: replace(source, received=True) for key, source in document.sources.items()}
    parent = document.value.get("extends")
    if parent is None:
        return document
    source = document.source(("extends",))
    if not isinstance(parent, str):
        raise ConfigError([f"{source}: extends: expected the path of a YAML file (got {parent!r})"])
    at = path.parent / parent
    if not at.is_file():
        at = bundled().get(parent, at)
    if path.resolve() in children:
        raise ConfigError([f"{source}: extends: {parent} leads back to itself"])
    if not at.is_file():
        names = bundled()
        raise ConfigError(
            [f"{source}: extends: no such file {at}{did_you_mean(parent, names)}; bundled: {', '.join(names)}"]
        )
    return merge(_read_with_parents(at, (*children, path.resolve()), received), document)


def _comes_with_results(path: Path, value: Mapping[str, Any]) -> bool:
    """Check whether a file is a run's or a model's: by what jazzgram notes in it, its name, and what lies beside it."""
    return "made_with" in value or path.name == "run.yaml" or (path.parent / "weights.safetensors").exists()


def stamps(files: Iterable[Path]) -> dict[Path, int]:
    """Return when each file was last saved, in nanoseconds; 0 for one that is not there (editors replace files)."""
    return {file: file.stat().st_mtime_ns if file.exists() else 0 for file in files}
