"""The pages of the explorer: one HTML file each, with recorded runs, their sound, and the scripts of the report."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from jazzgram import Pipeline
from jazzgram.evaluation import find_reference
from jazzgram.hooks.catalogue import summary
from jazzgram.pages.report.page import ASSETS, PLAYER, script
from jazzgram.resources.templates import render
from make_pages.cached import cached_files
from make_pages.docstrings import table
from make_pages.explorer import critics, effects
from make_pages.explorer.recording import record

CONFIG = Path(__file__).parent / "solo.yaml"
"""The configuration of the chain explorer, with every step on."""
_OWN = files("make_pages.explorer") / "assets"
_RUNS = "runs.json"


@dataclass(frozen=True)
class Page:
    """A page with recorded runs.

    Parameters
    ----------
    name : str
        Of its address, its template and its recordings.
    title : str
        Its heading.
    description : str
        What a reader can do there.
    scripts : tuple of str
        Its own scripts, in the order in which they are loaded after `PLAYER`.
    recorded : callable
        Plays its runs (`make_pages.explorer.recording.record`).
    style : str
        Of its style sheet.
    """

    name: str
    title: str
    description: str
    scripts: tuple[str, ...]
    recorded: Callable[[], dict[str, Any]]
    style: str

    @property
    def address(self) -> str:
        """Its address among the pages of the site."""
        return f"{self.name}.md"

    def runs(self) -> dict[str, Any]:
        """Return what it shows; the runs are played where none are cached."""
        text = cached_files(self.name, Path(__file__).parent, lambda: {_RUNS: _json(self.recorded())})[_RUNS]
        recorded: dict[str, Any] = json.loads(text)
        return recorded

    def html(self) -> str:
        """Return the whole page."""
        recorded = self.runs()
        runs = recorded["runs"]
        styles = (ASSETS / "report.css", _OWN / "page.css", _OWN / f"{self.style}.css")
        return render(
            "make_pages.explorer",
            f"assets/{self.name}.html.jinja",
            title=self.title,
            description=self.description,
            facts=f"{runs['bars']} bars of {runs['meter']} · ♩ = {runs['tempo']:g} · {len(runs['combinations'])} runs.",
            compared=recorded["compared"],
            excerpts=max(statistic.count for statistic in find_reference().style().values()),
            takes=effects.TAKES,
            style="".join(file.read_text(encoding="utf-8") for file in styles),
            runs=runs,
            sound=recorded["sound"],
            scripts="".join([*map(script, PLAYER), *(script(name, _OWN) for name in self.scripts)]),
        )


def _explored() -> dict[str, Any]:
    pipeline = Pipeline.load(CONFIG)
    return record(pipeline, range(2 ** len(pipeline.config.chain)))


def _json(recorded: dict[str, Any]) -> bytes:
    return json.dumps(recorded, ensure_ascii=False).encode()


EXPLORER = Page(
    "explorer",
    "Chain explorer",
    "Switch the six steps of a chain on and off, in any combination, and hear and see what becomes of the same sampled "
    "terms, beside the numbers of real solos.",
    ("combinations", "stage", "explorer"),
    _explored,
    "explorer",
)
STEPS = Page(
    "steps",
    "Every step",
    "Every stock step of a chain, before and after: hear and see what it does to the same take, and read what it "
    "improves beside real solos.",
    ("combinations", "effects", "stage", "every_step"),
    effects.record_effects,
    "steps",
)
CRITICS = Page(
    "every_critic",
    "Every critic",
    "Every stock critic, without it and with it: hear and see which of sixteen candidates went on, and read what was "
    "measured beside real solos.",
    ("combinations", "effects", "stage", "every_step"),
    critics.record_critics,
    "steps",
)
_PAGES = (EXPLORER, STEPS, CRITICS)


def pages() -> dict[str, str]:
    """Make what the site's search and navigation have of the pages; `standalone` takes their place."""
    made = {page.address: f"# {page.title}\n\n{page.description}\n" for page in _PAGES}
    for page, kind, listed in (
        (STEPS, "step", Pipeline.load(effects.CONFIG).config.chain),
        (CRITICS, "critic", Pipeline.load(critics.CONFIG).config.critics),
    ):
        rows = [(f"`{step.plugin.name}`", summary(step.plugin)) for step in listed]
        made[page.address] += f"\n{table((kind, ''), rows)}\n"
    return made


def standalone(address: str) -> str | None:
    """Return the page that stands at an address without the theme of the site; None for all other addresses."""
    return next((page.html() for page in _PAGES if page.address == address), None)
