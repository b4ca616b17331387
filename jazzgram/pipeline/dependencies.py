"""What each stage of a pipeline depends on: the stages that it is made from, and the configuration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jazzgram.config.config import Config

STAGES: dict[str, tuple[tuple[str, ...], Callable[[Config], Any]]] = {
    "source": ((), lambda config: (config.corpus, _stamp(config.corpus.source))),
    "reading": (("source",), lambda config: config.tokenizer),
    "harmony": (("reading",), lambda config: None),
    "training": (("reading",), lambda config: (config.model, config.sections.model.seed)),
    "shipped": ((), lambda config: (config.corpus, config.tokenizer, config.model, config.sections.model.seed)),
    "trained": (("shipped", "training"), lambda config: None),
    "tune": (("reading",), lambda config: (config.chart, config.chart and _stamp(config.chart.source))),
    "target": (("tune", "harmony"), lambda config: (config.name, config.sections.improvise, config.sections.seed)),
    "melody": (("target",), lambda config: (config.tokenizer, _given(config))),
    "band": (("target",), lambda config: (config.sections.accompany, config.players)),
    "sampled": (
        ("trained", "target", "melody"),
        lambda config: (config.samplers, config.critics, config.sections.seed),
    ),
}
"""For each stage its inputs, and the part of the configuration that decides it besides."""


def decided_by(name: str, config: Config) -> tuple[Any, ...]:
    """Return the part of a configuration that decides a stage."""
    needs, own = STAGES[name]
    return own(config), *(decided_by(need, config) for need in needs)


def made_from(name: str) -> frozenset[str]:
    """Return a stage and all stages before it that it depends on."""
    needs, _ = STAGES[name]
    return frozenset({name}).union(*map(made_from, needs))


def _given(config: Config) -> tuple[Any, ...]:
    """Return what a given melody is read from, and when it was last changed."""
    if config.given is None:
        return ()
    if isinstance(config.given, Path):
        return config.given, _stamp(str(config.given / "trace.jsonl"))
    return config.given, _stamp(config.given.source)


def _stamp(source: str) -> tuple[int, int] | None:
    """Return when a file was last changed, and its size; None where the source is no path."""
    path = Path(source)
    return (stat.st_mtime_ns, stat.st_size) if path.exists() and (stat := path.stat()) else None
