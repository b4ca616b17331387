"""Finding plugins: by entry-point name or by path, importing only what is named."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import inspect
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.hooks.hookspecs import KINDS, HookSpecs
from jazzgram.hooks.options import Options
from jazzgram.resources.code import hash_of, plugin_digests

GROUP = "jazzgram"
HOOKS = tuple(name for name in vars(HookSpecs) if not name.startswith("_"))
_MARK = f"{GROUP}_impl"
"""The attribute by which pluggy's `hookimpl` marks a function."""


@dataclass(frozen=True)
class Plugin:
    """An imported plugin.

    Parameters
    ----------
    name : str
        As the configuration calls it.
    module : ModuleType
        What implements the hooks.
    origin : str
        Where it comes from: a distribution with its version, a file, or ``given`` (from Python).
    """

    name: str
    module: ModuleType
    origin: str

    @property
    def hooks(self) -> tuple[str, ...]:
        """The hooks it implements, in the order of the specification."""
        return tuple(hook for hook in HOOKS if hasattr(getattr(self.module, hook, None), _MARK))

    @property
    def options(self) -> type[Options]:
        """Its ``Options`` class; one without fields where it has none."""
        declared = getattr(self.module, "Options", None)
        return declared if isinstance(declared, type) and issubclass(declared, Options) else Options

    def promise(self, name: str) -> frozenset[str]:
        """Give its ``NEEDS``, ``PROVIDES`` or ``DESTROYS``; empty where it declares none."""
        return frozenset(getattr(self.module, name, ()))

    @property
    def file(self) -> Path | None:
        """The file it was read from, None for a module made in memory."""
        found = getattr(self.module, "__file__", None)
        return Path(found) if found else None

    @property
    def model_version(self) -> int | None:
        """The ``MODEL_VERSION`` of a stock plugin; None where it declares none, and for everybody else's."""
        stock = self.module.__name__.startswith("jazzgram_plugins.")
        return getattr(self.module, "MODEL_VERSION", None) if stock else None

    def fingerprint(self) -> str:
        """Hash its code and all that it imports of its own package and of jazzgram; its name where there is none."""
        return hash_of(plugin_digests(self.module) or {self.name: ""})


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
    # A stock plugin's name is its own: whoever takes it as well is not found by it.
    for entry in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda entry: not _is_stock(entry)):
        if allowed is None or (entry.dist is not None and _normal(entry.dist.name) in allowed):
            found.setdefault(entry.name, entry)
    return found


def _is_stock(entry: importlib.metadata.EntryPoint) -> bool:
    return entry.dist is not None and entry.dist.name == "jazzgram"


def _normal(name: str) -> str:
    """Give a distribution's name as package indexes compare them: ``My_Plugin`` is ``my-plugin``."""
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
    path = (folder / name).resolve()
    return Plugin(name, _import_file(path), str(path))


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


@cache  # reading the metadata of a distribution takes a millisecond, and every plugin of a configuration asks
def distribution(entry: importlib.metadata.EntryPoint) -> str:
    """Say which distribution an entry point belongs to, with its version."""
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value


def _import_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise JazzgramError(f"no plugin file {path}")
    name = f"jazzgram_local_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None  # a path that ends in .py always has a loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pydantic look their module up here
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise JazzgramError(f"{path}:{error.lineno}: {error.msg}") from error
    except Exception as error:
        raise JazzgramError(f"{path} cannot be imported: {type(error).__name__}: {error}") from error
    plugin_digests(module)  # of the code as it is now: the file may be edited while this module is at work
    return module


def check_hooks(plugin: Plugin) -> None:
    """Refuse what pluggy would pass over in silence: misspelt hooks, unknown arguments, a missing mark.

    Raises
    ------
    JazzgramError
        With the function, its place and what was expected.
    """
    declared = vars(plugin.module).get("Options")
    if isinstance(declared, type) and not issubclass(declared, Options):
        raise JazzgramError(f"{plugin.file or plugin.name}: class Options must derive from jazzgram.Options")
    for name, function in inspect.getmembers(plugin.module, inspect.isfunction):
        place = f"{plugin.file or plugin.name}:{function.__code__.co_firstlineno}"
        marked = hasattr(function, _MARK)
        if marked and name not in HOOKS:
            raise JazzgramError(f"{place}: there is no hook {name!r}{did_you_mean(name, HOOKS)}")
        if name in HOOKS and not marked and function.__module__ == plugin.module.__name__:
            raise JazzgramError(f"{place}: {name} lacks the @hookimpl mark")
        if marked:
            allowed = [
                argument for argument in inspect.signature(getattr(HookSpecs, name)).parameters if argument != "self"
            ]
            for argument in inspect.signature(function).parameters:
                if argument not in allowed:
                    raise JazzgramError(
                        f"{place}: {name} has no argument {argument!r}{did_you_mean(argument, allowed)};"
                        f" it may name: {', '.join(allowed)}"
                    )


class PluginCalls:
    """Call single hook implementations through one pluggy manager, so that every call can be observed."""

    def __init__(self) -> None:
        self.manager = pluggy.PluginManager(GROUP)
        self.manager.add_hookspecs(HookSpecs)

    def add(self, plugin: Plugin) -> None:
        """Register a plugin; one module registers once, however often a chain names it."""
        if not self.manager.is_registered(plugin.module):
            self.manager.register(plugin.module, f"{plugin.name}@{id(plugin.module)}")

    def has(self, plugins: Iterable[Plugin]) -> bool:
        """Return whether all of some plugins are registered."""
        return all(self.manager.is_registered(plugin.module) for plugin in plugins)

    def caller(self, hook: str, plugin: Plugin) -> Any:
        """Give a callable for one plugin's implementation of a hook. Call it after all plugins are added."""
        others = [module for module in self.manager.get_plugins() if module is not plugin.module]
        return self.manager.subset_hook_caller(hook, others)
