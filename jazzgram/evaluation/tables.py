"""What an evaluation looks like: tables as text and Markdown, and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from jazzgram.evaluation.scores import Row

_HALF = 10
"""Characters of a bar on either side of its middle."""
_WIDEST = 3.0
"""Standard deviations at which a bar is full."""
_EDGE = 6.0
"""Standard deviations that the picture reaches at most; what is beyond is an arrow with its number."""
_RED, _BLUE, _GREY = "#b3432b", "#2f6690", "#888888"


def number(value: float, places: int = 3) -> str:
    """Write a number for a table; a dash where there is none.

    Examples
    --------
    >>> number(0.12345), number(float("nan")), number(-1.5, 2)
    ('0.123', '–', '-1.50')
    """
    return f"{value:.{places}f}" if isfinite(value) else "–"


def span(value: float, low: float, high: float) -> str:
    """Write a number with its interval.

    Examples
    --------
    >>> span(0.5, 0.42, 0.61), span(float("nan"), 0, 1)
    ('0.50 [0.42, 0.61]', '–')
    """
    return f"{value:.2f} [{number(low, 2)}, {number(high, 2)}]" if isfinite(value) else "–"


def z_bar(z: float) -> str:
    """Draw a z score as a bar from its middle, full at three standard deviations.

    Examples
    --------
    >>> z_bar(-0.9), z_bar(9)
    ('       ███│          ', '          │██████████')
    """
    length = round(min(abs(z), _WIDEST) / _WIDEST * _HALF) if isfinite(z) else 0
    filled = "█" * length
    return f"{filled if z < 0 else '':>{_HALF}}│{filled if z > 0 else '':<{_HALF}}"


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Align columns for the terminal: the first and the last to the left, the others to the right.

    Examples
    --------
    >>> text_table(["step", "z", "note"], [["swing", "0.5", "helps"], ["x", "-10", ""]])
    ['step     z  note', 'swing  0.5  helps', 'x      -10']
    """
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    last = len(head) - 1
    return [
        "  ".join(
            f"{cell:<{width}}" if column in (0, last) else f"{cell:>{width}}"
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, *rows)
    ]


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Write a Markdown table.

    Examples
    --------
    >>> markdown_table(["step", "z"], [["a|b", "1"]])
    ['| step | z |', '|---|---|', '| a\\\\|b | 1 |']
    """
    lines = [list(head), *(list(row) for row in rows)]
    written = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
    return [written[0], "|" + "---|" * len(head), *written[1:]]


ROW_HEAD = ("metric", "value", "real mean ± sd", "z", "interval of z", "")


def row_cells(row: Row) -> list[str]:
    """Give the cells of a row of an evaluation's table, with its bar."""
    return [
        row.metric,
        number(row.value),
        f"{number(row.real)} ± {number(row.sd)}",
        number(row.z, 2),
        f"[{number(row.low, 2)}, {number(row.high, 2)}]",
        z_bar(row.z),
    ]


def _canvas(width: float, height: float) -> tuple[Any, Any]:
    """Make a picture without a window; matplotlib takes half a second, and only who wants pictures waits for it."""
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
        What stands above.
    path : Path
        A PNG file.
    """
    figure, axes = _canvas(8, 1.2 + 0.24 * len(rows))
    places = range(len(rows))
    axes.axvspan(-0.5, 0.5, color="#dde8dd", zorder=0)
    axes.axvline(0, color=_GREY, linewidth=0.8)
    for place, row in zip(places, rows, strict=True):
        color = _BLUE if abs(row.z) < 0.5 else _RED
        axes.plot([row.low, row.high], [place, place], color=color, linewidth=1.5, alpha=0.6)
        if abs(row.z) <= _EDGE:
            axes.plot([row.z], [place], "o", color=color, markersize=5)
        else:
            side = 1 if row.z > 0 else -1
            axes.plot([side * _EDGE * 0.97], [place], ">" if side > 0 else "<", color=color, markersize=6)
            text = {"ha": "right" if side > 0 else "left", "va": "center", "fontsize": 7, "color": color}
            axes.text(side * _EDGE * 0.92, place, f"{row.z:+.1f}", **text)
    axes.set_yticks(list(places), [row.metric for row in rows], fontsize=8)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(*_reach([value for row in rows for value in (row.z, row.low, row.high)]))
    axes.set_xlabel("standard deviations of real solos from their mean")
    axes.set_title(title, fontsize=10)
    figure.savefig(path, dpi=130)


def plot_ranking(names: Sequence[str], spans: Sequence[tuple[float, float, float]], title: str, path: Path) -> None:
    """Draw values with their intervals, one below the other, as a bakeoff's ranking or overlapping areas."""
    figure, axes = _canvas(8, 1.2 + 0.32 * len(names))
    for place, (value, low, high) in enumerate(spans):
        axes.barh(place, value, color=_BLUE, alpha=0.75, height=0.6)
        axes.plot([low, high], [place, place], color="black", linewidth=1.2)
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
        What stands above.
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


def _reach(values: Sequence[float]) -> tuple[float, float]:
    """Give limits that hold every value, the same on both sides, from 1 to the edge."""
    known = [abs(value) for value in values if isfinite(value)]
    widest = min(_EDGE, max([1.0, *known]) * 1.05)
    return -widest, widest
