"""The progress and the result of a run in the terminal."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jazzgram.cli import arguments
from jazzgram.cli.browser import page_of, print_next
from jazzgram.hooks.progress import Reporter
from jazzgram.resources.printable import escaped, printable

if TYPE_CHECKING:
    from jazzgram.cli.bar import Bar
    from jazzgram.hooks.token_model import Epoch
    from jazzgram.pipeline.run import Run

_WORK = {
    "read": "Reading the corpus",
    "prepare": "Preparing the model",
    "train": "Training the model",
    "improvise": "Improvising",
    "chain": "Post-processing",
    "accompany": "Accompanying",
    "write": "Writing",
}


_EVERY = 10.0
"""Seconds between two lines of a stage's progress where there is no terminal."""


class Display(Reporter):
    """Show each stage while it runs, and a line for it when it is done.

    In a terminal a bar shows the progress. Elsewhere (a log, a cluster) it is a plain line at most every ten seconds;
    with ``--verbose`` a line each time; with ``--quiet`` nothing.

    Parameters
    ----------
    clock : callable
        Returns the seconds since some moment.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        context = click.get_current_context(silent=True)
        verbosity = "" if context is None else context.meta.get(arguments.VERBOSITY, "")
        self.quiet = verbosity == "quiet"
        self.verbose = verbosity == "verbose"
        self._clock = clock
        self._stage_begun = self._reported = clock()
        self._begun = time.perf_counter()
        self._bar: Bar | None = None
        self._stage = ""

    def __enter__(self) -> Display:
        if sys.stderr.isatty() and not (self.quiet or self.verbose):
            from jazzgram.cli.bar import Bar

            self._bar = Bar()
        return self

    def __exit__(self, kind: object, exception: BaseException | None, trace: object) -> None:
        self._stop_bar()
        if isinstance(exception, KeyboardInterrupt) and self._stage == "train":
            exception.add_note("The same command resumes the training.")

    def _stop_bar(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def line(self, text: str) -> None:
        """Print a line on the standard error, above the bar; the colours of `click.style` are for terminals."""
        if self._bar is None:
            click.echo(text, err=True)
        else:
            self._bar.line(text)

    def started(self, stage: str) -> None:
        self._stage = stage
        self._stage_begun = self._reported = self._clock()
        if self._bar is not None:
            self._bar.begin(_WORK.get(stage, stage))
        if self.verbose:
            self.line(f"{_WORK.get(stage, stage)} …")

    def progress(self, done: int, total: int, what: str = "files") -> None:
        if total > 1:
            self._update(done, total, f"{done}/{total} {what}")

    def epoch(self, epoch: Epoch) -> None:
        detail = f"epoch {epoch.number}/{epoch.of}  loss {epoch.loss:.2f}  accuracy {epoch.accuracy:.3f}"
        self._update(epoch.number, epoch.of, detail)

    def _update(self, done: int, total: int, detail: str) -> None:
        if self._bar is not None:
            self._bar.update(done, total, detail)
        now = self._clock()
        due = self.verbose or (self._bar is None and now - self._reported >= _EVERY)
        if due and not self.quiet and self._stage:
            self._reported = now
            seconds = round(now - self._stage_begun)
            self.line(f"{_WORK.get(self._stage, self._stage):<22}{detail}  ({seconds // 60}:{seconds % 60:02} min)")

    def finished(self, stage: str, seconds: float, result: str) -> None:
        self._stage = ""
        if not self.quiet:
            name = click.style(f"{_WORK.get(stage, stage):<22}", bold=True)
            self.line(f"{name}{seconds:7.2f} s  {click.style(escaped(result), dim=True)}")

    def warn(self, message: str) -> None:
        for line in message.splitlines():
            self.line(click.style(f"WARNING: {printable(line)}", fg="yellow", bold=True))

    def summary_as_json(self, runs: Sequence[Run]) -> None:
        """Print the results of runs as JSON: one object, or a list of several."""
        self._stop_bar()
        found = [_as_json(run) for run in runs]
        click.echo(json.dumps(found if len(found) > 1 else found[0], indent=1, ensure_ascii=False))

    def summary(self, run: Run, *, shows_page: bool = True) -> None:
        """Print the result of a run, its files and, if `shows_page`, its page; to be quiet, only its folder."""
        self._stop_bar()
        if self.quiet:
            click.echo(run.folder)
            return
        solo = run.solo
        total = time.perf_counter() - self._begun
        click.echo(f"{click.style(solo.title, bold=True)}: {solo.bars} bars, {len(solo.notes)} notes, {total:.1f} s")
        if solo.labels:
            click.echo(f"  like {solo.labels}")
        if (
            run.config["improvise"]["terms"] is not None
        ):  # a fixed number per bar, as in the course, whose message this is
            counts = Counter(note.origin.bar for note in solo.notes if note.origin is not None)
            for number, sounds in ((bar + 1, counts[bar]) for bar in range(solo.bars)):
                click.echo(f"Generated {sounds} sounds for the set of chords {number} after pruning")
        width = max(map(len, run.measures), default=0) + 2
        for name, value in run.measures.items():
            click.echo(f"  {name:<{width}}{value:.3f}")
        for file in run.files:
            click.echo(f"  {file}  ({file.stat().st_size:,} bytes)")
        if shows_page:
            print_next(*page_of(run))

    def result(self, folder: Path, name: str, as_json: bool, lines: Sequence[str]) -> None:
        """Print a result as lines and what to open next, as JSON, or to be quiet only its folder.

        Parameters
        ----------
        folder : Path
            It has the files ``NAME.json`` and ``NAME.md``.
        name : str
            Of these files.
        as_json : bool
            Whether the JSON file is printed.
        lines : sequence of str
            What else is printed.
        """
        self._stop_bar()
        if as_json:
            click.echo((folder / f"{name}.json").read_text("utf-8"), nl=False)
        elif self.quiet:
            click.echo(folder)
        else:
            click.echo("\n".join(lines))
            print_next("open", folder / f"{name}.md")


def _as_json(run: Run) -> dict[str, Any]:
    solo = run.solo
    return {
        "title": solo.title,
        "folder": str(run.folder),
        "bars": solo.bars,
        "notes": len(solo.notes),
        "tempo": solo.tempo,
        "seconds": round(solo.seconds, 3),
        "measures": {name: value if isfinite(value) else None for name, value in run.measures.items()},
        "files": [str(file) for file in run.files],
    }
