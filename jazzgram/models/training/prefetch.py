"""Prefetching: batches are cut from the columns while the network trains on the ones before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from jazzgram.models.tensorflow import import_tensorflow

T = TypeVar("T")
_AHEAD = 4
"""How many batches are prefetched."""


def prefetched(batches: Iterator[T]) -> Iterator[T]:
    """Yield batches in the same order; `tf.data` makes them ahead of time, in another thread.

    Parameters
    ----------
    batches : iterator
        Its items are passed on as they are: arrays come without a copy.

    Yields
    ------
    T
        The items of `batches`. An error of `batches` is raised where its batch would have come.
    """
    tf = import_tensorflow()

    # The arrays stay in Python and tf.data counts them off: that spares two copies of each batch.
    ready: dict[int, Any] = {}
    failed: list[BaseException] = []

    def numbers() -> Iterator[int]:
        try:
            for number, batch in enumerate(batches):
                ready[number] = batch
                yield number
        except BaseException as error:
            failed.append(error)

    counted = tf.data.Dataset.from_generator(numbers, output_signature=tf.TensorSpec((), tf.int64))
    for number in counted.prefetch(_AHEAD):
        yield ready.pop(int(number))
    if failed:
        raise failed[0]
