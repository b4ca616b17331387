"""Sequences whose items are made when they are used."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TypeVar, overload

Item_co = TypeVar("Item_co", covariant=True)


class LazySequence(Sequence[Item_co]):
    """A sequence that makes an item when it is asked for; a slice is a tuple of items.

    Examples
    --------
    >>> class Octaves(LazySequence[int]):
    ...     def __len__(self):
    ...         return 4
    ...     def _item(self, number):
    ...         return 36 + 12 * number
    >>> Octaves()[-1], Octaves()[1:3]
    (72, (48, 60))
    """

    @abstractmethod
    def _item(self, number: int) -> Item_co:
        """Return an item by its index, from 0."""

    @overload
    def __getitem__(self, index: int) -> Item_co: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Item_co, ...]: ...
    def __getitem__(self, index: int | slice) -> Item_co | tuple[Item_co, ...]:
        numbers = range(len(self))[index]
        return tuple(map(self._item, numbers)) if isinstance(numbers, range) else self._item(numbers)
