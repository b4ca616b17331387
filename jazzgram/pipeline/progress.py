"""Progress of a run: each stage is reported at its start and its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from jazzgram.hooks.progress import Reporter


@contextmanager
def stage(reporter: Reporter, name: str) -> Iterator[Callable[[str], None]]:
    """Report a stage with its time.

    Yields
    ------
    callable
        Called with a summary of the stage's result.
    """
    reporter.started(name)
    result = ""

    def done(text: str) -> None:
        nonlocal result
        result = text

    begun = time.perf_counter()
    yield done
    reporter.finished(name, time.perf_counter() - begun, result)
