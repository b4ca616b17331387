"""What is freed is returned to the system."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import pytest

from jazzgram.resources.memory import return_free_memory


def _resident() -> int:
    """Return the pages of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1])


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other systems return it by themselves, or never")
def test_pages_between_what_is_still_used_are_returned() -> None:
    kept, freed = [], []
    for _ in range(1_000):
        freed.append(bytearray(40_000))  # ten pages, too few to be mapped for themselves
        kept.append(bytearray(1_000))
    full = _resident()
    freed.clear()
    return_free_memory()
    assert full - _resident() > 5_000 and len(kept) == 1_000


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_without_glibc_nothing_happens(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    return_free_memory()
