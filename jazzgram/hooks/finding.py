"""Find plugins by entry-point name or by path, importing only what is named."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.hooks.checking import check_hooks
from jazzgram.hooks.hookspecs import KINDS
from jazzgram.hooks.importing import import_file
from jazzgram.hooks.plugins import GROUP, HOOKS, Plugin
from jazzgram.resources.code import plugin_digests

STEP_HOOKS = ("shape_distribution", "sample", "prune_grammar", "prune_notes", "clean_up_notes")
"""The hooks that a step of a configuration is written with: ``hook: plugin``."""


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
        if allowed is None or (entry.dist is not None and _normal(_identity(entry.dist)[0]) in allowed):
            found.setdefault(entry.name, entry)
    return found


@cache
def _stock() -> dict[str, importlib.metadata.EntryPoint]:
    """Read the entry points of jazzgram alone: most configurations name no other plugin."""
    try:
        entries = importlib.metadata.distribution("jazzgram").entry_points
    except importlib.metadata.PackageNotFoundError:
        return {}
    return {entry.name: entry for entry in entries.select(group=GROUP)}


def forget_installed() -> None:
    """Forget what is installed, after something was installed or removed."""
    _scan.cache_clear()
    _stock.cache_clear()


def _is_stock(entry: importlib.metadata.EntryPoint) -> bool:
    return entry.dist is not None and _identity(entry.dist)[0] == "jazzgram"


@cache  # a distribution reads and parses its whole metadata each time that it is asked
def _identity(dist: importlib.metadata.Distribution) -> tuple[str, str]:
    """Return the name and version of a distribution."""
    metadata = dist.metadata
    return metadata["Name"], metadata["Version"]


def _normal(name: str) -> str:
    """Return a distribution's name as package indexes compare them: ``My_Plugin`` is ``my-plugin``."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def names_for(hook: str) -> list[str]:
    """List the names a configuration may use for a hook, as far as they can be known without importing."""
    prefix = KINDS[hook] + "."
    return sorted(
        name.removeprefix(prefix)
        for name, entry in installed().items()
        if (name.startswith(prefix) or "." not in name) and hook in (hooks_in(entry) or (hook,))
    )


@cache
def hooks_in(entry: importlib.metadata.EntryPoint) -> tuple[str, ...]:
    """Return the hooks that an entry point's source defines or imports, without running it; empty where unknown."""
    if not _is_stock(entry) and "." in entry.module:
        return ()  # to find a module in a package, Python runs the package
    try:
        spec = find_spec(entry.module)
        tree = ast.parse(Path(spec.origin).read_bytes()) if spec and spec.origin else ast.Module([], [])
    except (ImportError, OSError, SyntaxError, ValueError):
        return ()
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    names |= {
        alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    return tuple(hook for hook in HOOKS if hook in names)


def _elsewhere(name: str, hook: str) -> str:
    """Return that a plugin of this name is there for another hook; empty where none is."""
    for full, entry in installed().items():
        if full.rpartition(".")[2] == name and (hooks := hooks_in(entry)) and hook not in hooks:
            return _other_hook(name, hook, hooks)
    return ""


def _other_hook(name: str, hook: str, hooks: Sequence[str]) -> str:
    known = " or ".join(f"{other}: {name}" for other in hooks if other in STEP_HOOKS)
    steps = " or ".join(other for other in hooks if other in STEP_HOOKS)
    if hook in STEP_HOOKS and steps:
        return f"{name} is a {steps} step, not a {hook} one: write {known}"
    return f"{name} does not implement {hook}; it implements {', '.join(hooks)}"


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
        if not plugin.hooks:
            raise JazzgramError(
                f"{name} does not implement {hook}; it implements no hook at all (is @hookimpl missing?)"
            )
        raise JazzgramError(_other_hook(name, hook, plugin.hooks))
    return plugin


def _load(name: str, hook: str, folder: Path, given: Iterable[ModuleType]) -> Plugin:
    for module in given:
        if name == module.__name__.rpartition(".")[2]:
            return Plugin(name, module, "given")
    if name.endswith(".py"):
        return load_file(name, folder)
    full = f"{KINDS[hook]}.{name}"
    entry = _stock().get(full) or installed().get(full) or installed().get(name)
    if entry is None:
        candidates = names_for(hook)
        if {name, full} & _scan(None).keys():
            raise JazzgramError(
                f"the plugin {name!r} is installed, but JAZZGRAM_LOAD_PLUGINS does not name its package"
            )
        if other := _elsewhere(name, hook):
            raise JazzgramError(other)
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


def distribution(entry: importlib.metadata.EntryPoint) -> str:
    """Return the distribution that an entry point belongs to, with its version."""
    return " ".join(_identity(entry.dist)) if entry.dist else entry.value
