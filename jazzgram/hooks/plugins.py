"""A plugin, and the files it is made of."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from jazzgram.hooks.hookspecs import HookSpecs
from jazzgram.hooks.options import Options

GROUP = "jazzgram"
HOOKS = tuple(name for name in vars(HookSpecs) if not name.startswith("_"))
MARK = f"{GROUP}_impl"
"""The attribute by which pluggy's `hookimpl` marks a function."""

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#;]*)|import[ \t]+([^\n#;]*))", re.MULTILINE
)
"""An import statement; quicker than `ast` by a hundred times, and every run hashes all of its plugins."""


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
        return tuple(hook for hook in HOOKS if hasattr(getattr(self.module, hook, None), MARK))

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

    def fingerprint(self) -> str:
        """Hash its source and that of the modules of its own package that it imports; its name where there is none."""
        contents = [file.read_bytes() for file in own_files(self.module)] or [self.name.encode()]
        return hashlib.sha256(b"\0".join(contents)).hexdigest()


def own_files(module: ModuleType) -> list[Path]:
    """List the files that a plugin is made of: its own, and those of what it imports from its own package.

    Parameters
    ----------
    module : ModuleType
        The plugin; where it is in no package, modules in the folder of its file count as its own.

    Returns
    -------
    list of Path
        Its own first, the others sorted; empty for a module made in memory.
    """
    file = getattr(module, "__file__", None)
    if not file:
        return []
    found: dict[str, Path] = {module.__name__: Path(file)}
    waiting = [module.__name__]
    while waiting:
        name = waiting.pop()
        for other in _imports(name, found[name], in_package=bool(module.__package__)):
            if other not in found and (place := _place(other, module)) is not None:
                found[other] = place
                waiting.append(other)
    own, *others = found.values()
    return [own, *sorted(others)]


def _imports(name: str, file: Path, *, in_package: bool) -> list[str]:
    """Name what a module's source imports: modules, and what may be modules, such as ``_midi_file.Part``."""
    package = name.split(".") if file.name == "__init__.py" else name.split(".")[:-1]
    names: list[str] = []
    for level, base, imported in _import_statements(file.read_text("utf-8", "replace")) if file.suffix == ".py" else ():
        if level and in_package:
            base = ".".join([*package[: len(package) - level + 1], *([base] if base else [])])
        names += [base, *(f"{base}.{name}" for name in imported)]
    return names


def _place(name: str, plugin: ModuleType) -> Path | None:
    """Find a module of a plugin's package, or in the folder of a plugin without one.

    It is not asked whether the module was imported: what a plugin imports only where it is used decides as well.
    """
    top, *inner = name.split(".")
    if plugin.__package__:
        if top != plugin.__package__.partition(".")[0]:
            return None
        roots = [Path(root) for root in getattr(sys.modules.get(top), "__path__", ())]
    elif inner:
        return None
    else:
        roots, inner = [Path(str(plugin.__file__)).parent], [top]
    for root in roots:
        place = root.joinpath(*inner)
        files = [place / "__init__.py"] if plugin.__package__ else []
        files += [place.with_name(f"{place.name}.py")] if inner else []
        if (file := next((file for file in files if file.is_file()), None)) is not None:
            return file
    return None


def _import_statements(source: str) -> Iterator[tuple[int, str, list[str]]]:
    """Give level, module and names of each import; in a docstring, too, where it does no harm."""
    for match in _IMPORT.finditer(source):
        dots, module, names, modules = match.group(1, 2, 3, 4)
        if modules is not None:
            yield from ((0, name.split()[0], []) for name in modules.split(",") if name.strip())
        else:
            yield len(dots), module, [name.split()[0] for name in names.strip("()").split(",") if name.strip()]
