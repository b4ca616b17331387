"""Text tables of an evaluation, for the terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from math import isfinite
from textwrap import wrap

from jazzgram.evaluation.scores import Row

_HALF = 10
"""Characters of a bar on either side of its middle."""
_NARROWEST = 16
"""Characters that a folded column keeps."""
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
    """Write a number with its interval; without one of no width, as that of a single value is.

    Examples
    --------
    >>> format_interval(0.5, 0.42, 0.61), format_interval(0.5, 0.5, 0.5), format_interval(float("nan"), 0, 1)
    ('0.50 [0.42, 0.61]', '0.50', '–')
    """
    if not isfinite(value):
        return "–"
    bounds = _bounds(low, high)
    return f"{value:.2f} {bounds}" if bounds else f"{value:.2f}"


def _bounds(low: float, high: float) -> str:
    first, last = format_number(low, 2), format_number(high, 2)
    return "" if first == last else f"[{first}, {last}]"


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


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None) -> list[str]:
    """Align columns for the terminal: the first and the last to the left, the others to the right.

    Parameters
    ----------
    head : sequence of str
        The heads of the columns.
    rows : sequence of sequence of str
        The cells of each row.
    width : int or None
        The most characters of a line: the widest columns are folded at spaces. None for as many as there are.

    Examples
    --------
    >>> text_table(["step", "z", "note"], [["swing", "0.5", "helps"], ["x", "-10", ""]])
    ['step     z  note', 'swing  0.5  helps', 'x      -10']
    >>> text_table(["step", "note"], [["swing", "helps more than all others do"]], width=25)
    ['step   note', 'swing  helps more than', '       all others do']
    """
    columns = list(zip(head, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    narrow = list(widths)
    if width is not None:
        words = [max((len(word) for cell in column for word in cell.split()), default=0) for column in columns]
        narrow = _narrowed(widths, [max(word, _NARROWEST) for word in words], width)
    left = [column in (0, len(head) - 1) or narrow[column] < widths[column] for column in range(len(head))]
    return [line for row in (head, *rows) for line in _folded(row, narrow, left)]


def _narrowed(widths: list[int], least: list[int], width: int) -> list[int]:
    """Take from the widest columns what a table has too many characters; none becomes narrower than its words."""
    narrow = list(widths)
    while sum(narrow) + 2 * (len(narrow) - 1) > width:
        room = [column for column, now in enumerate(narrow) if now > least[column]]
        if not room:
            break
        narrow[max(room, key=lambda column: narrow[column])] -= 1
    return narrow


def _folded(row: Sequence[str], widths: Sequence[int], left: Sequence[bool]) -> Iterator[str]:
    """Yield the lines of a row whose cells are folded at spaces."""
    cells = [wrap(cell, width) if len(cell) > width else [cell] for cell, width in zip(row, widths, strict=True)]
    for parts in zip_longest(*cells, fillvalue=""):
        columns = zip(parts, widths, left, strict=True)
        yield "  ".join(
            f"{part:<{width}}" if is_left else f"{part:>{width}}" for part, width, is_left in columns
        ).rstrip()


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
        _bounds(row.low, row.high) or "–",
        z_bar(row.z),
    ]
