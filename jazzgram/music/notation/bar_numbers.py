"""Bar numbers as musicians write them: ``1-4, 9``."""

from __future__ import annotations

from collections.abc import Sequence


def parse_bar_numbers(bars: Sequence[int | str]) -> list[int]:
    """Return the bars that a list of bars and ranges names, in order.

    Raises
    ------
    ValueError
        One line, where an item is neither a bar from 1 nor a range.

    Examples
    --------
    >>> parse_bar_numbers(["1-3", 7])
    [1, 2, 3, 7]
    """
    found: set[int] = set()
    for item in bars:
        first, dash, last = str(item).partition("-")
        if not first.strip().isdecimal() or (dash and not last.strip().isdecimal()):
            raise ValueError(f"expected a bar from 1, or a range of bars such as 5-8 (got {item!r})")
        begin, end = int(first), int(last) if dash else int(first)
        if not 1 <= begin <= end:
            raise ValueError(f"expected a bar from 1, or a range of bars such as 5-8 (got {item!r})")
        found.update(range(begin, end + 1))
    return sorted(found)
