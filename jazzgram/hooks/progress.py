"""Progress callbacks for a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jazzgram.hooks.token_model import Epoch


class Reporter:
    """Progress callbacks for a run; those of the base class do nothing."""

    def started(self, stage: str) -> None:
        """A stage begins."""

    def finished(self, stage: str, seconds: float, result: str) -> None:
        """A stage is over; `result` is its result in a few words."""

    def progress(self, done: int, total: int, what: str = "files") -> None:
        """So many of the stage's files, or of its other items, are done."""

    def epoch(self, epoch: Epoch) -> None:
        """A pass over the training data is done."""

    def called(self) -> None:
        """A step or a sampler was called for a bar or a term; what is raised here ends the run."""

    def warn(self, message: str) -> None:
        """Something the user must know, though the run goes on."""
