"""Which code a result depends on, found from imports, and a hash of it.

A result's code is that of some root modules and of everything they import from jazzgram, from the stock plugins and,
where a root is somebody else's plugin, from the plugin's own package, or from the folder of a plugin that is one file.
Imports inside functions count, those for type checkers do not. ``from jazzgram import Note`` is an import of
`jazzgram.music.note`: of a package with an ``__init__.pyi`` the stub maps each name to its module.

The code of jazzgram and of the stock plugins is read once a process, as they are imported once: an edit while a
model is trained cannot put its result under the key of other code. The facts of a plugin's module are dropped with
the module: a file that is loaded again is read again.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from weakref import WeakKeyDictionary

from jazzgram.errors import JazzgramError
from jazzgram.resources.source_facts import FactsCache, ImportReference, SourceFacts

OWN = ("jazzgram", "jazzgram_plugins")
"""The packages in which every import must lead somewhere."""

_INTERFACES = frozenset({"jazzgram.hooks.hookspecs"})
"""Modules that plugins import and that decide nothing: signatures and their documentation. They do not count, so that
a new hook leaves every result as it is."""


class Code:
    """Source code as it was when it was first read.

    Parameters
    ----------
    folders : mapping of str to sequence of Path
        Where the packages are whose code counts. The folder "" holds modules of any name.
    facts : FactsCache
        Caches facts of files over processes.
    """

    def __init__(self, folders: Mapping[str, Sequence[Path]], facts: FactsCache) -> None:
        self._folders = dict(folders)
        self._cache = facts
        self._files: dict[str, Path | None] = {}
        self._facts: dict[Path, SourceFacts] = {}
        self._imported: dict[str, tuple[str, ...]] = {}
        self._stubs: dict[str, dict[str, ImportReference]] = {}

    def beside(self, more: Mapping[str, Sequence[Path]], files: Mapping[str, Path] | None = None) -> Code:
        """Return code in which further packages, and modules that are such files, count; all else stays as it is."""
        other = Code({**self._folders, **more}, self._cache)
        other._files = {**{name: file for name, file in self._files.items() if file is not None}, **(files or {})}
        other._facts, other._imported, other._stubs = dict(self._facts), dict(self._imported), dict(self._stubs)
        return other

    def modules(self, roots: Iterable[str]) -> dict[str, Path]:
        """Find all modules that some modules consist of.

        Parameters
        ----------
        roots : iterable of str
            Dotted names.

        Returns
        -------
        dict of str to Path
            The file of each module, the roots first.

        Raises
        ------
        JazzgramError
            Where a root is not there, or what a module of jazzgram imports from jazzgram is not there.
        """
        found: dict[str, Path] = {}
        waiting = list(roots)
        for name in waiting:
            self._required(name)
        while waiting:
            name = waiting.pop(0)
            if name not in found and name not in _INTERFACES:
                found[name] = self._required(name)
                waiting += self.imports(name)
        self._cache.save()
        return found

    def digests(self, roots: Iterable[str]) -> dict[str, str]:
        """Hash the code of each module of `modules`."""
        return {name: self.facts(file).digest for name, file in self.modules(roots).items()}

    def digest(self, name: str) -> str:
        """Hash the code of one module, which must be there."""
        return self.facts(self._required(name)).digest

    def file(self, name: str) -> Path | None:
        """Find a module's file; None for what is no module, or in no package whose code counts."""
        if name not in self._files:
            self._files[name] = next(filter(Path.is_file, self._candidates(name)), None)
        return self._files[name]

    def facts(self, file: Path) -> SourceFacts:
        """Return the facts of a file."""
        if file not in self._facts:
            self._facts[file] = self._cache.facts(file)
        return self._facts[file]

    def imports(self, name: str) -> tuple[str, ...]:
        """Return the modules that a module imports, and the packages around them that hold code."""
        if name not in self._imported:
            file = self._required(name)
            found = dict.fromkeys(
                module for each in self.facts(file).references for module in self._modules_of(each, name, file)
            )
            around = [package for module in (name, *found) for package in _around(module) if self._holds_code(package)]
            self._imported[name] = tuple(dict.fromkeys([*found, *around]))
        return self._imported[name]

    def _required(self, name: str) -> Path:
        if (file := self.file(name)) is None:
            raise JazzgramError(f"there is no module {name}, on which cached results depend; has it been moved?")
        return file

    def _candidates(self, name: str) -> Iterator[Path]:
        top, *inner = name.split(".")
        if top in self._folders:
            for folder in self._folders[top]:
                path = folder.joinpath(*inner)
                yield path / "__init__.py"
                if inner:
                    yield path.with_name(f"{path.name}.py")
        else:
            for folder in self._folders.get("", ()):
                yield folder.joinpath(*name.split("."), "__init__.py")
                yield folder.joinpath(top, *inner[:-1], f"{inner[-1]}.py") if inner else folder / f"{top}.py"

    def _holds_code(self, package: str) -> bool:
        file = self.file(package)
        return file is not None and self.facts(file).holds_code

    def _modules_of(self, reference: ImportReference, importer: str, file: Path) -> Iterator[str]:
        """Yield the modules that a reference leads to; none where it leads out of the code that counts."""
        module = _absolute(reference, importer, is_package=file.name == "__init__.py")
        if _top(importer) in self._folders and _top(module) not in self._folders:
            return  # a file beside a plugin is no library, whatever its name
        for found in self._resolved(module, reference.tail.split(".") if reference.tail else []):
            if self.file(found) is not None:
                yield found
            elif _top(found) in OWN and _top(importer) in OWN:
                raise JazzgramError(f"{file} imports {found}, which is not there; has it been moved?")

    def _resolved(self, module: str, tail: Sequence[str]) -> Iterator[str]:
        """Yield the modules in which names inside a module are defined."""
        for number, name in enumerate(tail):
            homes = self._homes(module)
            for each in homes.values() if name == "*" else [homes[name]] if name in homes else ():
                yield from self._resolved(_absolute(each, module, is_package=True), [each.tail, *tail[number + 1 :]])
            if homes and (name == "*" or name in homes):
                return
            if self.file(f"{module}.{name}") is None:
                break
            module = f"{module}.{name}"
        yield module

    def _homes(self, package: str) -> Mapping[str, ImportReference]:
        """Read from a package's stub where each of its names is defined; empty for what is no facade."""
        if package not in self._stubs:
            file = self.file(package)
            stub = file.with_suffix(".pyi") if file is not None and file.name == "__init__.py" else None
            found = self.facts(stub).references if stub is not None and stub.is_file() else ()
            self._stubs[package] = {each.tail: each for each in found if each.tail}
        return self._stubs[package]


