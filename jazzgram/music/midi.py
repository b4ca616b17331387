"""Parse MIDI in another process, which may die of it: a damaged file costs its own error, and nothing else.

symusic is fast because it is C++; versions of it have crashed on malformed files, and a crash ends the process that it
is in. So one process is started with the first file, parses all others, and is started again after it has died. What
comes back are the score's own bytes, not a pickle: a process that a file has taken over has no way to run code here.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import select
import struct
import subprocess
import sys
from contextlib import suppress
from functools import cache
from importlib.machinery import PathFinder
from threading import Lock
from typing import Any, Final

from jazzgram.errors import JazzgramError
from jazzgram.resources.subprocesses import end_process, signal_name

SECONDS: Final = 60.0
"""The time limit for one file, on POSIX; the largest that a reader lets through takes less than one."""
_LENGTH: Final = struct.Struct(">?q")
"""Head of an answer: whether a score follows, and how many bytes."""

# Of symusic only the core, as in `midi_core`.
_SERVE: Final = """
import importlib.util, os, signal, struct, sys, types
sys.path[:] = {path!r}
signal.signal(signal.SIGINT, signal.SIG_IGN)
answers = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
package = types.ModuleType("symusic")
package.__path__ = importlib.util.find_spec("symusic").submodule_search_locations
sys.modules["symusic"] = package
from symusic.core import ScoreTick
answers.write(b"!")
answers.flush()
while head := sys.stdin.buffer.read(8):
    content = sys.stdin.buffer.read(struct.unpack(">q", head)[0])
    try:
        done, answer = True, ScoreTick.from_midi(content).__getstate__()
    except Exception as error:
        done, answer = False, (" ".join(str(error).split()) or type(error).__name__).encode("utf-8", "replace")
    answers.write(struct.pack(">?q", done, len(answer)) + answer)
    answers.flush()
"""


@cache
def midi_core() -> Any:
    """Import the compiled part of symusic: its scores, tracks and events by unit of time, such as ``ScoreTick``.

    What the package imports beside it, among them a program for downloads, takes three times as long.

    Returns
    -------
    ModuleType
        ``symusic.core``, which a later ``import symusic`` uses too.
    """
    name = "symusic.core"
    if name not in sys.modules:
        package = importlib.util.find_spec("symusic")
        spec = package and PathFinder.find_spec(name, package.submodule_search_locations)
        if spec is None or spec.loader is None:
            raise JazzgramError("symusic is not installed whole; install jazzgram again")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[name] = module
    return sys.modules[name]


class _Parser:
    """The other process; it ends when its input does."""

    def __init__(self) -> None:
        command = [sys.executable, "-I", "-S", "-c", _SERVE.format(path=sys.path)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.owner = os.getpid()
        midi_core()  # for what it answers: while it imports the same
        assert self._process.stdout is not None
        if self._process.stdout.read(1) != b"!":
            raise JazzgramError(f"symusic cannot be loaded in another process ({self.end()}); install it again")

    def parse(self, content: bytes) -> tuple[bool, bytes]:
        """Return whether it is MIDI, with the state of its score or what is wrong; EOFError, OSError where it died."""
        questions, answers = self._process.stdin, self._process.stdout
        assert questions is not None and answers is not None
        questions.write(struct.pack(">q", len(content)) + content)
        questions.flush()
        if os.name == "posix" and not select.select([answers], [], [], SECONDS)[0]:
            self._process.kill()
        if len(head := answers.read(_LENGTH.size)) < _LENGTH.size:
            raise EOFError
        done, size = _LENGTH.unpack(head)
        if len(answer := answers.read(size)) < size:
            raise EOFError
        return done, answer

    def end(self) -> str:
        """End it, and return how it ended."""
        status = end_process(self._process, 0.5)
        return signal_name(status) or f"status {status}"

    def close(self) -> None:
        """Tell it that nothing follows."""
        with suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        self.end()


_lock = Lock()
_parser: _Parser | None = None
_expendable = False


def parse_here() -> None:
    """Parse in this process from now on: it may die of a file itself, as those that read a corpus may."""
    global _expendable
    _expendable = True


def midi_score(content: bytes) -> Any:
    """Parse a MIDI file.

    Parameters
    ----------
    content : bytes
        All of it.

    Returns
    -------
    symusic.core.ScoreTick
        In the file's own ticks.

    Raises
    ------
    JazzgramError
        What is wrong with it, without the name of a file; also where it has killed the process that parsed it.

    Examples
    --------
    >>> midi_score(b"MThd")
    Traceback (most recent call last):
    ...
    jazzgram.errors.JazzgramError: ...
    """
    if _expendable:
        return _parsed_here(content)
    done, answer = _parsed(content)
    if not done:
        raise JazzgramError(answer.decode("utf-8", "replace"))
    kind = midi_core().ScoreTick
    score = kind.__new__(kind)
    score.__setstate__(answer)
    return score


def _parsed(content: bytes) -> tuple[bool, bytes]:
    """Return what the other process answers; it is started where it is not there, and dropped where it has died."""
    global _parser
    with _lock:
        if _parser is None or _parser.owner != os.getpid():  # a fork has its own
            _parser = _Parser()
        try:
            return _parser.parse(content)
        except (EOFError, OSError):
            parser, _parser = _parser, None
            raise JazzgramError(f"the MIDI parser died of it, {parser.end()}") from None
        except BaseException:  # Ctrl-C: its answer would be taken for that to the next question
            parser, _parser = _parser, None
            parser.close()
            raise


def _parsed_here(content: bytes) -> Any:
    try:
        return midi_core().ScoreTick.from_midi(content)
    except Exception as error:  # the parser has no exception of its own; whatever it raises is about the content
        raise JazzgramError(" ".join(str(error).split()) or type(error).__name__) from None


@atexit.register
def _end() -> None:
    if _parser is not None and _parser.owner == os.getpid():
        _parser.close()
