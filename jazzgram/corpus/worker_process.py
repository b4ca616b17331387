"""A process of ours that does one bundle of tasks after the other, and those that are kept for the next work."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, NamedTuple

from jazzgram.errors import JazzgramError
from jazzgram.music.midi import parse_here


class WorkerProcess:
    """A process that ends when its input does.

    Not a `multiprocessing` one: those run the user's script again to find their work, or fork a process with threads.
    """

    def __init__(self) -> None:
        code = f"import sys; sys.path[:] = {sys.path!r}; from jazzgram.corpus.worker_process import serve; serve()"
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # the cores are taken
        self._process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )

    @classmethod
    def with_work(cls, pickled: bytes) -> WorkerProcess:
        """Return a process that has unpickled the work: one that was kept, or a new one.

        Parameters
        ----------
        pickled : bytes
            A callable that takes a bundle of tasks and returns their results.

        Raises
        ------
        JazzgramError
            Where another process cannot unpickle it.
        """
        with suppress(IndexError):  # several threads take from one list
            while True:
                worker = _kept.pop()
                with suppress(EOFError, OSError):  # it was killed while it had no work
                    return worker._given(worker.send(_Work(pickled)))
                worker.end(0)
        worker = cls()
        try:
            return worker._given(worker.send(_Work(pickled)))
        except (EOFError, OSError):
            return worker._given(f"it ended at once, {worker.end()}")

    def _given(self, problem: str) -> WorkerProcess:
        if problem:
            self.end()
            raise JazzgramError(f"execution.engine: another process cannot do this work: {problem}; take engine local")
        return self

    def keep(self) -> bool:
        """Keep this process for the next work, and return whether it is: whether a block of `kept_processes` runs."""
        if _keeping:
            _kept.append(self)
        return bool(_keeping)

    def send(self, value: Any) -> Any:
        """Send work or tasks, and wait for the answer; raise EOFError or OSError where it dies."""
        assert self._process.stdin is not None and self._process.stdout is not None
        pickle.dump(value, self._process.stdin)
        self._process.stdin.flush()
        return pickle.load(self._process.stdout)

    def end(self, patience: float = 1.0) -> str:
        """End it within `patience` seconds, and return how it ended."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self._process.kill()
        status = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what was not sent cannot be
                if pipe is not None:
                    pipe.close()
        if status < 0:
            with suppress(ValueError):
                return f"ended by {signal.Signals(-status).name}"
        return f"with status {status}"


class _Work(NamedTuple):
    """What a process does from now on."""

    pickled: bytes


_kept: list[WorkerProcess] = []
"""Processes that have no work at the moment."""
_keeping: list[None] = []
"""One item for each block of `kept_processes` that runs."""


def are_kept() -> bool:
    """Return whether there is a process that has no work at the moment."""
    return bool(_kept)


@contextmanager
def kept_processes() -> Iterator[None]:
    """Keep processes that have done their work for the next, until the block ends: each takes a second to start.

    For a command that plays many sets of choruses with the same code.
    """
    _keeping.append(None)
    try:
        yield
    finally:
        _keeping.pop()
        while not _keeping and _kept:
            _kept.pop().end(0)


def serve() -> None:
    """Do in this process what comes in on its standard input, and answer on its standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent receives Ctrl-C too, and ends us
    parse_here()
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a plugin prints must not fall among the answers
        _answer(sys.stdin.buffer, answers)


def _answer(questions: IO[bytes], answers: IO[bytes]) -> None:
    def answer(value: Any) -> None:
        pickle.dump(value, answers)
        answers.flush()

    work: Callable[[Any], Any] | None = None
    with suppress(EOFError, BrokenPipeError):
        while True:
            asked = pickle.load(questions)
            if not isinstance(asked, _Work):
                answer(work and work(asked))
                continue
            try:
                work = pickle.loads(asked.pickled)
            except Exception as error:
                answer(f"{type(error).__name__}: {error}")
            else:
                answer("")
