"""A worker thread that runs one job after the other: pipelines are not thread-safe."""

from __future__ import annotations

import queue
from collections.abc import Callable, Collection
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from threading import Event, Thread, current_thread
from typing import Any, TypeVar

from jazzgram.errors import JazzgramError
from jazzgram.studio.watchdog import SECONDS, Unending, Watchdog

Result = TypeVar("Result")


class Worker:
    """Run jobs in the order in which they are queued.

    Parameters
    ----------
    name : str
        The name of the thread.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._closed = Event()
        self._under_way: Future[Any] | None = None
        self._watchdog: Watchdog | None = None
        self._begin()

    def watch(
        self,
        files: Callable[[], Collection[str]],
        is_patient: Callable[[], bool],
        hung: Callable[[str, str], None],
        seconds: float = SECONDS,
    ) -> None:
        """End jobs that a plugin holds up: see `jazzgram.studio.watchdog.Watchdog`."""
        self._watchdog = Watchdog(self, files, is_patient, hung, seconds)
        self._watchdog.start()

    @property
    def busy(self) -> int | None:
        """The thread of the job under way; None between jobs."""
        return None if self._under_way is None else self._thread.ident

    def give_up(self, message: str) -> None:
        """End the job under way with an error, and go on with another thread; its own ends when it can."""
        under_way, self._under_way = self._under_way, None
        self._begin()
        if under_way is not None:
            with suppress(InvalidStateError):  # it has just ended
                under_way.set_exception(JazzgramError(message))

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

    def _begin(self) -> None:
        self._thread = Thread(target=self._work, name=self._name, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while self._thread is current_thread():
            with suppress(Unending):  # raised late: the job has been given up, or has ended by itself
                next_job = self._jobs.get()
                if next_job is None:
                    return
                self._do(*next_job)

    def _do(self, future: Future[Any], job: Callable[[], Any]) -> None:
        """Run a job, and end its future whatever happens."""
        result: Any = None
        failure: BaseException | None = None
        try:
            if self._closed.is_set():
                future.cancel()
            if not future.set_running_or_notify_cancel():  # the caller has cancelled it
                return
            self._under_way = future
            result = job()
        except Unending:
            failure = JazzgramError("a plugin was ended" if self._watchdog is None else self._watchdog.message)
        except (KeyboardInterrupt, SystemExit) as error:  # of a plugin: it does not end the studio
            failure = RuntimeError(f"{type(error).__name__} {error}".strip())
        except BaseException as error:
            failure = error
        if self._thread is current_thread():
            self._under_way = None
        with suppress(InvalidStateError):  # it has been given up
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)
