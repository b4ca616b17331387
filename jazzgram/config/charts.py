"""What is wrong with the changes that a configuration names, found before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jazzgram.config.config import CorpusPart
from jazzgram.config.files import is_there
from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.hooks.calls import PluginCalls
from jazzgram.music.notation.changes import parse_changes
from jazzgram.music.time import Meter

_MOST_TITLES = 20
"""Of a chart with many tunes, in a message."""


def text_mistakes(improvise: Mapping[str, Any]) -> str:
    """Return what is wrong with changes that are text, in the meter given beside them; empty where nothing is."""
    chords, meter = improvise.get("chords"), improvise.get("meter")
    if not isinstance(chords, str) or chords == "source":
        return ""
    try:
        parse_changes(chords, Meter.parse(meter) if isinstance(meter, str) else Meter())
    except JazzgramError as error:
        return str(error)
    except ValueError:  # of the meter: `Sections` reports it
        pass
    return ""


def known_bars(improvise: Mapping[str, Any]) -> int | None:
    """Return how many bars are improvised, where the configuration alone says it: of a tune, only its file does."""
    bars, chords, choruses = improvise.get("bars"), improvise.get("chords"), improvise.get("choruses") or 1
    if improvise.get("ending") == "tag":  # which adds bars
        return None
    if isinstance(bars, int):
        return bars
    if not isinstance(chords, str) or chords == "source" or improvise.get("chart") is not None:
        return None
    if not isinstance(choruses, int):  # `Sections` reports it
        return None
    meter = improvise.get("meter")
    try:
        changes = parse_changes(chords, Meter.parse(meter) if isinstance(meter, str) else Meter())
    except (JazzgramError, ValueError):  # reported by `text_mistakes`, or `Sections`
        return None
    return len(changes) * choruses


def chart_mistakes(chart: CorpusPart, title: object) -> Iterator[tuple[str, str]]:
    """Read a chart that is a file here, and look for the tune of a title.

    Yields
    ------
    str, str
        The key of the chart's section, and what is wrong with its value.
    """
    if not is_there(Path(chart.source)):
        return
    read = PluginCalls(chart.reader.plugin).caller("read_corpus", chart.reader.plugin)
    try:
        titles = [tune.title for tune in read(source=Path(chart.source), options=chart.reader.options).tunes]
    except JazzgramError as error:
        yield from (("source", line) for line in str(error).splitlines())
        return
    if isinstance(title, str) and title not in titles:
        more = " and more" if len(titles) > _MOST_TITLES else ""
        known = ", ".join(titles[:_MOST_TITLES]) + more
        yield "tune", f"there is no tune {title!r}{did_you_mean(title, titles)}; there are: {known}"
