"""The metrics of an evaluation, applied to many solos on one core or several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jazzgram.config.config import Part
from jazzgram.config.sections import Execution
from jazzgram.corpus.workers import Lost, run
from jazzgram.errors import JazzgramError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.finding import find
from jazzgram.music.solo import Solo
from jazzgram.music.tune import Corpus
from jazzgram.pipeline.measure import measure_solo

METRICS = ("harmony", "pitch", "rhythm", "form", "histograms", "copying")
"""The stock metrics."""

AIMS = (
    "pitch.pitch_entropy_1",
    "pitch.pitch_entropy_4",
    "rhythm.grooving",
    "rhythm.notes_per_bar",
    "harmony.chord_tones",
    "harmony.scale_tones",
)
"""The values that are compared first: H1, H4 and GS of Wu & Yang (2020), density, chord and scale tones."""

_BUNDLE = 8
"""Solos in a work item of a process."""


def load_metrics(names: Iterable[str] = METRICS) -> tuple[Part, ...]:
    """Import metrics, each with its default options.

    Parameters
    ----------
    names : iterable of str
        As in a configuration.

    Returns
    -------
    tuple of Part
        In the order of `names`.

    Raises
    ------
    JazzgramError
        Where there is no such metric.
    """
    plugins = [find(name, "measure", Path()) for name in names]
    return tuple(Part(plugin, plugin.options()) for plugin in plugins)


def measure_solos(
    solos: Sequence[Solo],
    corpus: Corpus,
    metrics: Sequence[Part] | None = None,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
    cluster: Execution | None = None,
) -> list[dict[str, float]]:
    """Measure solos.

    Parameters
    ----------
    solos : sequence of Solo
        Generated ones, or excerpts of real solos.
    corpus : Corpus
        The training tunes; empty where copied runs are not searched.
    metrics : sequence of Part or None
        From `load_metrics`, or a configuration's; None: all stock ones.
    processes : int
        How many processes measure, at least 1.
    progress : callable or None
        Called with how many solos are measured and how many there are.
    cluster : Execution or None
        Measure there, with engine ``dask``.

    Returns
    -------
    list of dict of str to float
        For each solo, in order, the values by name (``pitch.range``); nan where one is not defined.

    Raises
    ------
    JazzgramError
        Where a process dies, or two metrics name a value alike.
    """
    work = _Work(tuple(load_metrics() if metrics is None else metrics), corpus)
    bundles = [(first, tuple(solos[first : first + _BUNDLE])) for first in range(0, len(solos), _BUNDLE)]
    parallel = processes > 1 and len(bundles) > 1 and work.portable
    execution = Execution(engine="processes" if parallel else "local", workers=processes if parallel else 1)
    found: dict[int, list[dict[str, float]]] = {}
    done = 0
    results = run(work, bundles, cluster or execution, count=len(bundles), portable=work.portable)
    with closing(results):
        for (first, bundle), measured in results:
            if isinstance(measured, Lost):
                raise JazzgramError(f"measuring {bundle[0].title}: {measured.reason}; measure in one process")
            found[first] = measured
            done += len(bundle)
            if progress is not None:
                progress(done, len(solos))
    return [values for first in sorted(found) for values in found[first]]


@dataclass(frozen=True)
class _Work:
    """Metrics and a corpus, pickled by reference to their plugins."""

    metrics: tuple[Part, ...]
    corpus: Corpus

    @property
    def portable(self) -> bool:
        return all(part.plugin.origin != "given" for part in self.metrics)

    def __call__(self, bundle: tuple[int, tuple[Solo, ...]]) -> list[dict[str, float]]:
        calls = PluginCalls(*(part.plugin for part in self.metrics))
        found = [measure_solo(solo, self.corpus, self.metrics, calls) for solo in bundle[1]]
        return [{name: float(value) for name, value in values.items()} for values in found]

    def __reduce__(self) -> tuple[Any, ...]:
        return _work, (tuple(part.reference for part in self.metrics), self.corpus)


def _work(references: tuple[tuple[str, str], ...], corpus: Corpus) -> _Work:
    return _Work(tuple(Part.find(reference, "measure") for reference in references), corpus)
