"""Columns of numbers that grow on disk, so that a corpus may be larger than the memory."""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_IN_MEMORY = 1 << 16
"""Bytes of a column that are held in memory before a file is used."""
_AT_ONCE = 1 << 17
"""Numbers of a piece."""


class DiskColumn:
    """Numbers of one type that are appended, and then read.

    Parameters
    ----------
    folder : Path
        Where the file lies while there is one; nobody sees it, and it goes when it is closed.
    dtype : numpy type
        Of the numbers.

    Examples
    --------
    >>> column = DiskColumn(Path(tempfile.gettempdir()), np.int32)
    >>> column.append(np.array([60, 62]))
    >>> column.append(np.array([64]))
    >>> len(column), column.array().tolist(), column.close()
    (3, [60, 62, 64], None)
    """

    def __init__(self, folder: Path, dtype: Any) -> None:
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(folder))  # noqa: SIM115
        self._dtype: np.dtype[Any] = np.dtype(dtype)
        self._size = 0
        self._map: mmap.mmap | None = None

    def __len__(self) -> int:
        return self._size // int(self._dtype.itemsize)

    def append(self, values: NDArray[Any]) -> None:
        """Append numbers."""
        self._size += self._file.write(values.astype(self._dtype, copy=False).tobytes())

    def pieces(self) -> Iterator[NDArray[Any]]:
        """Yield all numbers, a hundred thousand at a time; none may be appended meanwhile."""
        self._file.seek(0)
        while piece := self._file.read(_AT_ONCE * self._dtype.itemsize):
            yield np.frombuffer(piece, self._dtype)

    def array(self) -> NDArray[Any]:
        """Return all numbers: where they are many, a view of the file that takes no memory of its own."""
        if self._size <= _IN_MEMORY:
            return np.concatenate([np.empty(0, self._dtype), *self.pieces()])
        self._file.flush()
        self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        return np.frombuffer(self._map, self._dtype)

    def release(self) -> None:
        """Return the memory into which the array was read to the system; it is read again where it is used again."""
        if self._map is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def close(self) -> None:
        """Remove the file; arrays that were returned live on."""
        self._file.close()
