"""Plots of an evaluation, as PNG files."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from jazzgram.evaluation.scores import Row

_EDGE = 6.0
"""Standard deviations at which the x axis ends; a value beyond is an arrow with its number."""
_RED, _BLUE, _GREY = "#b3432b", "#2f6690", "#888888"


def _canvas(width: float, height: float) -> tuple[Any, Any]:
    """Return a figure without a window, and its axes; matplotlib takes half a second to import, so only here."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def plot_rows(rows: Sequence[Row], title: str, path: Path) -> None:
    """Draw the z score of every number with its interval; the band is half a standard deviation of real solos.

    Parameters
    ----------
    rows : sequence of Row
        At least one; drawn from top to bottom.
    title : str
        The heading.
    path : Path
        A PNG file.
    """
    figure, axes = _canvas(8, 1.2 + 0.24 * len(rows))
    positions = range(len(rows))
    axes.axvspan(-0.5, 0.5, color="#dde8dd", zorder=0)
    axes.axvline(0, color=_GREY, linewidth=0.8)
    for y, row in zip(positions, rows, strict=True):
        color = _BLUE if abs(row.z) < 0.5 else _RED
        axes.plot([row.low, row.high], [y, y], color=color, linewidth=1.5, alpha=0.6)
        if abs(row.z) <= _EDGE:
            axes.plot([row.z], [y], "o", color=color, markersize=5)
        else:
            side = 1 if row.z > 0 else -1
            axes.plot([side * _EDGE * 0.97], [y], ">" if side > 0 else "<", color=color, markersize=6)
            text = {"ha": "right" if side > 0 else "left", "va": "center", "fontsize": 7, "color": color}
            axes.text(side * _EDGE * 0.92, y, f"{row.z:+.1f}", **text)
    axes.set_yticks(list(positions), [row.metric for row in rows], fontsize=8)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(*_limits([value for row in rows for value in (row.z, row.low, row.high)]))
    axes.set_xlabel("standard deviations of real solos from their mean")
    axes.set_title(title, fontsize=10)
    figure.savefig(path, dpi=130)


def plot_ranking(names: Sequence[str], spans: Sequence[tuple[float, float, float]], title: str, path: Path) -> None:
    """Draw values with their intervals, one below the other, as a bakeoff's ranking or overlapping areas."""
    figure, axes = _canvas(8, 1.2 + 0.32 * len(names))
    for y, (value, low, high) in enumerate(spans):
        axes.barh(y, value, color=_BLUE, alpha=0.75, height=0.6)
        axes.plot([low, high], [y, y], color="black", linewidth=1.2)
    axes.set_yticks(range(len(names)), list(names), fontsize=8)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_title(title, fontsize=10)
    figure.savefig(path, dpi=130)


def plot_heat(
    steps: Sequence[str], metrics: Sequence[str], gains: Sequence[Sequence[float]], title: str, path: Path
) -> None:
    """Draw what each step does to each number: blue where the step brings it nearer to real solos, red where farther.

    Parameters
    ----------
    steps : sequence of str
        The columns.
    metrics : sequence of str
        The rows.
    gains : sequence of sequences of float
        For each metric the gain of each step, in standard deviations; nan is left white.
    title : str
        The heading.
    path : Path
        A PNG file.
    """
    import numpy as np

    values = np.array(gains, dtype=float).reshape(len(metrics), len(steps))
    limit = max(0.1, float(np.nanpercentile(np.abs(values), 98)) if np.isfinite(values).any() else 0.1)
    figure, axes = _canvas(2.8 + 0.95 * len(steps), 2.0 + 0.27 * len(metrics))
    image = axes.imshow(values, cmap="RdBu", vmin=-limit, vmax=limit, aspect="auto")
    for (line, column), value in np.ndenumerate(values):
        if np.isfinite(value) and abs(value) >= 0.005:
            color = "white" if abs(value) > 0.6 * limit else "black"
            axes.text(column, line, f"{value:+.2f}", ha="center", va="center", fontsize=7, color=color)
    axes.set_xticks(range(len(steps)), list(steps), rotation=30, ha="right", fontsize=8)
    axes.set_yticks(range(len(metrics)), list(metrics), fontsize=8)
    axes.set_title(title, fontsize=10)
    figure.colorbar(image, ax=axes, label="standard deviations nearer to real solos", shrink=0.8)
    figure.savefig(path, dpi=130)


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """Return limits that hold every value, the same on both sides, from 1 to the edge."""
    known = [abs(value) for value in values if isfinite(value)]
    widest = min(_EDGE, max([1.0, *known]) * 1.05)
    return -widest, widest
