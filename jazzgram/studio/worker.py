"""A worker thread that runs one job after the other: pipelines are not thread-safe."""

from __future__ import annotations

import queue
from collections.abc import Callable
from concurrent.futures import Future
from threading import Event, Thread
from typing import Any, TypeVar

Result = TypeVar("Result")


class Worker:
    """Run jobs in the order in which they are queued.

    Parameters
    ----------
    name : str
        The name of the thread.
    """

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._closed = Event()
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def do(self, job: Callable[[], Result]) -> Future[Result]:
        """Queue a job; return a future of its result or exception."""
        future: Future[Result] = Future()
        self._jobs.put((future, job))
        return future

    def close(self, seconds: float) -> bool:
        """Start no other job, wait at most `seconds` for the present one, and return whether it has ended."""
        self._closed.set()
        self._jobs.put(None)
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (next_job := self._jobs.get()) is not None:
            future, job = next_job
            if self._closed.is_set():
                future.cancel()
            if not future.set_running_or_notify_cancel():  # the caller has cancelled it
                continue
            try:
                future.set_result(job())
            except (KeyboardInterrupt, SystemExit) as error:  # of a plugin: it does not end the studio
                future.set_exception(RuntimeError(f"{type(error).__name__} {error}".strip()))
            except BaseException as error:
                future.set_exception(error)
