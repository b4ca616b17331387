"""Priority: a thread that plays goes before other work on the machine, where the system lets it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PRIORITY = 10
"""Of real-time threads, 1 to 99; sound servers have more."""


@contextmanager
def urgent() -> Iterator[bool]:
    """Raise the calling thread, and those that it starts, to real-time priority; yield whether it has it.

    On Linux for root and members of a group that may (``audio``); elsewhere nothing changes.
    """
    if not hasattr(os, "sched_setscheduler"):
        yield False
        return
    before, setting = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(_PRIORITY))
    except OSError:
        yield False
        return
    try:
        yield True
    finally:
        with suppress(OSError):
            os.sched_setscheduler(0, before, setting)
