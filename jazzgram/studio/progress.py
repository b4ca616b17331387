"""The progress of a take, as the page shows it, and how one that nobody waits for is stopped."""

from __future__ import annotations

from threading import Event

from jazzgram.errors import JazzgramError
from jazzgram.hooks.progress import Reporter
from jazzgram.hooks.token_model import Epoch

_WORK = {"read": "Reading the corpus", "train": "Training the model", "improvise": "Improvising", "chain": "Chain"}


class Abandoned(BaseException):
    """Nobody waits for a take any more; no `Exception`, which a step that raises it would be blamed for."""


class Progress(Reporter):
    """Record the progress, for the page to show, and the warnings; stop an improvisation that is abandoned.

    Corpus and model serve the next take as well: reading and training go on, unless the studio is closed.
    """

    def __init__(self, shown: dict[str, str], closing: Event, abandoned: Event) -> None:
        self.warnings: list[str] = []
        self._shown = shown
        self._closing = closing
        self._abandoned = abandoned

    def started(self, stage: str) -> None:
        self._show("stage", _WORK.get(stage, stage.capitalize()))

    def progress(self, done: int, total: int, what: str = "files") -> None:
        self._show("detail", f"{done} of {total} {what}")

    def epoch(self, epoch: Epoch) -> None:
        self._show("detail", f"epoch {epoch.number} of {epoch.of}")

    def _show(self, key: str, text: str) -> None:
        self._shown[key] = text
        if self._closing.is_set():
            raise JazzgramError("the studio was closed")

    def called(self) -> None:
        if self._abandoned.is_set() or self._closing.is_set():
            raise Abandoned

    def finished(self, stage: str, seconds: float, result: str) -> None:
        self._shown.clear()

    def warn(self, message: str) -> None:
        self.warnings.append(message)