def _absolute(reference: ImportReference, importer: str, *, is_package: bool) -> str:
    if not reference.level:
        return reference.module
    package = importer.split(".") if is_package else importer.split(".")[:-1]
    package = package[: len(package) - reference.level + 1]
    return ".".join([*package, *([reference.module] if reference.module else [])])


def _around(module: str) -> Iterator[str]:
    """Yield the packages that enclose a module."""
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


def _top(name: str) -> str:
    return name.partition(".")[0]


def hash_of(digests: Mapping[str, str]) -> str:
    """Hash the names and the code of modules."""
    return hashlib.sha256("\n".join(f"{name} {digests[name]}" for name in sorted(digests)).encode()).hexdigest()


@cache
def own_code() -> Code:
    """Return the code of jazzgram and of the stock plugins, as this process has it."""
    return Code({name: package_folders(name) for name in OWN}, FactsCache())


def package_folders(name: str) -> tuple[Path, ...]:
    """Find where a package's modules lie, without importing it."""
    spec = find_spec(name)
    return tuple(Path(folder) for folder in (spec and spec.submodule_search_locations) or ())


_PLUGINS: WeakKeyDictionary[ModuleType, dict[str, str]] = WeakKeyDictionary()


def plugin_digests(module: ModuleType) -> dict[str, str]:
    """Hash the code of a plugin and of everything it imports that counts, once in the module's life.

    Returns
    -------
    dict of str to str
        A hash for each module; empty for a plugin that was made in memory.
    """
    found = _PLUGINS.get(module)
    if found is None:
        found = _PLUGINS[module] = _plugin_digests(module)
    return found


def _plugin_digests(module: ModuleType) -> dict[str, str]:
    file = getattr(module, "__file__", None)
    if not file:
        return {}
    top = _top(module.__package__ or "")
    if top in OWN:
        return own_code().digests([module.__name__])
    if folders := getattr(sys.modules.get(top), "__path__", ()) if top else ():
        code = own_code().beside({top: tuple(map(Path, folders))})
        if code.file(module.__name__) is not None:
            return code.digests([module.__name__])
    path = Path(file)
    return own_code().beside({"": (path.parent,)}, {path.stem: path}).digests([path.stem])
