"""The command line: one module for each command."""

from __future__ import annotations

import gc
import io
import os
import re
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TextIO

import click

from jazzgram.cli.groups import MainGroup
from jazzgram.cli.version import print_version
from jazzgram.errors import JazzgramError
from jazzgram.resources.printable import escaped, printable


@click.group(cls=MainGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=print_version,
    help="Show the versions of jazzgram, Python and key packages.",
)
def commands() -> None:
    """Learn how a soloist plays over chords, and improvise new solos over any changes.

    \b
    First steps:
      jazzgram run blues         train on the bundled solos and write a blues chorus
      jazzgram init mysolo       create a folder with a configuration and a plugin to change
      jazzgram validate FILE     check a configuration; every mistake with its line

    A CONFIG is a YAML file, or the name of a bundled one (blues, pitches, metheny, coursera, weimar).
    """


def register() -> None:
    """Import every command into the group."""
    context = click.Context(commands)
    for name in commands.list_commands(context):
        commands.get_command(context, name)


def main() -> None:
    """Run the command line: status 0, 2 for a mistake in the input, 130 for Ctrl-C, 143 where it is terminated."""
    plain = sys.stdout
    # Most of what a command makes lives as long as it does, modules above all: Python's search for cycles after every
    # 700 new objects finds nothing, and takes a tenth of a run's time. After a million it searches all of them.
    gc.set_threshold(100_000, 5, 2)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # to look for them reads the metadata of every package
    try:
        signal.signal(signal.SIGTERM, _terminate)
        sys.stdout = _Printable.of(plain)
        status = _run()
        sys.stdout.flush()
    except BrokenPipeError:
        status = 1
    except OSError as error:
        if os.environ.get("JAZZGRAM_DEBUG"):
            raise
        status = _fail(f"{error.filename or 'the output cannot be written'}: {error.strerror or error}")
    except _Terminated:
        status = _end("terminated; nothing was left half written.", 143)
    except KeyboardInterrupt as stop:
        status = _stopped(stop)
    _drop_unwritten()
    if isinstance(sys.stdout, _Printable):
        sys.stdout.detach()
        sys.stdout = plain
    gc.freeze()  # as Python ends, it would search all objects for cycles once more: an eighth of a run's time
    sys.exit(status)


def _run() -> int:
    try:
        status = commands.main(standalone_mode=False)
        return status if isinstance(status, int) else 0
    except (JazzgramError, OSError) as error:
        if not _is_folder_there():
            return _fail("the current folder has been deleted; change to another one")
        if isinstance(error, OSError):
            raise
        return _fail(str(error))
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Abort as abort:
        return _stopped(abort.__cause__)
    except MemoryError:
        return _fail("there is not enough memory for this; give it less, or close other programs")
    except Exception as error:
        if os.environ.get("JAZZGRAM_DEBUG"):
            raise
        return _end(
            f"error: {printable(f'{type(error).__name__}: {error}')}\n"
            "This is a defect of jazzgram or of a plugin. JAZZGRAM_DEBUG=1 shows where it happened.",
            1,
        )


def _fail(message: str) -> int:
    lines = [printable(line) for line in message.split("\n")]
    return _end("\n".join(f"error: {line}" if line else line for line in lines), 2)


def _stopped(stop: BaseException | None) -> int:
    """Answer Ctrl-C; the notes of the exception report what remains of the work."""
    notes = getattr(stop, "__notes__", ())
    return _end(" ".join(("\nstopped; nothing was left half written.", *map(printable, notes))), 130)


def _end(message: str, status: int) -> int:
    with suppress(OSError):  # nobody reads it
        click.echo(message, err=True)
    return status


def _is_folder_there() -> bool:
    try:
        return Path.cwd().is_dir()
    except OSError:
        return False


def _drop_unwritten() -> None:
    """Flush what was printed; drop what cannot be, or Python complains once more on exit."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class _Terminated(BaseException):
    """SIGTERM, raised where the program is, so that it cleans up."""


def _terminate(number: int, frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)  # a second one ends it at once
    raise _Terminated


class _Printable(io.TextIOWrapper):
    """The standard output without control characters from files, but for the colours that click and rich write."""

    @classmethod
    def of(cls, stream: TextIO) -> _Printable:
        stream.flush()
        return cls(stream.buffer, stream.encoding, "backslashreplace", line_buffering=stream.isatty())

    def write(self, text: str) -> int:
        parts = re.split("(\x1b\\[[0-9;]*m)", text)
        return super().write("".join(part if number % 2 else escaped(part) for number, part in enumerate(parts)))
