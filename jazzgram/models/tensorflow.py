"""Importing TensorFlow and Keras without what they print at their start.

TensorFlow's C++ code writes lines such as ``oneDNN custom operations are on`` and ``Could not find cuda drivers`` to
the standard error's descriptor while it is imported, before it reads ``TF_CPP_MIN_LOG_LEVEL``, and which lines depends
on the processor. Whoever trains with TensorFlow imports it from here: the lines go to the logger
``jazzgram.tensorflow`` at level debug, and where the import fails they are printed after all.
"""

from __future__ import annotations

import faulthandler
import importlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.machinery import ModuleSpec
from threading import Lock, get_ident
from typing import Any

_LOG = logging.getLogger("jazzgram.tensorflow")
_STDERR = 2
"""The descriptor of the standard error, as C++ code knows it."""

_FIRST = Lock()


@cache  # and AutoGraph leaves it alone in what it compiles
def import_tensorflow() -> Any:
    """Import TensorFlow, the first time without what it prints until its devices are known.

    Returns
    -------
    module
        `tensorflow`.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # for what it would print later on
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    with _FIRST, _captured_stderr(), _without("matplotlib"):
        tensorflow = importlib.import_module("tensorflow")
        # Physical devices only: logical ones would make a context, after which no worker can be joined.
        tensorflow.config.list_physical_devices()
    return tensorflow


def import_keras() -> Any:
    """Import Keras, and TensorFlow first, as `import_tensorflow` does.

    Returns
    -------
    module
        `keras`.
    """
    import_tensorflow()
    return importlib.import_module("keras")


@contextmanager
def _without(package: str) -> Iterator[None]:
    """Let this thread's imports do without a package, unless it is imported already.

    Keras imports matplotlib where it is installed, for pictures of images: a fifth of the time that TensorFlow takes.
    """
    hiding = _Hiding(package, get_ident())
    sys.meta_path.insert(0, hiding)
    try:
        yield
    finally:
        sys.meta_path.remove(hiding)


class _Hiding:
    """A finder for which a package is not there, in one thread."""

    def __init__(self, package: str, thread: int) -> None:
        self._package = package
        self._thread = thread

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        """Raise ModuleNotFoundError for the package; leave every other module to the other finders."""
        if name == self._package and get_ident() == self._thread:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


@contextmanager
def _captured_stderr() -> Iterator[None]:
    """Send to the debug log what is written to the descriptor; print it where an exception is raised.

    Python's own `sys.stderr` goes on to where it went, so that warnings and a progress bar are seen.
    """
    try:
        terminal = os.dup(_STDERR)
    except OSError:  # closed: nothing is printed anyway
        yield
        return
    with os.fdopen(terminal, "wb", 0) as shown, tempfile.TemporaryFile() as captured, _python_stderr_to(terminal):
        fatal = not faulthandler.is_enabled()
        if fatal:  # where the process is aborted within, at least the place of it is printed
            faulthandler.enable(shown)
        os.dup2(captured.fileno(), _STDERR)
        try:
            yield
        except Exception:
            captured.seek(0)
            shown.write(captured.read())
            raise
        finally:
            os.dup2(terminal, _STDERR)
            if fatal:
                faulthandler.disable()
            captured.seek(0)
            for line in captured.read().decode(errors="replace").splitlines():
                _LOG.debug("%s", line)


@contextmanager
def _python_stderr_to(terminal: int) -> Iterator[None]:
    """Let `sys.stderr` write to another descriptor where it writes to the standard error's."""
    before = sys.stderr
    try:
        same = before.fileno() == _STDERR
    except (AttributeError, OSError, ValueError):  # None, closed, or no real file
        same = False
    if not same:
        yield
        return
    before.flush()
    with open(terminal, "w", encoding=before.encoding, errors=before.errors, buffering=1, closefd=False) as direct:
        through = _Through(direct)
        sys.stderr = through
        try:
            yield
        finally:
            # Loggers that were made meanwhile hold on to it.
            through.stream = before
            if sys.stderr is through:
                sys.stderr = before


class _Through:
    """A text stream that is another one, which may change."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)
