"""Other processes: how one is ended, and the name of the signal that ended it."""

from __future__ import annotations

import signal
import subprocess
from contextlib import suppress
from typing import Any


def end_process(process: Any, patience: float) -> int:
    """End a process, close its pipes, and return its status: below 0 the number of the signal that ended it.

    Parameters
    ----------
    process : subprocess.Popen
        Or what has its pipes and methods.
    patience : float
        Seconds for which it may end by itself before it is killed.

    Examples
    --------
    >>> import sys
    >>> end_process(subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]), 60)
    3
    """
    with suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    process.kill()
    status: int = process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):  # what was not sent cannot be
            if pipe is not None:
                pipe.close()
    return status


def signal_name(status: int) -> str:
    """Return the name of the signal that ended a process; empty where it was none that is known.

    Examples
    --------
    >>> signal_name(-15), signal_name(1)
    ('SIGTERM', '')
    """
    with suppress(ValueError):
        return signal.Signals(-status).name
    return ""
