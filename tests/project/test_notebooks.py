"""The example notebooks: their stored outputs are what the code outputs."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from paths import ROOT

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
pytest.importorskip("nbclient", reason="nbclient is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")

DOCS = ROOT / "docs"
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))
LARGEST = 300_000


@pytest.fixture(scope="module")
def maker() -> Iterator[ModuleType]:
    """The module that executes notebooks and makes pages of them."""
    sys.path.insert(0, str(DOCS))
    try:
        yield importlib.import_module("make_pages.notebooks")
    finally:
        sys.path.remove(str(DOCS))


def shown(notebook: Any) -> list[str]:
    """Return what the cells show: text without the times of a trace; of HTML with pictures its words."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            text = output.get("text") or output["data"].get("text/html") or output["data"]["text/plain"]
            text = re.sub(r"base64,[^\"]*", "base64,", text)
            found.append(re.sub(r">[\d.,]+</td></tr>", "></td></tr>", text))
    return found


COLAB = "https://colab.research.google.com/github/jazzgram/jazzgram/blob/main/docs/notebooks/"


def test_there_are_three() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["course", "first_solo", "pruner"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_badge_opens_each_in_colab_which_installs_from_pypi(path: Path, maker: ModuleType) -> None:
    first, second, *others = nbformat.read(path, as_version=4).cells
    assert f"({COLAB}{path.name})" in first.source
    assert maker.installs(second) and second.source.startswith("%pip install --quiet jazzgram")
    assert not second.outputs and not any(map(maker.installs, others))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_they_are_executed_small_and_of_no_machine(path: Path, maker: ModuleType) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text) < LARGEST
    words = re.sub(r"base64,[^\"]*", "", text)
    assert not re.search(r"/(home|root|tmp|work|Users)/|0x[0-9a-f]{8}|Traceback|WARNING", words)
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    executed = [cell for cell in notebook.cells if cell.cell_type == "code" and not maker.installs(cell)]
    counts = [cell.execution_count for cell in executed]
    assert counts == list(range(1, len(counts) + 1)), "executed once, from top to bottom"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_becomes_a_page_with_what_its_cells_show(path: Path, maker: ModuleType) -> None:
    page = maker.pages()[f"notebooks/{path.stem}.md"]
    title, _, link = page.splitlines()[:3]
    assert title.startswith("# ") and f'href="{path.name}"' in link
    cells = nbformat.read(path, as_version=4).cells
    assert page.count("```python\n") == sum(cell.cell_type == "code" for cell in cells)
    assert page.count("<div><img ") + page.count("<div><audio ") + page.count("<div><table ") >= 3
    assert all(line == line.lstrip() for line in page.splitlines() if "<img" in line or "<audio" in line)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["first_solo", "pruner"])
def test_a_notebook_that_trains_nothing_shows_what_it_did(name: str, maker: ModuleType) -> None:
    (path,) = [path for path in NOTEBOOKS if path.stem == name]
    assert shown(maker.execute(path)) == shown(nbformat.read(path, as_version=4))


@pytest.mark.slow
def test_the_course_runs_to_its_end(maker: ModuleType) -> None:
    """What a network learns depends on the machine; what kind of thing each cell shows does not."""
    (path,) = [path for path in NOTEBOOKS if path.stem == "course"]

    def kinds(texts: list[str]) -> list[str]:
        return [re.sub(r"\d+", "#", text)[:40] for text in texts]

    assert kinds(shown(maker.execute(path))) == kinds(shown(nbformat.read(path, as_version=4)))
