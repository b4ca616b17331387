"""Every stock plugin keeps the contract, is documented, and uses the public API only."""

from __future__ import annotations

import ast
import importlib.metadata
import inspect
from pathlib import Path

import pytest

import jazzgram
from jazzgram.hookspecs import HookSpecs
from jazzgram.plugins import HOOKS, Plugin
from jazzgram.testing import problems

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(
    path for path in (ROOT / "plugins").rglob("*.py") if path.name != "__init__.py" and not path.name.startswith("_")
)
STOCK = {
    entry.value: entry
    for entry in importlib.metadata.entry_points(group="jazzgram")
    if entry.value.startswith("jazzgram_plugins.")
}
PUBLIC = {
    "jazzgram",
    "jazzgram.evaluation.copying",
    "jazzgram.music.changes",
    "jazzgram.music.harmonic_analysis",
    "jazzgram.music.key_names",
    "jazzgram.music.keys",
    "jazzgram.music.lead_sheet",
    "jazzgram.music.notation",
    "jazzgram.music.qualities",
    "jazzgram.music.repeats",
    "jazzgram.music.scales",
    "jazzgram.music.spell",
    "jazzgram.music.symbols",
    "jazzgram.music.theory",
    "jazzgram.pictures.lead_sheet",
    "jazzgram.pictures.paper",
    "jazzgram.pictures.roll",
    "jazzgram.pictures.score",
    "jazzgram.roll",
    "jazzgram.sound.encode",
    "jazzgram.sound.master",
    "jazzgram.sound.render",
    "jazzgram.sound.resample",
    "jazzgram.sound.soundfonts",
    "jazzgram.training",
}


@pytest.mark.parametrize("name", sorted(STOCK))
def test_it_keeps_the_contract(name: str) -> None:
    assert problems(STOCK[name].load()) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_uses_the_public_api_only(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").startswith("jazzgram"):
            assert node.module in PUBLIC, f"line {node.lineno}"
            if node.module == "jazzgram":
                assert {alias.name for alias in node.names} <= set(jazzgram.__all__)


@pytest.mark.parametrize("name", sorted(STOCK))
def test_it_names_its_source_and_shows_an_example(name: str) -> None:
    module = STOCK[name].load()
    assert "Source" in (module.__doc__ or ""), "where does the idea come from?"
    plugin = Plugin(name, module, "test")
    examples = [inspect.getdoc(getattr(module, hook)) or "" for hook in plugin.hooks]
    assert any(">>>" in text for text in examples), "no example"


def test_every_file_is_an_entry_point() -> None:
    modules = {f"jazzgram_plugins.{path.parent.name}.{path.stem}" for path in FILES}
    assert {name for name in modules if Plugin("p", importlib.import_module(name), "test").hooks} == set(STOCK)


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_and_argument_is_documented(hook: str) -> None:
    specification = getattr(HookSpecs, hook)
    doc = inspect.getdoc(specification) or ""
    assert "Cardinality:" in doc
    assert "Returns\n-------" in doc
    described = doc.split("Parameters\n----------\n")[1].split("\n\n")[0]
    for argument in inspect.signature(specification).parameters:
        if argument != "self":
            assert f"{argument} : " in described, f"{hook}: {argument} is not described"
