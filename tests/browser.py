"""A real browser for tests of pages: Chromium through Playwright; skips with a reason where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = ("--no-sandbox", "--disable-background-networking", "--autoplay-policy=no-user-gesture-required")


@contextmanager
def chromium() -> Iterator[Any]:
    """Start a browser; close it in the end."""
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install playwright")
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no browser on this machine (looked for {', '.join(NAMES)})")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def accessibility_problems(page: Any) -> list[str]:
    """Return what axe-core finds wrong with a page: the rule, what it means, and where."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core: see pyproject.toml")
    found = axe.Axe().run(page).response["violations"]
    return [f"{rule['id']}: {rule['help']} ({rule['nodes'][0]['target']})" for rule in found]
