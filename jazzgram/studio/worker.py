"""One thread that does the work, one job after the other: pipelines are not made for several threads."""

from __future__ import annotations

import queue
from collections.abc import Callable
from concurrent.futures import Future
from threading import Event, Thread
from typing import Any, TypeVar

Result = TypeVar("Result")


class Worker:
    """Do jobs in the order in which they come.

    Parameters
    ----------
    name : str
        Of the thread.
    """

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._closed = Event()
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def do(self, job: Callable[[], Result]) -> Future[Result]:
        """Queue a job; what is returned has its result, or what it raised, when its turn is over."""
        future: Future[Result] = Future()
        self._jobs.put((future, job))
        return future

    def close(self, seconds: float) -> bool:
        """Begin no other job, wait so long for the one under way, and say whether it is over."""
        self._closed.set()
        self._jobs.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (next_job := self._jobs.get()) is not None:
            future, job = next_job
            if self._closed.is_set():
                future.cancel()
            if not future.set_running_or_notify_cancel():  # who asked has gone
                continue
            try:
                future.set_result(job())
            except BaseException as error:
                future.set_exception(error)
