"""Find plugins by entry-point name or by path, importing only what is named."""

from __future__ import annotations

import importlib.metadata
import os
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType

from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.hooks.checking import check_hooks
from jazzgram.hooks.hookspecs import KINDS
from jazzgram.hooks.importing import import_file
from jazzgram.hooks.plugins import GROUP, Plugin
from jazzgram.resources.code import plugin_digests


def installed() -> dict[str, importlib.metadata.EntryPoint]:
    """List the entry points of installed plugins by name, importing none of them.

    ``JAZZGRAM_LOAD_PLUGINS`` limits those of other packages to the distributions it names, separated by commas
    (an empty value: none).
    """
    return _scan(os.environ.get("JAZZGRAM_LOAD_PLUGINS"))


@cache
def _scan(only: str | None) -> dict[str, importlib.metadata.EntryPoint]:
    """Read the metadata of every installed distribution once a process: it is thousands of small files."""
    allowed = None if only is None else {"jazzgram", *(_normal(word) for word in only.split(","))}
    found: dict[str, importlib.metadata.EntryPoint] = {}
    # A stock plugin has its name alone: another plugin of that name is not found.
    for entry in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda entry: not _is_stock(entry)):
        if allowed is None or (entry.dist is not None and _normal(entry.dist.name) in allowed):
            found.setdefault(entry.name, entry)
    return found


def _is_stock(entry: importlib.metadata.EntryPoint) -> bool:
    return entry.dist is not None and entry.dist.name == "jazzgram"


def _normal(name: str) -> str:
    """Return a distribution's name as package indexes compare them: ``My_Plugin`` is ``my-plugin``."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def names_for(hook: str) -> list[str]:
    """List the names a configuration may use for a hook, as far as they can be known without importing."""
    prefix = KINDS[hook] + "."
    return sorted(name.removeprefix(prefix) for name in installed() if name.startswith(prefix) or "." not in name)


def find(name: str, hook: str, folder: Path, given: Iterable[ModuleType] = ()) -> Plugin:
    """Import the one plugin that a configuration names for a hook.

    Parameters
    ----------
    name : str
        An entry-point name, or a path that ends in ``.py``, relative to `folder`.
    hook : str
        What it must implement.
    folder : Path
        The folder of the configuration file.
    given : iterable of ModuleType
        Plugins handed over in Python; their last name part is looked up before anything installed.

    Raises
    ------
    JazzgramError
        Where there is no such plugin, it cannot be imported, or it does not implement `hook`.
    """
    plugin = _load(name, hook, folder, given)
    check_hooks(plugin)
    if hook not in plugin.hooks:
        has = ", ".join(plugin.hooks) or "no hook at all (is @hookimpl missing?)"
        raise JazzgramError(f"{name} does not implement {hook}; it implements {has}")
    return plugin


def _load(name: str, hook: str, folder: Path, given: Iterable[ModuleType]) -> Plugin:
    for module in given:
        if name == module.__name__.rpartition(".")[2]:
            return Plugin(name, module, "given")
    if name.endswith(".py"):
        return load_file(name, folder)
    known = installed()
    entry = known.get(f"{KINDS[hook]}.{name}") or known.get(name)
    if entry is None:
        candidates = names_for(hook)
        if {name, f"{KINDS[hook]}.{name}"} & _scan(None).keys():
            raise JazzgramError(
                f"the plugin {name!r} is installed, but JAZZGRAM_LOAD_PLUGINS does not name its package"
            )
        raise JazzgramError(
            f"no plugin {name!r} for {hook}{did_you_mean(name, candidates)};"
            f" installed: {', '.join(candidates) or 'none'}; a file is named by a path that ends in .py"
        )
    return load_entry(entry)


def load_file(name: str, folder: Path) -> Plugin:
    """Import a plugin by its path, relative to a folder; raise JazzgramError where that cannot be done."""
    path = Path(os.path.realpath(folder / name))  # `resolve` raises a RuntimeError of links in a circle
    module = import_file(path)
    plugin_digests(module)  # of the code as it is now: the file may be edited while this module is at work
    return Plugin(name, module, str(path))


def load_entry(entry: importlib.metadata.EntryPoint) -> Plugin:
    """Import an installed plugin; raise JazzgramError where that cannot be done."""
    name = entry.name.rpartition(".")[2]
    try:
        module = entry.load()
    except Exception as error:
        raise JazzgramError(
            f"the installed plugin {name} ({entry.value}) cannot be imported: {type(error).__name__}: {error}"
        ) from error
    return Plugin(name, module, distribution(entry))


@cache  # reading the metadata of a distribution takes a millisecond, and every plugin of a configuration needs it
def distribution(entry: importlib.metadata.EntryPoint) -> str:
    """Return the distribution that an entry point belongs to, with its version."""
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value
