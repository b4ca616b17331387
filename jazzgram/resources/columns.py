"""Columns of numbers in a file, mapped into memory: arrays by name, and a head of whatever JSON holds.

It is a safetensors file (https://huggingface.co/docs/safetensors), which any reader of that format opens: the length of
a JSON text in 8 bytes; the text, which has type, length and bytes of each column; the columns end to end. Here it is
written piece by piece and read as views of the file, so that a column may be larger than memory; to import pyarrow,
whose files can do that, takes a warm run 40 ms and 27 MB.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Callable, Mapping
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from jazzgram.errors import JazzgramError

_TYPES = {"F64": "<f8", "I64": "<i8", "F32": "<f4", "I32": "<i4", "I16": "<i2", "I8": "|i1", "U8": "|u1"}
"""The types of columns, and NumPy's names of them; wider ones stand first in a file, so that all are aligned."""
_NAMES = {np.dtype(code): name for name, code in _TYPES.items()}
_AT_ONCE = 1 << 20
"""Values that are written at once."""


class Columns:
    """The columns of a file, as views of it, not to be written to.

    Parameters
    ----------
    content : mmap or bytes
        What `write_columns` wrote.

    Raises
    ------
    ValueError, TypeError, LookupError, AttributeError
        Where it is damaged.
    """

    def __init__(self, content: mmap.mmap | bytes) -> None:
        self._content = content
        self._begin = 8 + int.from_bytes(content[:8], "little")
        self._columns: dict[str, dict[str, Any]] = json.loads(content[8 : self._begin])
        self._head: str = self._columns.pop("__metadata__")["jazzgram"]
        end = self._begin + max((column["data_offsets"][1] for column in self._columns.values()), default=0)
        if end != len(content):
            raise ValueError(f"it has {len(content)} bytes, expected {end}")

    @cached_property
    def head(self) -> dict[str, Any]:
        """What the writer added; a tune is read without that of its pack, which names thousands."""
        found: dict[str, Any] = json.loads(self._head)
        return found

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a column; raise KeyError where there is none of this name."""
        column = self._columns[name]
        (length,), begin = column["shape"], column["data_offsets"][0]
        return np.frombuffer(self._content, _TYPES[column["dtype"]], length, self._begin + begin)

    def __reduce__(self) -> tuple[type[Columns], tuple[bytes]]:
        return Columns, (self._content[:],)  # another process may not see the file


def open_columns(path: Path) -> Columns:
    """Map a file of columns into memory.

    Raises
    ------
    JazzgramError
        Where it is damaged or gone.
    """
    try:
        with path.open("rb") as file:
            return Columns(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise JazzgramError(
            f"{path}: the cached file is damaged or gone ({error}); run again with --no-cache"
        ) from None


def write_columns(
    file: BinaryIO,
    columns: Mapping[str, NDArray[Any]],
    head: Mapping[str, Any],
    written: Callable[[], object] = lambda: None,
) -> None:
    """Write columns to a file that is open.

    Parameters
    ----------
    file : binary file
        From its present position on.
    columns : mapping of str to ndarray, shape (length,)
        Of float64, int64, float32, int32, int16, int8 or uint8; they may be maps of other files.
    head : mapping
        What JSON holds.
    written : callable
        Is called after each piece, to release the memory of what is mapped.
    """
    ordered = sorted(columns.items(), key=lambda item: list(_TYPES).index(_NAMES[item[1].dtype]))
    described: dict[str, Any] = {"__metadata__": {"jazzgram": json.dumps(head)}}
    end = 0
    for name, values in ordered:
        begin, end = end, end + values.nbytes
        described[name] = {"dtype": _NAMES[values.dtype], "shape": [len(values)], "data_offsets": [begin, end]}
    text = json.dumps(described).encode()
    text += b" " * (-len(text) % 8)
    file.write(len(text).to_bytes(8, "little") + text)
    for _, values in ordered:
        for begin in range(0, len(values), _AT_ONCE):
            file.write(values[begin : begin + _AT_ONCE].tobytes())
            written()


def columns_as_bytes(columns: Mapping[str, NDArray[Any]], head: Mapping[str, Any]) -> bytes:
    """Return what `write_columns` writes."""
    file = BytesIO()
    write_columns(file, columns, head)
    return file.getvalue()
