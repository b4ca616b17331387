"""The stages of a pipeline: what each depends on, and those that are known already."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from jazzgram.config.config import Config

_T = TypeVar("_T")

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


class KnownStages:
    """The stages that have been computed or given, each with the part of the configuration that decided it.

    Parameters
    ----------
    config : Config
        The pipeline's.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._known: dict[str, tuple[Any, Any]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def __str__(self) -> str:
        return ", ".join(name for name, (_, value) in self._known.items() if value is not None)

    def put(self, name: str, value: Any) -> None:
        """Make a stage known."""
        self._known[name] = decided_by(name, self._config), value

    def once(self, name: str, make: Callable[[], _T]) -> _T:
        """Return a stage; it is computed where it is not known."""
        if name not in self._known:
            with self._config.naming_options():
                self.put(name, make())
        value: _T = self._known[name][1]
        return value

    def take_from(self, other: KnownStages, without: Collection[str] = ()) -> None:
        """Take the stages of another pipeline that are the same here, but those that are made from others."""
        for name, (decided, value) in tuple(other._known.items()):  # another thread may compute a stage of it now
            unfinished = name == "training" and "trained" not in other  # it reports to the other's reporter
            if name in self or unfinished or not made_from(name).isdisjoint(without):
                continue
            if decided == decided_by(name, self._config):
                self._known[name] = decided, value


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
