"""Progress of a run: each stage is reported at its start and its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from jazzgram.hooks.progress import Listener


@contextmanager
def stage(listener: Listener, name: str) -> Iterator[Callable[[str], None]]:
    """Report a stage with its time.

    Yields
    ------
    callable
        Called with a summary of the stage's result.
    """
    listener.started(name)
    result = ""

    def done(text: str) -> None:
        nonlocal result
        result = text

    begun = time.perf_counter()
    yield done
    listener.finished(name, time.perf_counter() - begun, result)
