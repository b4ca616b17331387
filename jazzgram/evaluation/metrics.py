"""The metrics of an evaluation, applied to many solos on one core or several."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
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

_BATCH = 8
"""Solos that are sent to another process at once, at most."""


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
    execution: Execution | None = None,
    progress: Callable[[int, int], None] | None = None,
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
    execution : Execution or None
        Where to measure, as in a configuration; None: in this process. Metrics from Python are always measured here.
    progress : callable or None
        Called with how many solos are measured and how many there are.

    Returns
    -------
    list of dict of str to float
        For each solo, in order, the values by name (``pitch.range``); nan where one is not defined.

    Raises
    ------
    JazzgramError
        Where a process dies, or two metrics name a value alike.
    """
    measure = Measuring(tuple(load_metrics() if metrics is None else metrics), corpus)
    here = execution is None or not measure.portable
    where = Execution(engine="local") if here or execution is None else execution
    found: dict[int, dict[str, float]] = {}
    results = run(partial(_measured, measure), enumerate(solos), where, count=len(solos), batch=_BATCH)
    with closing(results):
        for (number, solo), values in results:
            if isinstance(values, Lost):
                raise JazzgramError(f"measuring {solo.title}: {values.reason}; set execution.engine to local")
            if isinstance(values, str):
                raise JazzgramError(values)
            found[number] = values
            if progress is not None:
                progress(len(found), len(solos))
    return [found[number] for number in range(len(solos))]


@dataclass(frozen=True)
class Measuring:
    """Metrics and the corpus they compare with: called with a solo it returns the values by name.

    Pickled with references to the plugins, so that another process imports them for itself, and with the corpus as
    bytes: a process that has had the same keeps it, with the indices that metrics make of it.
    """

    metrics: tuple[Part, ...]
    corpus: Corpus

    @property
    def portable(self) -> bool:
        """Whether other processes can import the metrics."""
        return all(part.plugin.origin != "given" for part in self.metrics)

    @cached_property
    def _calls(self) -> PluginCalls:
        return PluginCalls(*(part.plugin for part in self.metrics))

    def __call__(self, solo: Solo) -> dict[str, float]:
        values = measure_solo(solo, self.corpus, self.metrics, self._calls)
        return {name: float(value) for name, value in values.items()}

    @cached_property
    def _pickled_corpus(self) -> bytes:
        return pickle.dumps(self.corpus)

    def __reduce__(self) -> tuple[Any, ...]:
        return _measuring, (tuple(part.reference for part in self.metrics), self._pickled_corpus)


@lru_cache(maxsize=1)
def _measuring(references: tuple[tuple[str, str], ...], pickled_corpus: bytes) -> Measuring:
    corpus: Corpus = pickle.loads(pickled_corpus)
    return Measuring(tuple(Part.find(reference, "measure") for reference in references), corpus)


def _measured(measure: Measuring, tasks: Sequence[tuple[int, Solo]]) -> list[dict[str, float] | str]:
    """Measure numbered solos; of one that cannot be measured a line says why."""
    return [_values(measure, solo) for _, solo in tasks]


def _values(measure: Measuring, solo: Solo) -> dict[str, float] | str:
    try:
        return measure(solo)
    except JazzgramError as error:
        return str(error)
    except Exception as error:
        return f"{solo.title}: {type(error).__name__}: {error} (a defect of a metric)"
