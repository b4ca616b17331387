"""Progress of a run: a stage is reported when it begins and when it is over."""

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
        Takes the stage's result in a few words.
    """
    listener.started(name)
    result = ""

    def done(text: str) -> None:
        nonlocal result
        result = text

    begun = time.perf_counter()
    yield done
    listener.finished(name, time.perf_counter() - begun, result)
