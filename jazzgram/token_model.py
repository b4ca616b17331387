"""Token models: what learns sequences of terms and continues them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jazzgram.music.chord import Chord

Probabilities = NDArray[np.float64]
"""Shape ``(batch, vocabulary)``: a row for each solo improvised at once, summing to 1 (to 0 where no term fits)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next term of one solo would stand.

    Parameters
    ----------
    bar : int
        From 0.
    onset : int
        Ticks from the start of the bar.
    remaining : int
        Ticks left in the bar, always above 0 where bars are kept.
    chord : Chord or None
        The chord that sounds there.
    next_chord : Chord or None
        The chord after it, if there is one.
    bars : int
        How many bars the solo will have; 0 where nobody knows.
    """

    bar: int
    onset: int
    remaining: int
    chord: Chord | None
    next_chord: Chord | None
    bars: int = 0


@dataclass(frozen=True, slots=True)
class Epoch:
    """What a training model reports after each pass over its data.

    Parameters
    ----------
    number : int
        From 1.
    of : int
        How many are planned.
    loss : float
        The model's training loss, in its own unit (see the model).
    accuracy : float
        Share of tokens predicted right, 0 to 1.
    """

    number: int
    of: int
    loss: float
    accuracy: float


Weights = dict[str, NDArray[Any]]
"""A model's parameters by name."""


class TokenModel(Protocol):
    """What `build_model` returns: something that learns sequences of token ids and continues them."""

    def fit(
        self,
        tokens: NDArray[np.int64],
        seed: int,
        checkpoint: Path,
        report: Callable[[Epoch], None],
    ) -> None:
        """Train on one long sequence of token ids.

        Parameters
        ----------
        tokens : ndarray of int64, shape (length,)
            The corpus, bar after bar.
        seed : int
            Decides everything random, so that training repeats on one machine.
        checkpoint : Path
            A file of the model's own choosing of content (no pickle). Where it exists, training resumes from it;
            it is renewed, by moving a finished file into place, after every epoch.
        report : callable
            To be called after every epoch.

        Raises
        ------
        JazzgramError
            Where the sequence is too short to be learned from.
        """

    def weights(self) -> Weights:
        """Give all parameters by name, as they are stored (safetensors)."""

    def load(self, weights: Weights) -> None:
        """Take parameters as `weights` gave them; raise JazzgramError where names or shapes do not fit."""

    def start(self, batch: int) -> Any:
        """Give the state before anything was played, for `batch` solos at once."""

    def step(self, state: Any, inputs: NDArray[Any] | None, places: Sequence[Place]) -> tuple[Any, Probabilities]:
        """Advance by one token.

        Parameters
        ----------
        state
            From `start` or an earlier `step`. It is not changed.
        inputs : ndarray or None
            The previous token ids, shape ``(batch,)``; or weights over the vocabulary, shape
            ``(batch, vocabulary)``; None for "nothing yet".
        places : sequence of Place
            For each row where the token that is to be predicted stands; what chord sounds there, and what comes
            after it. A model that does not listen to the band leaves it unread.

        Returns
        -------
        state, probabilities
            The state after `inputs`, and the distribution of the next token, shape ``(batch, vocabulary)``.
        """
