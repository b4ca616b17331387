"""Measure one solo with several metrics.

A value's name is its metric's and its own: ``pitch.range`` is ``range`` of the metric ``pitch``. A run and an
evaluation name values alike, so that one can be looked up in the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jazzgram.config.config import Part
from jazzgram.errors import JazzgramError
from jazzgram.hooks.calls import PluginCalls
from jazzgram.music.solo import Solo
from jazzgram.music.tune import Corpus


def measure_solo(solo: Solo, corpus: Corpus, metrics: Sequence[Part], calls: PluginCalls) -> dict[str, float]:
    """Measure a solo.

    Parameters
    ----------
    solo : Solo
        What came out.
    corpus : Corpus
        What was learned from.
    metrics : sequence of Part
        In the order in which their values are wanted.
    calls : PluginCalls
        Has the metrics.

    Returns
    -------
    dict of str to float
        The values by name; nan where one is not defined.

    Raises
    ------
    JazzgramError
        Where two metrics name a value alike: one would overwrite the other's.
    """
    values: dict[str, float] = {}
    measured_by: dict[str, str] = {}
    for part in metrics:
        plugin = part.plugin
        found = calls.caller("measure", plugin)(solo=solo, corpus=corpus, options=part.options)
        for own_name, value in found.items():
            name = f"{Path(plugin.name).stem}.{own_name}"
            if name in measured_by:
                raise JazzgramError(
                    f"the metrics {measured_by[name]} and {plugin.name} both measure {name}; rename or leave out one"
                )
            measured_by[name] = plugin.name
            values[name] = value
    return values
