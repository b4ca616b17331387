"""Import a plugin from its file, and what it imports from the files beside it.

A plugin given by path is in no package. It may import the modules of its folder by their names (``import lines``,
``from lines import contour``), as a script may. Its folder is not put on ``sys.path``: what lies in it is found by the
plugins of that folder alone, so that two folders may each have a ``lines.py``. Whenever a plugin is loaded, the modules
beside it are loaded anew with it: an edit of one takes effect as an edit of the plugin does, and nothing is shared
between plugins. Modules of the standard library keep their names: a plugin ``abc.py`` does not hide ``abc``.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from traceback import extract_tb
from types import CodeType, ModuleType
from typing import Any

from jazzgram.errors import JazzgramError


def import_file(path: Path) -> ModuleType:
    """Import a plugin from its file.

    Parameters
    ----------
    path : Path
        Absolute; ends in ``.py``.

    Returns
    -------
    ModuleType
        New at every call. Its name in ``sys.modules`` is made from its path.

    Raises
    ------
    JazzgramError
        Where there is no such file, or it or a module beside it cannot be imported.
    """
    if not path.is_file():
        raise JazzgramError(f"no plugin file {path}")
    try:
        return _Folder(path.parent).load(path)
    except SyntaxError as error:
        line = "" if error.lineno is None else f":{error.lineno}"
        raise JazzgramError(f"{error.filename or path}{line}: {error.msg}") from error
    except (Exception, SystemExit) as error:  # a script of its own, whose end is not that of this program
        raise JazzgramError(
            f"{_last_line(path, error)}: cannot be imported: {type(error).__name__}: {error}"
        ) from error


def _last_line(path: Path, error: BaseException) -> str:
    """Return the last file and line of the plugin's folder that an error came from."""
    frames = [frame for frame in extract_tb(error.__traceback__) if Path(frame.filename).parent == path.parent]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else str(path)


def imported_files(module: ModuleType) -> list[Path]:
    """List the files that a plugin was imported from so far.

    Parameters
    ----------
    module : ModuleType
        The plugin.

    Returns
    -------
    list of Path
        Its own first, then those beside it; empty for a module made in memory.
    """
    loader = getattr(module, "__loader__", None)
    if isinstance(loader, _Loader):
        return [Path(str(found.__file__)) for found in loader.folder.modules.values()]
    file = getattr(module, "__file__", None)
    return [Path(file)] if file else []


def plugin_files(path: Path) -> list[Path]:
    """List the files that importing a plugin would run, without running them.

    Parameters
    ----------
    path : Path
        The plugin's file, which exists.

    Returns
    -------
    list of Path
        Its own first, then those beside it that import statements name anywhere in these files.
    """
    found = [path]
    for file in found:
        try:
            nodes = list(ast.walk(ast.parse(file.read_bytes())))
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # it cannot be imported, either
            continue
        names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
        names += [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
        for name in names:
            beside = _file_beside(path.parent, name)
            if beside is not None and beside not in found:
                found.append(beside)
    return found


def _file_beside(folder: Path, name: str) -> Path | None:
    """Find the file that a plugin's import statement names in its folder; None where it names another module."""
    path = folder / f"{name}.py"
    return path if name not in sys.stdlib_module_names and path.is_file() else None


class _Folder:
    """The modules that one plugin has loaded from its folder, by the names they are imported by."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.modules: dict[str, ModuleType] = {}

    def load(self, path: Path) -> ModuleType:
        name = f"jazzgram_local_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
        spec = importlib.util.spec_from_file_location(name, path, loader=_Loader(name, str(path), self))
        assert spec is not None and spec.loader is not None  # there is one where a loader is given
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # dataclasses and pydantic look their module up here
        self.modules[path.stem] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del self.modules[path.stem]
            raise
        return module

    def find(self, name: str) -> ModuleType | None:
        """Return the module of the folder that is imported by a name, None where the name is not its own."""
        if name in self.modules:
            return self.modules[name]
        path = _file_beside(self.path, name)
        return None if path is None else self.load(path)

    def import_(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """Import as `__import__` does, after a look at the folder."""
        found = None if level else self.find(name)
        return builtins.__import__(name, globals, locals, fromlist or (), level) if found is None else found


class _Loader(SourceFileLoader):
    """Run a module of a folder, whose import statements look in the folder first."""

    def __init__(self, fullname: str, path: str, folder: _Folder) -> None:
        super().__init__(fullname, path)
        self.folder = folder

    def get_code(self, fullname: str) -> CodeType:
        """Compile the source: a compiled file is as old as the second it was written in, and edits come quicker."""
        code: CodeType = self.source_to_code(self.get_data(self.path), self.path)
        return code

    def exec_module(self, module: ModuleType) -> None:
        """Run the module with its own `__import__`, which import statements inside functions use as well."""
        names: dict[str, Any] = {**vars(builtins), "__import__": self.folder.import_}
        module.__dict__["__builtins__"] = names
        super().exec_module(module)
