"""A plugin, and the files it is made of."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from jazzgram.hooks.hookspecs import HookSpecs
from jazzgram.hooks.options import Options
from jazzgram.resources.code import hash_of, plugin_digests
from jazzgram.resources.frozen import dataclass

GROUP = "jazzgram"
CONFIGS = f"{GROUP}.configs"
"""The entry-point group of packages with configurations."""
HOOKS = tuple(name for name in vars(HookSpecs) if not name.startswith("_"))
MARK = f"{GROUP}_impl"
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
        return tuple(hook for hook in HOOKS if hasattr(getattr(self.module, hook, None), MARK))

    @property
    def options(self) -> type[Options]:
        """Its ``Options`` class; one without fields where it has none."""
        declared = getattr(self.module, "Options", None)
        return declared if isinstance(declared, type) and issubclass(declared, Options) else Options

    @property
    def reference(self) -> str:
        """The name that means the same in any folder and process: the path of a plugin that is named by its file."""
        return str(self.file) if self.name.endswith(".py") else self.name

    def promise(self, name: str) -> frozenset[str]:
        """Return its ``NEEDS``, ``PROVIDES`` or ``DESTROYS``; empty where it declares none."""
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
        """Return a hash of its code and all that it imports of its own package and of jazzgram, or of its name."""
        return hash_of(plugin_digests(self.module) or {self.name: ""})
