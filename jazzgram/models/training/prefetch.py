"""Prefetching: batches are cut from the columns while the network trains on the ones before."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

T = TypeVar("T")
_AHEAD = 4
"""How many batches are prefetched."""
_END = object()


def prefetched(batches: Iterator[T]) -> Iterator[T]:
    """Yield batches in the same order; another thread makes them ahead of time.

    Parameters
    ----------
    batches : iterator
        Its items are passed on as they are.

    Yields
    ------
    T
        The items of `batches`. An error of `batches` is raised where its batch would have come.

    Examples
    --------
    >>> list(prefetched(iter("abcdef")))
    ['a', 'b', 'c', 'd', 'e', 'f']
    """
    pool = ThreadPoolExecutor(1, "prefetch")
    try:
        waiting = deque(pool.submit(next, batches, _END) for _ in range(_AHEAD))
        while (batch := waiting.popleft().result()) is not _END:
            waiting.append(pool.submit(next, batches, _END))
            yield cast(T, batch)
    finally:
        pool.shutdown(cancel_futures=True)
