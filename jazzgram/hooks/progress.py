"""Who hears of a run's progress."""

from __future__ import annotations

from jazzgram.hooks.token_model import Epoch


class Listener:
    """Hear of a run's progress; the base class is silent."""

    def started(self, stage: str) -> None:
        """A stage begins."""

    def finished(self, stage: str, seconds: float, result: str) -> None:
        """A stage is over; `result` says in a few words what it gave."""

    def progress(self, done: int, total: int, what: str = "files") -> None:
        """So many of the stage's files, or of what else it goes through, are done."""

    def epoch(self, epoch: Epoch) -> None:
        """A pass over the training data is done."""

    def warn(self, message: str) -> None:
        """Something the user must know, though the run goes on."""
