"""Text tables of an evaluation, for the terminal and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from math import isfinite
from textwrap import wrap

from jazzgram.evaluation.scores import Row

_HALF = 10
"""Characters of a bar on either side of its middle."""
_INDENT = "    "
_NARROWEST = 12
"""Characters that a folded column keeps."""
_NO_BREAK = "\N{NO-BREAK SPACE}"
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
        The heads of the columns. A last column without one draws what others say: it is left out where it has no room.
    rows : sequence of sequence of str
        The cells of each row.
    width : int or None
        The most characters of a line: the widest columns are folded at spaces, but for those in brackets and before a
        sign. Where no folding suffices, each row is a paragraph under its first cell. None for as many as there are.

    Examples
    --------
    >>> text_table(["step", "z", "note"], [["swing", "0.5", "helps"], ["x", "-10", ""]])
    ['step     z  note', 'swing  0.5  helps', 'x      -10']
    >>> text_table(["step", "note"], [["swing", "helps more than all others do"]], width=25)
    ['step   note', 'swing  helps more than', '       all others do']
    >>> text_table(["step", "pitch_entropy", "z"], [["swing", "0.5 [0.4, 0.6]", "-10"]], width=20)
    ['swing', '    pitch_entropy', '    0.5 [0.4, 0.6];', '    z -10']
    """
    widths = _widths(head, rows)
    if width is None or _line(widths) <= width:
        return [line for row in (head, *rows) for line in _folded(row, widths, _left(widths, widths))]
    if not head[-1]:
        return text_table(head[:-1], [row[:-1] for row in rows], width)
    head, *rows = ([_unbroken(cell) for cell in row] for row in (head, *rows))
    narrow = _narrowed(widths, _widths(head, rows, _longest_word), width)
    if _line(narrow) > width:
        lines = [line for row in rows for line in _paragraph(head, row, width)]
    else:
        lines = [line for row in (head, *rows) for line in _folded(row, narrow, _left(widths, narrow))]
    return [line.replace(_NO_BREAK, " ") for line in lines]


def _widths(head: Sequence[str], rows: Sequence[Sequence[str]], size: Callable[[str], int] = len) -> list[int]:
    return [max(map(size, column)) for column in zip(head, *rows, strict=True)]


def _longest_word(cell: str) -> int:
    return max((len(word) for word in cell.split(" ")), default=0)


def _line(widths: Sequence[int]) -> int:
    """Return the length of a line with columns of these widths."""
    return sum(widths) + 2 * (len(widths) - 1)


def _left(widths: Sequence[int], narrow: Sequence[int]) -> list[bool]:
    """Return which columns are aligned to the left: the first, the last, and those that are folded."""
    last = len(widths) - 1
    return [column in (0, last) or now < widths[column] for column, now in enumerate(narrow)]


def _unbroken(cell: str) -> str:
    """Replace the spaces at which a cell is not folded: those within brackets, and before a number with a sign."""
    return re.sub(r" (?=[+-][\d.])|(?<=,) (?=[^\[]*\])", _NO_BREAK, cell)


def _narrowed(widths: list[int], words: list[int], width: int) -> list[int]:
    """Take from the widest columns what a table has too many characters; none becomes narrower than its words."""
    narrow = list(widths)
    while _line(narrow) > width:
        room = [column for column, now in enumerate(narrow) if now > max(words[column], _NARROWEST)]
        if not room:
            break
        narrow[max(room, key=lambda column: narrow[column])] -= 1
    return narrow


def _paragraph(head: Sequence[str], row: Sequence[str], width: int) -> Iterator[str]:
    """Yield a row as its first cell, and indented below it each other cell behind its head."""
    yield from fold(row[0], width)
    pairs = [f"{name} {cell}" for name, cell in zip(head[1:], row[1:], strict=True) if cell]
    room = width - len(_INDENT)
    whole = [pair.replace(" ", _NO_BREAK) if len(pair) < room else pair for pair in pairs]
    for line in fold("; ".join(whole), room):
        yield _INDENT + line


def fold(text: str, width: int) -> list[str]:
    """Fold a text at spaces; a longer word keeps its length.

    Examples
    --------
    >>> fold("helps more than all others", 10)
    ['helps more', 'than all', 'others']
    """
    return wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def _folded(row: Sequence[str], widths: Sequence[int], left: Sequence[bool]) -> Iterator[str]:
    """Yield the lines of a row whose cells are folded at spaces."""
    cells = [fold(cell, width) if len(cell) > width else [cell] for cell, width in zip(row, widths, strict=True)]
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
