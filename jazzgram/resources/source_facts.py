"""A source file's facts: a hash of its code, and what it imports.

The hash is of the syntax tree without comments, docstrings, line numbers and ``__version__``, written in a form that
Python 3.11 to 3.13 agree on. Parsing a file takes milliseconds, so facts are cached by path, modification time and size
in one file under the cache's root.
"""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from jazzgram.errors import JazzgramError
from jazzgram.resources.atomic import whole_file
from jazzgram.resources.cache import cache_root, discard
from jazzgram.resources.frozen import dataclass

_SAY_NOTHING = frozenset({"ctx", "kind", "type_comment", "type_ignores"})
"""Fields of a syntax tree that follow from others, or are comments."""


class ImportReference(NamedTuple):
    """What an import, or the use of an imported name, refers to.

    Parameters
    ----------
    level : int
        Leading dots of a relative import.
    module : str
        The module after them.
    tail : str
        Names inside it, joined by dots: modules, facade names or attributes. ``*`` stands for all names.
    """

    level: int
    module: str
    tail: str


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """The facts of a source file.

    Parameters
    ----------
    digest : str
        A hash of its code.
    holds_code : bool
        Whether there is more in it than imports and names such as ``__all__``.
    references : tuple of ImportReference
        To modules, those of the standard library aside.
    """

    digest: str
    holds_code: bool
    references: tuple[ImportReference, ...]

    @classmethod
    def of(cls, source: bytes) -> SourceFacts:
        """Parse a Python file; where that fails, its bytes count as they are.

        Examples
        --------
        >>> facts = SourceFacts.of(b"from .music import note as n  # why\\nx = n.Note")
        >>> [tuple(reference) for reference in facts.references]
        [(1, 'music', 'note'), (1, 'music', 'note.Note')]
        >>> facts.digest == SourceFacts.of(b"'''Doc.'''\\nfrom .music import note as n\\nx = n.Note").digest
        True
        """
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            return cls(hashlib.sha256(source).hexdigest(), True, ())
        found: list[str] = []
        _serialize(tree, found.append)
        digest = hashlib.sha256("\n".join(found).encode()).hexdigest()
        return cls(digest, any(map(_is_code, tree.body)), tuple(sorted(_references(tree))))


class FactsCache:
    """The facts of files, read from and written to ``code.json`` under the cache's root.

    What is damaged, or made by another version of this module, is ignored; a cache that cannot be written to stays as
    it is.
    """

    def __init__(self) -> None:
        own = Path(__file__).stat()
        self._made_by = [own.st_mtime_ns, own.st_size]
        self._path: Path | None = None
        self._entries: dict[str, Any] = {}
        self._changed = False

    def facts(self, file: Path) -> SourceFacts:
        """Return a file's facts, as it is now."""
        self._open()
        name, status = str(file), file.stat()
        entry = self._entries.get(name)
        if entry is not None and entry[:2] == [status.st_mtime_ns, status.st_size]:
            with suppress(TypeError, ValueError):
                _, _, digest, holds_code, references = entry
                return SourceFacts(str(digest), bool(holds_code), tuple(ImportReference(*each) for each in references))
        facts = SourceFacts.of(file.read_bytes())
        self._entries[name] = [status.st_mtime_ns, status.st_size, facts.digest, facts.holds_code, facts.references]
        self._changed = True
        return facts

    def save(self) -> None:
        """Write what was added, at once; files that are gone are left out."""
        if not self._changed or self._path is None:
            return
        self._changed = False
        entries = {name: entry for name, entry in list(self._entries.items()) if Path(name).is_file()}
        with suppress(OSError, JazzgramError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.is_dir():
                discard(self._path)
            with whole_file(self._path) as file:
                file.write(json.dumps({"made_by": self._made_by, "files": entries}).encode())

    def _open(self) -> None:
        """Read the file of the present cache; another one may be named later in the life of a process."""
        path = cache_root() / "code.json"
        if path == self._path:
            return
        self._path = path
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            content = json.loads(path.read_text(encoding="utf-8"))
            if content["made_by"] == self._made_by:
                self._entries |= {name: entry for name, entry in content["files"].items() if isinstance(entry, list)}


def _serialize(value: Any, write: Callable[[str], None]) -> None:
    """Write a tree without what decides nothing: empty fields, positions, docstrings and the version."""
    if isinstance(value, list):
        write("[")
        for each in value:
            _serialize(each, write)
        write("]")
    elif isinstance(value, ast.Constant):
        write(ascii(value.value))
    elif isinstance(value, ast.AST):
        write(type(value).__name__)
        for name in value._fields:
            field = getattr(value, name, None)
            if isinstance(field, list):
                field = [each for each in field if not _says_nothing(each)]
            if isinstance(value, ast.JoinedStr):  # Python 3.12 adds empty strings
                field = [each for each in value.values if not (isinstance(each, ast.Constant) and each.value == "")]
            if name not in _SAY_NOTHING and field is not None and field != []:
                write(f".{name}")
                _serialize(field, write)
    else:
        write(ascii(value))


def _says_nothing(node: Any) -> bool:
    """Check for docstrings, those of attributes too, and for the version, which each release changes."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return isinstance(node, ast.Assign) and _names(node) == ["__version__"]


def _is_code(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign) and (names := _names(node)):
        return not all(name.startswith("__") and name.endswith("__") for name in names)
    return not (isinstance(node, ast.Import | ast.ImportFrom) or _says_nothing(node))


def _names(node: ast.Assign) -> list[str]:
    """List the plain names that are assigned to; empty where anything else is."""
    targets = [each for target in node.targets for each in (target.elts if isinstance(target, ast.Tuple) else [target])]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    return names if len(names) == len(targets) else []


def _references(tree: ast.Module) -> set[ImportReference]:
    """Find all imports, also those inside functions, and the attributes of what they bind."""
    bound: dict[str, list[ImportReference]] = {}
    chains: list[tuple[str, str]] = []
    found: set[ImportReference] = set()
    for node in _running(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole = ImportReference(0, alias.name, "")
                top = whole if alias.asname else ImportReference(0, alias.name.partition(".")[0], "")
                bound.setdefault(alias.asname or top.module, []).append(top)
                found.add(whole)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                reference = ImportReference(node.level, node.module or "", alias.name)
                bound.setdefault(alias.asname or alias.name, []).append(reference)
                found.add(reference)
        elif isinstance(node, ast.Attribute) and (chain := _chain(node)):
            chains.append(chain)
    for name, attributes in chains:
        for level, module, tail in bound.get(name, ()):
            found.add(ImportReference(level, module, f"{tail}.{attributes}" if tail else attributes))
    standard = sys.stdlib_module_names
    return {each for each in found if each.level or each.module.partition(".")[0] not in standard}


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """Walk over a tree without what only type checkers see."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in (
            getattr(node.test, "id", ""),  # TYPE_CHECKING
            getattr(node.test, "attr", ""),  # typing.TYPE_CHECKING
        ):
            waiting += node.orelse
        else:
            waiting += ast.iter_child_nodes(node)


def _chain(node: ast.Attribute) -> tuple[str, str] | None:
    """Return the name and the attributes of ``name.one.two``."""
    names = [node.attr]
    inner = node.value
    while isinstance(inner, ast.Attribute):
        names.append(inner.attr)
        inner = inner.value
    return (inner.id, ".".join(reversed(names))) if isinstance(inner, ast.Name) else None
