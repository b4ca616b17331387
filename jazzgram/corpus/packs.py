"""Packs: the cache's files of tunes or of terms, each with those of some work items, so that there are few of them.

A pack is an Arrow file (IPC); the keys of its work items are in its schema's metadata, as JSON under ``jazzgram``. It
lies in a folder of all that was made by the same code and options. So what is cached for a work item is found by its
content alone, in whatever corpus it was read, and no index has to be kept right by commands that run at the same time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jazzgram.errors import JazzgramError
from jazzgram.resources.atomic import whole_file
from jazzgram.resources.cache import cache_root, content_key, discard

Ints = NDArray[np.int32]
KEY = "S64"
"""The NumPy type of a work item's key: 64 hexadecimal digits."""


def encode_pack(batch: pa.RecordBatch, head: dict[str, Any]) -> bytes:
    """Write one batch as an Arrow file in memory, with `head` in its schema as JSON."""
    batch = batch.replace_schema_metadata({"jazzgram": json.dumps(head)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def from_file(path: Path) -> pa.RecordBatch:
    """Map an Arrow file of one batch into memory.

    Raises
    ------
    JazzgramError
        Where the file is damaged or gone.
    """
    try:
        return pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)
    except (OSError, pa.ArrowInvalid) as error:  # Arrow's own I/O error is an OSError
        raise JazzgramError(
            f"{path}: the cached file is damaged or gone ({error}); run again with --no-cache"
        ) from None


def head_of(batch: pa.RecordBatch) -> dict[str, Any]:
    """Return the head of a pack."""
    head: dict[str, Any] = json.loads(batch.schema.metadata[b"jazzgram"])
    return head


class Packs:
    """The packs of one kind that were made by the same code and options.

    Parameters
    ----------
    kind : str
        The folder under the cache's root.
    made_by : list
        What decides their content besides the work items, as JSON.

    Attributes
    ----------
    key : str
        A hash of `made_by`.
    """

    def __init__(self, kind: str, made_by: Sequence[object]) -> None:
        self.key = content_key(made_by=made_by)
        self._folder = cache_root() / kind / self.key
        self._names: list[str] = []
        self._keys: list[NDArray[np.bytes_]] = []
        self._ends: list[Ints] = []

    def scan(self) -> list[Path]:
        """Find what is in the cache; return the packs that were damaged, which are discarded."""
        damaged = []
        for path in sorted(self._folder.glob("[0-9a-f]*.arrow")):
            try:
                self._add(path.stem, head_of(from_file(path)))
            except (JazzgramError, ValueError, LookupError, TypeError):
                damaged.append(path)
                discard(path)
        return damaged

    def _add(self, name: str, head: dict[str, Any]) -> None:
        keys, ends = np.array(head["keys"], KEY), np.array(head["ends"], np.int32)
        self._names.append(name)
        self._keys.append(keys)
        self._ends.append(ends)

    def path_of(self, name: str) -> Path:
        """Return the file of a pack by its name."""
        return self._folder / f"{name}.arrow"

    def path(self, number: int) -> Path:
        """Return the file of a pack by its number."""
        return self.path_of(self._names[number])

    def row(self, number: int, slot: int) -> int:
        """Return the row at which a work item begins in a pack."""
        return int(self._ends[number][slot - 1]) if slot else 0

    def find(self, keys: NDArray[np.bytes_]) -> tuple[Ints, Ints]:
        """Find work items.

        Returns
        -------
        packs, slots : ndarray of int32
            The number of each one's pack, and its index among the work items of the pack; -1 where there is none.
        """
        known = np.concatenate([np.empty(0, KEY), *self._keys])
        sizes = [len(each) for each in self._keys]
        # An empty one comes last, at which whatever is not known is found.
        known = np.append(known, np.array([""], KEY))
        packs = np.append(np.repeat(np.arange(len(sizes), dtype=np.int32), sizes), np.int32(-1))
        slots = np.append(np.concatenate([np.empty(0, np.int32), *map(np.arange, sizes)]), -1).astype(np.int32)
        order = np.argsort(known, kind="stable")
        at = order[np.minimum(np.searchsorted(known, keys, sorter=order), len(known) - 1)]
        at = np.where(known[at] == keys, at, len(known) - 1)
        return packs[at], slots[at]

    def store(self, content: bytes) -> int:
        """Write a pack to the cache; return its number."""
        head = head_of(pa.ipc.open_file(pa.py_buffer(content)).get_batch(0))
        name = content_key(keys=head["keys"])
        path = self.path_of(name)
        with writing(path):
            if not self._names:
                self._folder.mkdir(parents=True, exist_ok=True)
            with whole_file(path) as file:
                file.write(content)
        self._add(name, head)
        return len(self._names) - 1


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise a one-line error where the cache cannot be written."""
    try:
        yield
    except OSError as error:
        raise JazzgramError(
            f"{path.parent}: the cache cannot be written: {error.strerror or error};"
            " JAZZGRAM_CACHE names another folder"
        ) from error
