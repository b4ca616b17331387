"""A worker that a plugin does not give back: which file holds it up, and how it is freed.

An endless loop in a plugin's file, at its import or in a hook, would hold up every take. A thread looks every now and
then where the worker is. A call into one of the user's files that lasts longer than `SECONDS` is ended by an exception
that is raised in it; where that has no effect, because the call waits outside Python (``time.sleep``), the worker goes
on with another thread. Reading and training may last as long as they like.
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Protocol

from jazzgram.config.files import stamps
from jazzgram.errors import JazzgramError

SECONDS = 20.0
"""How long one call into a plugin's file may last."""
_LOOKS = 40
"""How often the worker is looked at in this time."""
_GRACE = 2.0
"""Seconds in which an exception ends what is Python."""


class Unending(BaseException):
    """Raised in a worker whose plugin does not return; no `Exception`, which the plugin might catch."""


class HungImports:
    """The plugin files whose import did not end: until one is saved again, it is not tried again."""

    def __init__(self) -> None:
        self._messages: dict[Path, tuple[dict[Path, int], str]] = {}

    def note(self, file: str, message: str) -> None:
        """Note a file, as it is now, with what to say of it."""
        self._messages[Path(file)] = stamps([Path(file)]), message

    def check(self) -> None:
        """Raise a JazzgramError where a file is as it was when its import did not end."""
        for file, (saved, message) in self._messages.items():
            if stamps([file]) == saved:
                raise JazzgramError(message)


class Watched(Protocol):
    """What is watched: the thread of the job under way, None between jobs."""

    @property
    def busy(self) -> int | None:
        """Its identifier."""

    def give_up(self, message: str) -> None:
        """End the job under way with an error, and go on with another thread."""


class Watchdog:
    """Free a worker from plugins that do not return.

    Parameters
    ----------
    worker : Watched
        The worker.
    files : callable
        Returns the user's files, as absolute paths.
    is_patient : callable
        Whether the present work may last as long as it likes.
    hung : callable
        Called with the file and the message of an import that does not end.
    seconds : float
        See `SECONDS`.
    """

    def __init__(
        self,
        worker: Watched,
        files: Callable[[], Collection[str]],
        is_patient: Callable[[], bool],
        hung: Callable[[str, str], None],
        seconds: float = SECONDS,
    ) -> None:
        self.message = ""
        self._worker = worker
        self._files = files
        self._is_patient = is_patient
        self._hung = hung
        self._seconds = seconds
        self._thread = Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch, until the program ends."""
        self._thread.start()

    def _watch(self) -> None:
        held: FrameType | None = None  # a frame that is kept is not mistaken for a later one
        since = time.monotonic()
        while True:
            time.sleep(self._seconds / _LOOKS)
            thread = self._worker.busy
            calls = [] if thread is None else calls_in(thread, self._files())
            outermost = calls[-1] if calls else None
            if outermost is None or outermost is not held or self._is_patient():
                held, since = outermost, time.monotonic()
            elif time.monotonic() - since > self._seconds and thread is not None:
                self._free(thread, calls)
                held, since = None, time.monotonic()

    def _free(self, thread: int, calls: list[FrameType]) -> None:
        file, line, outermost = calls[0].f_code.co_filename, calls[0].f_lineno, calls[-1]
        is_import = outermost.f_code.co_name == "<module>"
        self.message = (
            f"{file}:{line}: {'its import' if is_import else 'the call'} has not ended within {self._seconds:g} seconds"
            " and was ended; expected one without an endless loop: mend the file and save it"
        )
        if is_import:
            self._hung(outermost.f_code.co_filename, self.message)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Unending))
        end = time.monotonic() + _GRACE
        while time.monotonic() < end:
            if outermost not in calls_in(thread, [outermost.f_code.co_filename]):
                return
            time.sleep(_GRACE / _LOOKS)
        self._worker.give_up(self.message)


def calls_in(thread: int, files: Collection[str]) -> list[FrameType]:
    """Return the calls under way in a thread that are in one of these files, the innermost first."""
    found = []
    frame = sys._current_frames().get(thread)
    while frame is not None:
        if frame.f_code.co_filename in files:
            found.append(frame)
        frame = frame.f_back
    return found
