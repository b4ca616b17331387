"""What the tests of the project share: the pages made from the code."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from paths import ROOT


@pytest.fixture(scope="package")
def make_pages() -> Iterator[ModuleType]:
    """The package that makes pages from the code."""
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        yield importlib.import_module("make_pages")
    finally:
        sys.path.remove(str(ROOT / "docs"))


@pytest.fixture(scope="package")
def pages(make_pages: ModuleType) -> dict[str, str]:
    """The pages made from the code, by address."""
    made: dict[str, str] = make_pages.pages()
    return made
