"""The page of the explorer: one HTML file with the recorded runs, their sound, and the scripts of the report."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from jazzgram.evaluation import find_reference
from jazzgram.pages.report.page import ASSETS, PLAYER, script
from jazzgram.resources.templates import render
from make_pages.cached import cached_files
from make_pages.explorer.recording import record

PAGE = "explorer.md"
"""Its address among the pages of the site."""
SCRIPTS = ("combinations", "explorer")
"""Its own scripts, in the order in which they are loaded after `PLAYER`."""
_OWN = files("make_pages.explorer") / "assets"
_RUNS = "runs.json"
_DESCRIPTION = (
    "Switch the six steps of a chain on and off, in any combination, and hear and see what becomes of the same sampled "
    "terms, beside the numbers of real solos."
)


def pages() -> dict[str, str]:
    """Make what the site's search and navigation have of the page; `standalone` takes its place."""
    return {PAGE: f"# Chain explorer\n\n{_DESCRIPTION}\n"}


def standalone() -> str:
    """Return the page; the runs are played where none are cached."""
    recorded: dict[str, Any] = json.loads(cached_files("explorer", Path(__file__).parent, _recorded)[_RUNS])
    runs = recorded["runs"]
    excerpts = max(statistic.count for statistic in find_reference().style().values())
    return render(
        "make_pages.explorer",
        "assets/explorer.html.jinja",
        description=_DESCRIPTION,
        facts=f"{runs['bars']} bars of {runs['meter']} · ♩ = {runs['tempo']:g} · {len(runs['combinations'])} solos.",
        compared=recorded["compared"],
        excerpts=excerpts,
        style="".join(file.read_text(encoding="utf-8") for file in (ASSETS / "report.css", _OWN / "explorer.css")),
        runs=runs,
        sound=recorded["sound"],
        scripts="".join([*map(script, PLAYER), *(script(name, _OWN) for name in SCRIPTS)]),
    )


def _recorded() -> dict[str, bytes]:
    return {_RUNS: json.dumps(record(), ensure_ascii=False).encode()}
