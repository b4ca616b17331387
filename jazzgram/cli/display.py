"""The progress and the result of a run in the terminal."""

from __future__ import annotations

import time
from collections import Counter

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from jazzgram.hooks.progress import Reporter
from jazzgram.hooks.token_model import Epoch
from jazzgram.pipeline.run import Run
from jazzgram.resources.printable import printable

_WORK = {
    "read": "Reading the corpus",
    "train": "Training the model",
    "improvise": "Improvising",
    "chain": "Post-processing",
    "accompany": "Accompanying",
    "write": "Writing",
}


class Display(Reporter):
    """Show each stage while it runs, and a line for it when it is done."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self.seconds: dict[str, float] = {}
        self._begun = time.perf_counter()
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[detail]}"),
            TimeRemainingColumn(),
            console=self.console,
            transient=True,
        )
        self._task: TaskID | None = None
        self._stage = ""

    def __enter__(self) -> Display:
        self._progress.start()
        return self

    def __exit__(self, kind: object, exception: BaseException | None, trace: object) -> None:
        self._progress.stop()
        if isinstance(exception, KeyboardInterrupt) and self._stage == "train":
            exception.add_note("The same command resumes the training.")

    def started(self, stage: str) -> None:
        self._stage = stage
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(_WORK.get(stage, stage), total=None, detail="")

    def progress(self, done: int, total: int, what: str = "files") -> None:
        if self._task is not None and total > 1:
            self._progress.update(self._task, completed=done, total=total, detail=f"{done}/{total} {what}")

    def epoch(self, epoch: Epoch) -> None:
        if self._task is not None:
            detail = f"epoch {epoch.number}/{epoch.of}  loss {epoch.loss:.2f}  accuracy {epoch.accuracy:.3f}"
            self._progress.update(self._task, completed=epoch.number, total=epoch.of, detail=detail)

    def finished(self, stage: str, seconds: float, result: str) -> None:
        self._stage = ""
        self.seconds[stage] = seconds
        line = Text.assemble((f"{_WORK.get(stage, stage):<22}", "bold"), f"{seconds:7.2f} s  ", (result, "dim"))
        self.console.print(line, soft_wrap=True)

    def warn(self, message: str) -> None:
        for line in message.splitlines():
            self.console.print(Text(f"WARNING: {printable(line)}", "bold yellow"), soft_wrap=True)

    def summary(self, run: Run) -> None:
        """Print the result of a run and its files."""
        self._progress.stop()
        solo = run.solo
        total = time.perf_counter() - self._begun
        console = Console(soft_wrap=True, highlight=False)
        head = f": {solo.bars} bars, {len(solo.notes)} notes, {total:.1f} s"
        console.print(Text.assemble("\n", (solo.title, "bold"), head))  # a title may contain rich's markup
        if solo.labels:
            console.print(Text(f"  like {solo.labels}"))
        console.print("  " + ", ".join(f"{stage} {seconds:.2f} s" for stage, seconds in self.seconds.items()))
        if (
            run.config["improvise"]["terms"] is not None
        ):  # a fixed number per bar, as in the course, whose message this is
            counts = Counter(note.origin.bar for note in solo.notes if note.origin is not None)
            for number, sounds in ((bar + 1, counts[bar]) for bar in range(solo.bars)):
                console.print(f"Generated {sounds} sounds for the set of chords {number} after pruning")
        width = max(map(len, run.measures), default=0) + 2
        for name, value in run.measures.items():
            console.print(f"  {name:<{width}}{value:.3f}")
        for file in run.files:
            console.print(Text(f"  {file}  ({file.stat().st_size:,} bytes)"))
