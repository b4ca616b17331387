"""The loop over epochs that trained models share: checkpoints, reports, early stopping."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

import numpy as np

from jazzgram.errors import JazzgramError
from jazzgram.hooks.token_model import Epoch, Weights
from jazzgram.models.training.checkpoint import read_checkpoint, write_checkpoint
from jazzgram.models.training.strategy import is_chief

_BEST = "best/"
_SECONDS = 1.0
"""Between two checkpoints: small networks make a hundred epochs in a few seconds."""


class EarlyStopping:
    """Remember the best parameters, and decide when training stops.

    Prechelt, *Early Stopping - But When?* (1998), the criterion UP in its simplest form: a number of epochs in a row
    without a new best.

    Parameters
    ----------
    patience : int or None
        Epochs without a new best after which training stops; None never stops and remembers nothing.

    Examples
    --------
    >>> stopping, stops = EarlyStopping(2), []
    >>> for epoch, loss in enumerate([3.0, 2.0, 2.5, 2.0], 1):
    ...     stopping.update(loss, {"epoch": epoch})
    ...     stops.append(stopping.stops)
    >>> stops, stopping.best
    ([False, False, False, True], {'epoch': 2})
    """

    def __init__(self, patience: int | None) -> None:
        self.best: Weights = {}
        self._patience = patience
        self._lowest = math.inf
        self._since = 0

    @property
    def stops(self) -> bool:
        """Whether training stops here."""
        return self._patience is not None and self._since >= self._patience

    def update(self, loss: float, weights: Weights | None) -> None:
        """Take an epoch into account.

        Parameters
        ----------
        loss : float
            On the validation tunes; not a number counts as no new best.
        weights : dict of str to ndarray, or None
            The parameters after it; None where they are known already, as when training resumes.
        """
        if self._patience is None:
            return
        if loss < self._lowest:
            self._lowest, self._since = loss, 0
            if weights is not None:
                self.best = weights
        else:
            self._since += 1

    def state(self) -> Weights:
        """Return the best parameters under names of their own, for a checkpoint."""
        return {f"{_BEST}{name}": array for name, array in self.best.items()}

    def restore(self, state: Weights) -> None:
        """Take the best parameters out of a checkpoint's arrays, if they are there."""
        self.best = {name: state.pop(name) for name in list(state) if name.startswith(_BEST)}
        self.best = {name.removeprefix(_BEST): array for name, array in self.best.items()}


_HISTORY = "history"


class Learner(Protocol):
    """Something that is trained epoch by epoch."""

    def epoch(self, number: int) -> tuple[float, float]:
        """Train once on all data; return loss and accuracy. The first number is 1."""

    def validate(self) -> float | None:
        """Return the loss on the validation data; None where there is none."""

    def state(self) -> Weights:
        """Return everything that `restore` needs, parameters and optimizer."""

    def restore(self, state: Weights) -> None:
        """Restore what `state` returned."""

    def weights(self) -> Weights:
        """Return the parameters."""


def run_epochs(
    learner: Learner,
    *,
    epochs: int,
    patience: int | None,
    checkpoint: Path,
    purpose: Mapping[str, Any],
    report: Callable[[Epoch], None],
) -> Weights:
    """Train to the end, from the checkpoint's epoch on where there is one.

    The checkpoint is renewed after an epoch, before the epoch is reported, but at most once a second, and where
    training ends or is stopped by an exception; epochs that it has already are reported once more first. A training
    that is resumed after it was killed ends with the same parameters, to the last bit, as one that was not.

    Parameters
    ----------
    learner : Learner
        As it is before the first epoch.
    epochs : int
        The most epochs.
    patience : int or None
        See `EarlyStopping`.
    checkpoint, purpose
        See `write_checkpoint`. Of several machines that train together the first one writes; all of them read.
    report : callable
        Called with each epoch.

    Returns
    -------
    dict of str to ndarray
        The best parameters where `patience` is given, else the last ones.

    Raises
    ------
    JazzgramError
        Where the checkpoint belongs to another training, or cannot be read or written.
    """
    stopping = EarlyStopping(patience)
    history: list[tuple[float, float, float]] = []
    resumed = read_checkpoint(checkpoint, purpose)
    if resumed is not None:
        history = [(loss, accuracy, validation) for loss, accuracy, validation in resumed.pop(_HISTORY).tolist()]
        stopping.restore(resumed)
        learner.restore(resumed)
    for number, (loss, accuracy, validation) in enumerate(history, 1):
        stopping.update(validation, None)
        report(_epoch(number, epochs, loss, accuracy, validation))
    unsaved: Weights | None = None
    saved = -math.inf
    try:
        for number in range(len(history) + 1, epochs + 1):
            if stopping.stops:
                break
            loss, accuracy = learner.epoch(number)
            found = learner.validate()
            validation = np.nan if found is None else found
            history.append((loss, accuracy, validation))
            if patience is not None:
                stopping.update(validation, learner.weights())
            if is_chief():
                unsaved = learner.state() | stopping.state() | {_HISTORY: np.array(history)}
                if monotonic() - saved >= _SECONDS:
                    write_checkpoint(checkpoint, unsaved, purpose)
                    unsaved, saved = None, monotonic()
            report(_epoch(number, epochs, loss, accuracy, validation))
    finally:
        if unsaved is not None:
            write_checkpoint(checkpoint, unsaved, purpose)
    return stopping.best or learner.weights()


def _epoch(number: int, epochs: int, loss: float, accuracy: float, validation: float) -> Epoch:
    return Epoch(number, epochs, loss, accuracy, None if np.isnan(validation) else validation)


def needs_validation(patience: int | None, tunes: int) -> None:
    """Check that a training that may stop early has validation tunes.

    Parameters
    ----------
    patience : int or None
        See `EarlyStopping`.
    tunes : int
        Number of validation tunes.

    Raises
    ------
    JazzgramError
        Where `patience` is given without a validation tune.
    """
    if patience is not None and not tunes:
        raise JazzgramError(
            f"the model's option patience is {patience}, but the corpus has no validation tunes; set"
            " corpus.split, or take patience out"
        )
