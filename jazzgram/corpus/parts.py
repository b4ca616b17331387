"""The tunes of one part of a split."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from jazzgram.music.tune import Tune

if TYPE_CHECKING:
    from jazzgram.corpus.reading import Reading


class PartTunes(Sequence[Tune]):
    """The tunes of a part; nothing is read before the first is used.

    Parameters
    ----------
    reading : callable
        Returns the corpus.
    part : str
        ``train``, ``validation`` or ``test``.
    """

    def __init__(self, reading: Callable[[], Reading], part: str) -> None:
        self._reading = reading
        self._part = part

    @cached_property
    def _tunes(self) -> tuple[Tune, ...]:
        reading = self._reading()
        entries = reading.tokens.tunes
        return tuple(reading.corpus.tunes[number] for number, entry in enumerate(entries) if entry.part == self._part)

    @overload
    def __getitem__(self, index: int) -> Tune: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Tune]: ...

    def __getitem__(self, index: int | slice) -> Tune | Sequence[Tune]:
        return self._tunes[index]

    def __len__(self) -> int:
        return len(self._tunes)

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (self._tunes,)  # another process gets the tunes, not the corpus's files
