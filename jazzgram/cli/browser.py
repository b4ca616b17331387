"""Open pages in the browser, and say what to do next."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jazzgram.resources.printable import escaped

if TYPE_CHECKING:
    from jazzgram.pipeline.run import Run

_PATIENCE = 2.0
"""Seconds in which a desktop says that it has no browser."""


def open_in_browser(address: str) -> bool:
    """Open an address, and return whether there is a browser for it.

    On Linux it is the desktop's: its opener is silenced, and without a desktop none of the browsers for terminals that
    Python would choose is started.
    """
    if sys.platform in ("win32", "darwin"):
        import webbrowser

        return webbrowser.open(address)
    opener = shutil.which("xdg-open")
    if opener is None or not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))):
        return False
    command = [opener, address]
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    try:
        return process.wait(_PATIENCE) == 0
    except subprocess.TimeoutExpired:  # some openers stay as long as the browser
        return True


def open_file(path: Path) -> None:
    """Open a file in the browser; where there is none, say so in one line with its path."""
    if not open_in_browser(path.resolve().as_uri()):
        print_next("open in a browser (none was found here)", path)


def open_report(run: Run) -> None:
    """Open a run's page; where it has none, say what makes it."""
    advice, path = page_of(run)
    if path.suffix == ".html":
        open_file(path)
    else:
        print_next(advice, path)


def page_of(run: Run) -> tuple[str, Path]:
    """Return what to do next with a run that is written, and with which file or folder."""
    folder = run.folder or Path()
    page = folder / "report.html"
    return ("open", page) if page in run.files else ("jazzgram report", folder)


def print_next(advice: str, path: Path, rest: str = "") -> None:
    """Print what to do next with a file, whose path a terminal makes clickable, and what follows the path."""
    if not sys.stdout.isatty():
        click.echo(f"next: {advice} {path}{rest}")
        return
    click.echo(f"next: {advice} ", nl=False)
    sys.stdout.flush()
    # Beneath the stream that escapes control characters: no text from a file may be a link (OSC 8).
    link = f"\x1b]8;;{path.resolve().as_uri()}\x1b\\{escaped(str(path))}\x1b]8;;\x1b\\"
    sys.stdout.buffer.write(link.encode(sys.stdout.encoding, "backslashreplace"))
    click.echo(rest)
