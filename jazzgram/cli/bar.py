"""The bar that shows the progress of a stage in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text


class Bar:
    """A line at the bottom of the terminal, from the moment it is made until it is stopped."""

    def __init__(self) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[detail]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: TaskID | None = None
        self._progress.start()

    def begin(self, what: str) -> None:
        """Show another stage, of which nothing is done."""
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(what, total=None, detail="")

    def update(self, done: int, total: int, detail: str) -> None:
        """Show how much of the stage is done."""
        if self._task is not None:
            self._progress.update(self._task, completed=done, total=total, detail=detail)

    def line(self, text: str) -> None:
        """Print a line above the bar, with the colours of its escape sequences."""
        self._progress.console.print(Text.from_ansi(text), soft_wrap=True)

    def stop(self) -> None:
        """Remove the bar."""
        self._progress.stop()
