"""Shares, entropies and bars, shared by the metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from math import log2, nan

from jazzgram import Note


def share(found: Iterable[bool]) -> float:
    """Return the share of true values; nan for no values.

    Examples
    --------
    >>> share([True, False, False, True]), share([])
    (0.5, nan)
    """
    values = list(found)
    return sum(values) / len(values) if values else nan


def mean(values: Iterable[float]) -> float:
    """Return the arithmetic mean; nan for no values."""
    items = list(values)
    return sum(items) / len(items) if items else nan


def entropy(items: Iterable[Hashable]) -> float:
    """Compute the Shannon entropy of the distribution of items, in bits; nan for no items.

    Examples
    --------
    >>> entropy("CCGG"), entropy("C"), entropy("")
    (1.0, 0.0, nan)
    """
    counts = Counter(items)
    total = counts.total()
    return sum(count / total * log2(total / count) for count in counts.values()) if total else nan


def by_bar(notes: Sequence[Note], bar: int, bars: int) -> list[list[Note]]:
    """Return the notes of each bar, by onset; `bar` is its length in ticks."""
    found: list[list[Note]] = [[] for _ in range(bars)]
    for note in notes:
        if note.onset < bars * bar:
            found[note.onset // bar].append(note)
    return found
