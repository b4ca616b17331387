"""Text tables of an evaluation, for the terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from jazzgram.evaluation.scores import Row

_HALF = 10
"""Characters of a bar on either side of its middle."""
_WIDEST = 3.0
"""Standard deviations at which a bar is full."""


def format_number(value: float, digits: int = 3) -> str:
    """Write a number for a table; a dash where there is none.

    Examples
    --------
    >>> format_number(0.12345), format_number(float("nan")), format_number(-1.5, 2)
    ('0.123', '–', '-1.50')
    """
    return f"{value:.{digits}f}" if isfinite(value) else "–"


def format_interval(value: float, low: float, high: float) -> str:
    """Write a number with its interval.

    Examples
    --------
    >>> format_interval(0.5, 0.42, 0.61), format_interval(float("nan"), 0, 1)
    ('0.50 [0.42, 0.61]', '–')
    """
    return f"{value:.2f} [{format_number(low, 2)}, {format_number(high, 2)}]" if isfinite(value) else "–"


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
    """Return the cells of a row of an evaluation's table, with its bar."""
    return [
        row.metric,
        format_number(row.value),
        f"{format_number(row.real)} ± {format_number(row.sd)}",
        format_number(row.z, 2),
        f"[{format_number(row.low, 2)}, {format_number(row.high, 2)}]",
        z_bar(row.z),
    ]
