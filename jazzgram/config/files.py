"""Configuration files: by path or bundled by name, with what they extend."""

from __future__ import annotations

import importlib.metadata
import importlib.resources
import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jazzgram.config.yaml_lines import Document, assign, merge, read
from jazzgram.errors import ConfigError, did_you_mean
from jazzgram.hooks.plugins import CONFIGS
from jazzgram.resources.printable import shortened

_MUSIC = (".mid", ".midi", ".musicxml", ".mxl", ".xml", ".abc")
"""Suffixes of music that is often named in place of a configuration."""

_OWN = ("run.yaml", "config.yaml")
"""The configurations that the folders of runs and of models have."""


def locate(name: str) -> Path:
    """Find a configuration by path, or a bundled one by name.

    Raises
    ------
    ConfigError
        Where there is neither, with the names that are bundled.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or _is_file(path):
        if is_there(path) and path.is_dir():
            raise ConfigError([f"{name}: is a folder (expected a YAML file)"])
        if not is_there(path):
            raise ConfigError([f"{name}: no such file"])
        if path.suffix.lower() in _MUSIC:
            raise ConfigError(
                [
                    f"{name}: is music, not a configuration (expected a YAML file); play over it with --chart, or let"
                    f" jazzgram corpus doctor {name} --write-config solo.yaml write a configuration"
                ]
            )
        return path
    names = bundled()
    if ":" in name and name not in names:
        return packaged(name)
    if name not in names and is_there(path) and path.is_dir():
        inside = next((f"; name the configuration in it: {path / own}" for own in _OWN if is_there(path / own)), "")
        raise ConfigError([f"{name or path}: is a folder (expected a YAML file or the name of a bundled one){inside}"])
    if name not in names:
        name = shortened(name)
        raise ConfigError(
            [
                f"{name}: no such file, and no bundled configuration of that name{did_you_mean(name, names)};"
                f" bundled: {', '.join(names)}"
            ]
        )
    return names[name]


def is_there(path: Path) -> bool:
    """Check whether a path exists; one with a name that no file can have, or in a closed folder, does not."""
    try:
        return path.exists()
    except OSError:
        return False


def bundled() -> dict[str, Path]:
    """Return the configurations that ship with jazzgram, by name."""
    folder = Path(str(importlib.resources.files("jazzgram_configs")))
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(folder.rglob("*.yaml"))}


def packaged(name: str) -> Path:
    """Return the configuration ``package:name`` of an installed package, importing nothing of it.

    The package names the module whose folder has its YAML files in the entry-point group ``jazzgram.configs``.

    Raises
    ------
    ConfigError
        Where there is no such package, or no such configuration in it.
    """
    package, _, config = name.partition(":")
    entries = {entry.name: entry for entry in importlib.metadata.entry_points(group=CONFIGS)}
    if package not in entries:
        there = f"there are: {', '.join(sorted(entries)) or 'none'}"
        raise ConfigError(
            [
                f"{shortened(name)}: no installed package {shortened(package)!r} has configurations"
                f"{did_you_mean(package, entries)}; {there}"
            ]
        )
    folder = _package_folder(entries[package])
    names = {path.relative_to(folder).with_suffix("").as_posix(): path for path in sorted(folder.rglob("*.yaml"))}
    if config not in names:
        raise ConfigError(
            [
                f"{shortened(name)}: no configuration of that name in {package}{did_you_mean(config, names)};"
                f" there are: {', '.join(names) or 'none'}"
            ]
        )
    return names[config]


def _package_folder(entry: importlib.metadata.EntryPoint) -> Path:
    try:
        spec = importlib.util.find_spec(entry.module)
    except ImportError:
        spec = None
    locations = [] if spec is None else list(spec.submodule_search_locations or ())
    if not locations:
        raise ConfigError([f"{entry.name}: its module {entry.module} is no package with a folder of YAML files"])
    return Path(locations[0])


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
        got = shortened(repr(parent))
        raise ConfigError([f"{source}: extends: expected the path of a YAML file (got {got})"])
    at = path.parent / parent
    if not _is_file(at):
        at = bundled().get(parent, at)
    if not _is_file(at) and ":" in parent:
        try:
            at = packaged(parent)
        except ConfigError as error:
            raise ConfigError([f"{source}: extends: {error}"]) from None
    parent = shortened(parent)
    if path.resolve() in children:
        raise ConfigError([f"{source}: extends: {parent} leads back to itself"])
    if not _is_file(at):
        names = bundled()
        missing = path.parent / parent
        raise ConfigError(
            [f"{source}: extends: no such file {missing}{did_you_mean(parent, names)}; bundled: {', '.join(names)}"]
        )
    return merge(_read_with_parents(at, (*children, path.resolve()), received), document)


def _is_file(path: Path) -> bool:
    return is_there(path) and path.is_file()


def _comes_with_results(path: Path, value: Mapping[str, Any]) -> bool:
    """Check whether a file is a run's or a model's: by what jazzgram notes in it, its name, and what lies beside it."""
    return "made_with" in value or path.name == "run.yaml" or (path.parent / "weights.safetensors").exists()


def stamps(files: Iterable[Path]) -> dict[Path, int]:
    """Return when each file was last saved, in nanoseconds; 0 for one that is not there (editors replace files)."""
    return {file: file.stat().st_mtime_ns if file.exists() else 0 for file in files}
