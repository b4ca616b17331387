"""The public API is a place: facades, their pages and their names are one."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from facades import FACADES
from paths import ROOT

HEAVY = ("numpy", "pydantic", "music21", "matplotlib", "tensorflow", "hypothesis")


def names() -> list[tuple[str, str]]:
    return [(facade, name) for facade in FACADES for name in importlib.import_module(facade).__all__]


@pytest.mark.parametrize("facade", FACADES)
def test_dir_shows_exactly_what_it_offers(facade: str) -> None:
    module = importlib.import_module(facade)
    assert dir(module) == sorted(module.__all__)


@pytest.mark.parametrize("facade", FACADES)
def test_it_says_what_it_is_for(facade: str) -> None:
    assert inspect.getdoc(importlib.import_module(facade))


@pytest.mark.parametrize(("facade", "name"), names())
def test_a_name_is_no_module_and_is_documented_where_it_is_defined(facade: str, name: str) -> None:
    value = getattr(importlib.import_module(facade), name)
    assert not isinstance(value, ModuleType)
    if inspect.isclass(value) or inspect.isfunction(inspect.unwrap(value)):
        assert inspect.getdoc(value)


def test_a_name_is_in_one_facade() -> None:
    found = [name for _, name in names()]
    assert sorted(found) == sorted(set(found))


@pytest.mark.parametrize("facade", FACADES)
def test_no_name_is_that_of_a_module_beside_it(facade: str) -> None:
    """Importing the module would put it in the name's place."""
    module = importlib.import_module(facade)
    assert not {found.name for found in pkgutil.iter_modules(module.__path__)} & set(module.__all__)


@pytest.mark.parametrize("facade", FACADES)
def test_importing_it_imports_nothing_heavy(facade: str) -> None:
    code = f"import sys, {facade}; print([name for name in {HEAVY} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_the_reference_has_a_page_for_every_facade_with_every_name(pages: dict[str, str]) -> None:
    assert {address.removesuffix(".md") for address in pages if address.startswith("jazzgram")} == set(FACADES)
    for facade in FACADES:
        parts = re.split(r"^## (\w+)\n", pages[f"{facade}.md"], flags=re.MULTILINE)
        described = dict(zip(parts[1::2], parts[2::2], strict=True))
        assert sorted(described) == sorted(importlib.import_module(facade).__all__)
        for name, text in described.items():
            meaning = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
            assert meaning.strip(), f"{facade}.{name} is not described"


def test_every_page_is_in_the_navigation() -> None:
    navigation = yaml.load((ROOT / "mkdocs.yml").read_text(), yaml.BaseLoader)["nav"]
    (reference,) = (entry["Reference"] for entry in navigation if "Reference" in entry)
    assert [page for page in reference if page.startswith("jazzgram")] == [f"{facade}.md" for facade in FACADES]


@pytest.mark.parametrize("example", FACADES.values())
def test_the_example_of_a_page_works(example: str) -> None:
    exec(example, {})


_DEEP = {"measuring.md", "report.md"}
"""Pages that show evaluations and reports from Python, which are commands first."""


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda it: it.name)
def test_what_a_page_imports_is_there_and_in_a_facade(page: Path) -> None:
    for block in re.findall(r"```python\n(.+?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        for line in re.findall(r"^from jazzgram.* import .*$", block, re.MULTILINE):
            exec(line, {})
            assert line.split()[1] in FACADES or page.name in _DEEP, f"{page.name}: {line}"


def test_the_first_pruners_harmony_is_right() -> None:
    blocks = re.findall(r"```python\n(.+?)```", (ROOT / "docs" / "first-pruner.md").read_text(), re.DOTALL)
    exec(next(block for block in blocks if "chord_scale" in block), {})
