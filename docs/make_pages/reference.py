"""The reference of what plugin authors import, from docstrings."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from types import ModuleType
from typing import Any

import jazzgram
from jazzgram import models, testing
from jazzgram.music.harmony import symbols, theory
from make_pages import docstrings
from make_pages.docstrings import Docstring, linked, table


def pages() -> dict[str, str]:
    """Make the pages of values, of theory, of what models share, and of the testing kit."""
    return {
        "values.md": _page("Values", jazzgram, public(jazzgram), "from jazzgram import Note, hookimpl"),
        "theory.md": _page("Theory", theory, public(theory), "from jazzgram.music.harmony.theory import chord_tones"),
        "symbols.md": _page(
            "Chord symbols", symbols, public(symbols), "from jazzgram.music.harmony.symbols import voicing"
        ),
        "training.md": _page("Training kit", models, public(models), "from jazzgram.models import run_epochs"),
        "testing.md": _page("Testing kit", testing, public(testing), "from jazzgram.testing import check_plugin"),
    }


def public(module: ModuleType) -> list[str]:
    """List what a module offers: its ``__all__``, else what it defines without underscore, in its own order."""
    named = getattr(module, "__all__", None)
    if named is not None:
        return sorted(named, key=str.lower)
    source = inspect.getsource(module)
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and not isinstance(value, ModuleType)
        and (
            f"\ndef {name}(" in source
            or f"\nclass {name}" in source
            or f"\n{name} =" in source
            or f"\n{name}:" in source
        )
    ]


def _page(title: str, module: ModuleType, names: list[str], example: str) -> str:
    doc = docstrings.parse(module)
    parts = [f"# {title}", doc.summary, doc.body, f"```python\n{example}\n```"]
    for name in names:
        parts += [f"## {name}", *_entry(name, getattr(module, name))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _entry(name: str, value: Any) -> Iterator[str]:
    value = inspect.unwrap(value) if callable(value) else value  # a cached function is a function
    if inspect.isclass(value):
        yield from _documented(value)
        for field, said in _said_below(inspect.getsource(value)).items():
            yield f"**`{field}`**\n:   {said}"
        for member, doc in _members(value):
            yield f"**`{member}`**\n:   {doc.summary}"
            yield _arguments(doc, "argument")
            yield from _outcomes(doc)
    elif inspect.isfunction(value):
        signature = re.sub(r"(?<=: |> )'([^']*)'", r"\1", str(inspect.signature(value)))
        yield f"```python\n{name}{signature}\n```"
        yield from _documented(value)
    else:
        yield _constant(name, value)


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


def _constant(name: str, value: Any) -> str:
    """Say what stands below a constant in the source, and its value where that is short."""
    says = next((said for module in _modules() if (said := _said_below(inspect.getsource(module)).get(name))), "")
    shown = repr(value)
    return f"{says}\n\n```python\n{name} = {shown}\n```".strip() if len(shown) <= 300 else says


def _modules() -> list[ModuleType]:
    return [module for name, module in sorted(sys.modules.items()) if name.startswith("jazzgram.")]


@cache
def _said_below(source: str) -> dict[str, str]:
    """Find the texts that stand below assignments, in a module or in the body of a class."""
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
