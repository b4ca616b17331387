"""The progress of a take, as the page shows it, and how one that nobody waits for is stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

from jazzgram.errors import JazzgramError
from jazzgram.hooks.progress import Reporter
from jazzgram.hooks.token_model import Epoch

Working = dict[str, str | float]
"""The work under way, for the page: ``stage``, ``detail``, the ``share`` that is done (0 to 1), seconds ``left``."""
_WORK = {
    "read": "Reading the corpus",
    "prepare": "Preparing the model",
    "train": "Training the model",
    "improvise": "Improvising",
    "chain": "Shaping it",
    "accompany": "Accompanying",
}
PATIENT = frozenset({_WORK["read"], _WORK["prepare"], _WORK["train"]})
"""Stages that last as long as they take: of a corpus, and of a model."""


class Abandoned(BaseException):
    """Nobody waits for a take any more; no `Exception`, which a step that raises it would be blamed for."""


class Progress(Reporter):
    """Record the progress, for the page to show, and the warnings; stop an improvisation that is abandoned.

    Corpus and model serve the next take as well: reading and training go on, unless the studio is closed.
    """

    def __init__(
        self, shown: Working, closing: Event, abandoned: Event, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.warnings: list[str] = []
        self._shown = shown
        self._closing = closing
        self._abandoned = abandoned
        self._clock = clock
        self._first: tuple[int, float] | None = None  # when the first of a stage's items was done, without its start-up

    def started(self, stage: str) -> None:
        self._first = None
        self._shown.clear()
        self._show(stage=_WORK.get(stage, stage.capitalize()))

    def progress(self, done: int, total: int, what: str = "files") -> None:
        self._count(done, total, f"{done} of {total} {what}")

    def epoch(self, epoch: Epoch) -> None:
        self._count(epoch.number, epoch.of, f"epoch {epoch.number} of {epoch.of}")

    def _count(self, done: int, total: int, detail: str) -> None:
        now = self._clock()
        if self._first is None:
            self._first = done, now
        first, begun = self._first
        left = (now - begun) / (done - first) * (total - done) if done > first else 0.0
        self._show(detail=detail, share=round(done / max(total, 1), 3), left=round(left, 1))

    def _show(self, **facts: str | float) -> None:
        self._shown.update(facts)
        if self._closing.is_set():
            raise JazzgramError("the studio was closed")

    def called(self) -> None:
        if self._abandoned.is_set() or self._closing.is_set():
            raise Abandoned

    def finished(self, stage: str, seconds: float, result: str) -> None:
        self._shown.clear()

    def warn(self, message: str) -> None:
        self.warnings.append(message)
