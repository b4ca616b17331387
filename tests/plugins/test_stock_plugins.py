"""Every stock plugin keeps the contract, is documented, and imports from the facades only."""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import inspect
import re
from pathlib import Path

import pytest
from facades import FACADES
from paths import ROOT

import jazzgram
from jazzgram.hooks import hookspecs
from jazzgram.hooks.hookspecs import HookSpecs
from jazzgram.hooks.plugins import HOOKS, Plugin
from jazzgram.testing import problems

FILES = sorted((ROOT / "plugins").rglob("*.py"))
STOCK = {
    entry.value: entry
    for entry in importlib.metadata.entry_points(group="jazzgram")
    if entry.value.startswith("jazzgram_plugins.")
}


@pytest.mark.parametrize("name", sorted(STOCK))
def test_it_keeps_the_contract(name: str) -> None:
    assert problems(STOCK[name].load()) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT / "plugins").as_posix())
def test_it_imports_from_facades_only(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").startswith("jazzgram."):
            assert node.module in FACADES, f"line {node.lineno}"
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module in FACADES:
            offered = set(importlib.import_module(node.module).__all__)
            assert {alias.name for alias in node.names} <= offered, f"line {node.lineno}"
        if isinstance(node, ast.Import):
            assert not [alias.name for alias in node.names if alias.name.startswith("jazzgram.")], f"line {node.lineno}"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "jazzgram":
            assert node.attr in vars(jazzgram)["__all__"], f"line {node.lineno}"


@pytest.mark.parametrize("name", sorted(STOCK))
def test_it_names_its_source_and_shows_an_example(name: str) -> None:
    module = STOCK[name].load()
    sources = r"^Sources?: \S|^References\n-{10}\n\S"
    assert re.search(sources, module.__doc__ or "", re.MULTILINE), "where does the idea come from?"
    plugin = Plugin(name, module, "test")
    examples = [inspect.getdoc(getattr(module, hook)) or "" for hook in plugin.hooks]
    assert any(">>>" in text for text in examples), "no example"


def test_every_file_is_an_entry_point() -> None:
    named = [path.relative_to(ROOT / "plugins").with_suffix("").parts for path in FILES]
    modules = {".".join(("jazzgram_plugins", *parts)).removesuffix(".__init__") for parts in named}
    assert {name for name in modules if Plugin("p", importlib.import_module(name), "test").hooks} == set(STOCK)


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_and_argument_is_documented(hook: str) -> None:
    specification = getattr(HookSpecs, hook)
    doc = inspect.getdoc(specification) or ""
    assert "Cardinality:" in doc
    assert re.search(r"^\.\. versionadded:: \d+\.\d+$", doc, re.MULTILINE)
    assert "Returns\n-------" in doc
    described = "".join(
        text.split("Parameters\n----------\n")[1].split("\n\n")[0] for text in (doc, inspect.getdoc(hookspecs) or "")
    )
    for argument in inspect.signature(specification).parameters:
        if argument != "self":
            assert f"{argument} : " in described, f"{hook}: {argument} is not described"
