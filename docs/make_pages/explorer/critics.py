"""What each stock critic makes of the same take, and what it was measured to improve."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jazzgram import Pipeline
from jazzgram.config.steps import Step
from jazzgram.pipeline.run import Run
from make_pages.docstrings import parse
from make_pages.explorer.recording import pool, written_steps
from make_pages.links import ROOT

CONFIG = Path(__file__).parent / "critics.yaml"
"""The configuration with every critic; options are such that a critic has something to do."""
_BUNDLED = ("extends: weimar", "extends: pitches")
"""What a critic that compares with a corpus, or with given bars, plays: the network whose corpus is here."""
_KEPT = (
    "  chart:",
    "  given: {read: jazzgram_text, source: bundled, tune: Kettle On}\n  keep: [1-4, 7-12, 15-24]\n  chart:",
)
"""For a critic that acts where bars are kept: they stand before the chart."""
_ALONE = ("particles: 16", "particles: 1")
"""Without a critic where bars are kept, as this one then acts by itself."""
_CHANGES = {"novelty": (_BUNDLED,), "future": (_BUNDLED, _KEPT)}
"""For a critic whose takes have another configuration than the others: what is replaced in the lines above them."""
_MEASUREMENTS = ROOT / "docs" / "critics.md"


def record_critics() -> dict[str, Any]:
    """Play every critic, each alone, and without any.

    Returns
    -------
    dict
        As `make_pages.explorer.recording.pool`, and in ``runs`` for each of its steps one of the ``effects``: ``hook``;
        ``page``, its own page in the site; ``without`` and ``with``, combinations; ``gain``, how much nearer to real
        solos it brings choruses, None where that was not measured; ``told``, what else was measured. Each of the
        ``combinations`` has its configuration as ``yaml``.
    """
    head, written = written_steps(CONFIG, "critics")
    critics = Pipeline.load(CONFIG).config.critics
    bits = {critic.plugin.name: 1 << bit for bit, critic in enumerate(critics)}
    without = dict.fromkeys(bits, 0)
    texts = {0: head}
    for number, name in enumerate(_CHANGES, len(critics)):
        without[name] = 1 << number
        texts[1 << number] = _replaced(head, *_CHANGES[name], *([_ALONE] if _KEPT in _CHANGES[name] else []))
    for (name, bit), lines in zip(bits.items(), written, strict=True):
        texts[bit] = f"{_replaced(head, *_CHANGES.get(name, ()))}critics:\n{lines}"
    made = {combination: _played(text) for combination, text in texts.items()}
    recorded = pool(made, critics, written, of_same_terms=False)
    runs = recorded["runs"]
    for combination, text in texts.items():
        runs["combinations"][combination]["yaml"] = text
    gains = measured_gains()
    runs["effects"] = [
        {
            "hook": critic.hook,
            "page": f"plugins/critics.html#{name}",
            "without": without[name],
            "with": bits[name],
            "gain": gains.get(name),
            "told": measured(critic),
        }
        for critic in critics
        for name in [critic.plugin.name]
    ]
    return recorded | {"runs": runs | {"terms": [], "first": "density"}}


def measured_gains() -> dict[str, float]:
    """Return how much nearer to real solos choruses are with each critic, by its name.

    The distances stand in the last column of two tables of docs/critics.md; that without a critic is a row of the
    first, and in the heading of the second.
    """
    text = _MEASUREMENTS.read_text(encoding="utf-8")
    curves, mark, others = text.partition("## What the others do")
    gains = {}
    for table, without in ((curves, r"^\| none \|.* \| (0\.\d\d) \|$"), (mark + others, r"\((0\.\d\d) without\) \|$")):
        (base,) = re.findall(without, table, re.MULTILINE)
        for name, value in re.findall(r"^\| (`?[a-z]+(?:: \{.*?\}`|`)?) \|.* \| (0\.\d\d) \|$", table, re.MULTILINE):
            gains[name.strip("`").partition(":")[0]] = round(float(base) - float(value), 2)
    return {name: gain for name, gain in gains.items() if name != "none"}


def measured(critic: Step) -> str:
    """Return what a critic's docstring says was measured, as a sentence; empty where it says nothing."""
    found = re.search(r"\*Measured:\* (.+?)(?=\n\n|$)", parse(critic.plugin.module).body, re.DOTALL)
    sentence = " ".join(found[1].split()) if found else ""
    return sentence[:1].upper() + sentence[1:]


def _replaced(text: str, *changes: tuple[str, str]) -> str:
    for before, after in changes:
        text = text.replace(before, after)
    return text


def _played(text: str) -> Run:
    """Improvise as a configuration says."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "solo.yaml")
        path.write_text(text, encoding="utf-8")
        return Pipeline.load(path).improvise()
