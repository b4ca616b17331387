"""Memory that is free in the process but not for others."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress


def return_free_memory() -> None:
    """Return what a training has freed to the system: glibc keeps it in pieces, 16 MB of the smallest network's.

    It takes 2 ms. Where there is no glibc nothing happens.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
