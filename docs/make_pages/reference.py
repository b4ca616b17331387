"""The reference of the facades, which are the public API: a page each, from docstrings."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from make_pages import docstrings
from make_pages.docstrings import FACADES, Docstring, linked, table


def pages() -> dict[str, str]:
    """Make a page for every facade."""
    return {docstrings.address(name): _page(name) for name in FACADES}


def _page(name: str) -> str:
    facade = importlib.import_module(name)
    doc = docstrings.parse(facade)
    parts = [f"# {name}", doc.summary, doc.body, f"```python\n{FACADES[name]}\n```"]
    for public in docstrings.public(name):
        parts += [f"## {public}", *_entry(facade, public)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _entry(facade: ModuleType, name: str) -> Iterator[str]:
    value = getattr(facade, name)
    value = inspect.unwrap(value) if callable(value) else value  # a cached function is a function
    if inspect.isclass(value):
        yield from _documented(value)
        for field, text in _docstrings_below(inspect.getsource(value)).items():
            yield f"**`{field}`**\n:   {text}"
        for member, doc in _members(value):
            yield f"**`{member}`**\n:   {doc.summary}"
            yield _arguments(doc, "argument")
            yield from _outcomes(doc)
    elif inspect.isfunction(value):
        signature = re.sub(r"(?<=: |> )'([^']*)'", r"\1", str(inspect.signature(value)))
        yield f"```python\n{name}{signature}\n```"
        yield from _documented(value)
    else:
        yield _constant(name, value, _home(facade, name))


def _members(value: type) -> Iterator[tuple[str, Docstring]]:
    """List the documented methods and properties that a class defines itself."""
    for name, member in vars(value).items():
        function = getattr(member, "fget", None) or getattr(member, "func", None) or getattr(member, "__func__", member)
        if name.startswith("_") or not inspect.isfunction(function) or not function.__doc__:
            continue
        if isinstance(member, property) or hasattr(member, "func"):
            yield name, docstrings.parse(function)
        else:
            names = [argument for argument in inspect.signature(function).parameters if argument not in ("self", "cls")]
            yield f"{name}({', '.join(names)})", docstrings.parse(function)


def _documented(value: Any) -> Iterator[str]:
    doc = docstrings.parse(value)
    yield doc.summary
    yield doc.body
    yield _arguments(doc, "field" if inspect.isclass(value) else "argument")
    yield from _outcomes(doc)
    for section in ("Notes", "Examples"):
        if section in doc.sections:
            yield docstrings.prose(doc.sections[section])


def _arguments(doc: Docstring, called: str) -> str:
    rows = [(f"`{item.name}`", linked(item.type), item.text) for item in doc.items("Parameters")]
    return table((called, "type", "meaning"), rows)


def _outcomes(doc: Docstring) -> Iterator[str]:
    for section in ("Returns", "Yields", "Raises"):
        for item in doc.items(section):
            yield f"{section} {linked(item.type or item.name)}\n:   {item.text}"


def _constant(name: str, value: Any, home: ModuleType) -> str:
    """Return the docstring below a constant in the source, and its value where that is short and readable."""
    described = _docstrings_below(inspect.getsource(home)).get(name, "")
    shown = repr(value)
    shows = len(shown) <= 300 and not shown.startswith("<")
    return f"{described}\n\n```python\n{name} = {shown}\n```".strip() if shows else described


def _home(facade: ModuleType, name: str) -> ModuleType:
    """Find the module that a name of a facade is defined in, as its stub says."""
    stub = Path(str(facade.__file__)).with_suffix(".pyi")
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and any(alias.name == name for alias in node.names):
            return importlib.import_module(f"{facade.__name__}.{node.module}")
    raise LookupError(f"{stub} does not name {name}")


@cache
def _docstrings_below(source: str) -> dict[str, str]:
    """Find the docstrings below assignments, in a module or in the body of a class."""
    tree: Any = ast.parse(textwrap.dedent(source))
    if len(tree.body) == 1 and isinstance(tree.body[0], ast.ClassDef):
        tree = tree.body[0]
    found = {}
    for line, below in pairwise(tree.body):
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            for target in [line.target] if isinstance(line, ast.AnnAssign) else getattr(line, "targets", []):
                if isinstance(target, ast.Name):
                    found[target.id] = inspect.cleandoc(below.value.value)
    return found
