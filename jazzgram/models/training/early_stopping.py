"""Early stopping: train until the validation loss does not fall any more."""

from __future__ import annotations

import math

from jazzgram.hooks.token_model import Weights

_BEST = "best/"


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
