"""Other processes of this machine that do one task after the other, and end when their input does.

They are forks of this process where that is safe, since a fork is ready at once and shares what this process has
imported; else new ones. Not those of `multiprocessing`, which run the user's script again to find their work.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, ClassVar, NamedTuple
from weakref import WeakSet

from jazzgram.errors import JazzgramError
from jazzgram.music.midi import parse_here
from jazzgram.resources.subprocesses import end_process, signal_name

Work = Callable[[Any], Any]


def may_fork() -> bool:
    """Check whether a fork of this process would work.

    Whatever another thread has locked stays locked in a fork. The threads of OpenBLAS and Arrow are made for forks,
    and the thread that draws the progress bar has nothing that the work uses; TensorFlow's are not.
    """
    mine = threading.current_thread()
    others = [thread for thread in threading.enumerate() if thread is not mine]
    harmless = all(type(thread).__module__ == "rich.live" for thread in others)
    return sys.platform == "linux" and harmless and "tensorflow" not in sys.modules


class Process:
    """A process that does one task after the other.

    Parameters
    ----------
    work : callable
        Takes a task and returns its result.
    fork : bool
        Whether it is a fork of this process; if not, work and tasks must be picklable.

    Raises
    ------
    JazzgramError
        Where the process cannot do the work.
    """

    def __init__(self, work: Work, *, fork: bool = False) -> None:
        self._process: _Fork | subprocess.Popen[bytes] = _Fork(work) if fork else _spawned()
        self._is_fork = fork
        if fork:
            return
        try:
            self._begin(work)
        except (EOFError, OSError):
            self._refuse(f"it ended at once, {self.end()}")

    @classmethod
    def kept_or_new(cls, work: Work) -> Process:
        """Return a process with this work: one that was kept, or a new one; raise JazzgramError as a new one does."""
        with suppress(IndexError):  # several threads take from one list
            while True:
                process = _kept.pop()
                with suppress(EOFError, OSError):  # it was killed while it had no work
                    process._begin(work)
                    return process
                process.end(0)
        return cls(work)

    def _begin(self, work: Work) -> None:
        if problem := self.send(_Begin(pickle.dumps(work))):
            self._refuse(problem)

    def _refuse(self, problem: str) -> None:
        self.end()
        raise JazzgramError(f"execution.engine: another process cannot do this work: {problem}; take engine local")

    def keep(self) -> bool:
        """Keep this process for other work where a block of `kept_processes` runs; return whether it is. No fork is."""
        if _keeping and not self._is_fork:
            _kept.append(self)
            return True
        return False

    def send(self, value: Any) -> Any:
        """Send a task, and wait for its answer; raise EOFError or OSError where the process dies."""
        assert self._process.stdin is not None and self._process.stdout is not None
        pickle.dump(value, self._process.stdin)
        self._process.stdin.flush()
        return pickle.load(self._process.stdout)

    def end(self, patience: float = 1.0) -> str:
        """End it within `patience` seconds, and return how it ended."""
        status = end_process(self._process, patience)
        name = signal_name(status)
        return f"ended by {name}" if name else f"with status {status}"


class _Begin(NamedTuple):
    """What a process does from now on."""

    pickled: bytes


_kept: list[Process] = []
"""Processes that have no work at the moment."""
_keeping: list[None] = []
"""One item for each block of `kept_processes` that runs."""


def are_kept() -> bool:
    """Check whether there is a process that has no work at the moment."""
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


def _spawned() -> subprocess.Popen[bytes]:
    code = f"import sys; sys.path[:] = {sys.path!r}; from jazzgram.corpus.processes import serve; serve()"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # the cores are taken
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )


class _Fork:
    """A fork of this process, with what `Process` uses of a `subprocess.Popen`."""

    _living: ClassVar[WeakSet[_Fork]] = WeakSet()
    stdin: IO[bytes]
    stdout: IO[bytes]

    def __init__(self, work: Work) -> None:
        questions, ask = os.pipe()
        answer, answers = os.pipe()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # else the fork would print it again
        self._lock = threading.Lock()
        self._status: int | None = None
        self._pid = os.fork()
        if not self._pid:
            try:
                # While a fork has an end of another one's pipe, nobody sees that one's end.
                for end in (
                    ask,
                    answer,
                    *(pipe.fileno() for each in self._living for pipe in (each.stdin, each.stdout)),
                ):
                    os.close(end)
                sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__  # the progress bar's are its thread's
                gc.freeze()  # a collection would copy all pages that are shared
                with os.fdopen(questions, "rb") as source, os.fdopen(answers, "wb") as sink:
                    _answer(work, source, sink)
            finally:
                os._exit(0)
        os.close(questions)
        os.close(answers)
        self.stdin, self.stdout = os.fdopen(ask, "wb"), os.fdopen(answer, "rb")
        self._living.add(self)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, and return its status as `subprocess` does."""
        until = time.monotonic() + (timeout or 0)
        while True:
            with self._lock:  # several threads may wait, and the system tells one of them
                if self._status is None:
                    pid, status = os.waitpid(self._pid, os.WNOHANG)
                    if pid:
                        self._status = os.waitstatus_to_exitcode(status)
                if self._status is not None:
                    self._living.discard(self)
                    return self._status
            if timeout is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired("fork", timeout)
            time.sleep(0.001)

    def kill(self) -> None:
        """Kill it where it has not ended."""
        with self._lock:
            if self._status is None:
                os.kill(self._pid, signal.SIGKILL)


def serve() -> None:
    """Do in this process what comes in on its standard input, the work at first; answer on its standard output."""
    with os.fdopen(os.dup(1), "wb") as answers:
        _answer(None, sys.stdin.buffer, answers)


def _answer(work: Work | None, questions: IO[bytes], answers: IO[bytes]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent receives Ctrl-C too, and ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parse_here()
    os.dup2(2, 1)  # what a plugin prints must not fall among the answers
    with suppress(EOFError, BrokenPipeError):
        while True:
            asked = pickle.load(questions)
            if not isinstance(asked, _Begin):
                _send(work and work(asked), answers)
                continue
            try:
                work = pickle.loads(asked.pickled)
            except Exception as error:
                _send(f"{type(error).__name__}: {error}", answers)
            else:
                _send("", answers)


def _send(value: Any, answers: IO[bytes]) -> None:
    pickle.dump(value, answers)
    answers.flush()
