"""Token models: what learns sequences of terms and continues them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jazzgram.music.chord import Chord
from jazzgram.music.time import TICKS_PER_QUARTER, Meter

Probabilities = NDArray[np.float64]
"""Shape ``(batch, vocabulary)``: a row for each solo improvised at once, summing to 1 (to 0 where no term fits)."""

UNKNOWN = -1
"""The token id of a term that is not in the vocabulary."""


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
    until : int
        Ticks until `next_chord` begins; 0 where there is none.
    tempo : float
        Quarter notes per minute.
    """

    bar: int
    onset: int
    remaining: int
    chord: Chord | None
    next_chord: Chord | None
    bars: int = 0
    until: int = 0
    tempo: float = 120.0


@dataclass(frozen=True)
class TokenTune:
    """One tune of a corpus as a model hears it: token by token, each with its place.

    Parameters
    ----------
    tokens : ndarray of int64, shape (terms,)
        Token ids; `UNKNOWN` for a term that is not in the vocabulary (in tunes that are not trained on).
    bar, onset, remaining, until : ndarray of int32, shape (terms,)
        As in `Place`.
    chord, next_chord : ndarray of int32, shape (terms,)
        Places in `chords`; -1 where there is none.
    chords : sequence of Chord
        Shared by the tunes of a corpus; each lasts nothing.
    bars : int
        How many bars the tune has, those without a term too.
    tempo : float
        Quarter notes per minute.
    """

    tokens: NDArray[np.int64]
    bar: NDArray[np.int32]
    onset: NDArray[np.int32]
    remaining: NDArray[np.int32]
    until: NDArray[np.int32]
    chord: NDArray[np.int32]
    next_chord: NDArray[np.int32]
    chords: Sequence[Chord]
    bars: int
    tempo: float = 120.0

    def __len__(self) -> int:
        return len(self.tokens)

    def place(self, number: int) -> Place:
        """Give the place of one token."""
        chord, next_chord = int(self.chord[number]), int(self.next_chord[number])
        return Place(
            int(self.bar[number]),
            int(self.onset[number]),
            int(self.remaining[number]),
            None if chord < 0 else self.chords[chord],
            None if next_chord < 0 else self.chords[next_chord],
            self.bars,
            int(self.until[number]),
            self.tempo,
        )


@dataclass(frozen=True)
class TokenData:
    """What a model is trained on, and what it is watched on while it trains.

    Parameters
    ----------
    train : sequence of TokenTune
        At least one.
    validation : sequence of TokenTune
        Empty where the corpus is not split.
    """

    train: Sequence[TokenTune]
    validation: Sequence[TokenTune] = ()

    @classmethod
    def of(cls, *tunes: Sequence[int]) -> TokenData:
        """Make training tunes of bare token ids, a term every quarter note in 4/4, without chords.

        For tests and experiments: a corpus gives its own places.
        """
        return cls(tuple(map(_bare_tune, tunes)))

    @cached_property
    def tokens(self) -> NDArray[np.int64]:
        """All token ids of the training tunes in order, shape ``(terms,)``."""
        return np.concatenate([tune.tokens for tune in self.train])


def _bare_tune(tokens: Sequence[int]) -> TokenTune:
    ids = np.array(tokens, np.int64)
    beats = np.arange(len(ids), dtype=np.int32)
    onset = beats % 4 * TICKS_PER_QUARTER
    nothing = np.zeros(len(ids), np.int32)
    places = (beats // 4, onset, Meter().bar - onset, nothing, nothing - 1, nothing - 1)
    return TokenTune(ids, *places, chords=(), bars=-(-len(ids) // 4))


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
    validation : float or None
        The loss on the validation tunes, in the same unit; None where they were not looked at.
    """

    number: int
    of: int
    loss: float
    accuracy: float
    validation: float | None = None


Weights = dict[str, NDArray[Any]]
"""A model's parameters by name."""


class TokenModel(Protocol):
    """What `build_model` returns: something that learns sequences of token ids and continues them."""

    def fit(self, data: TokenData, seed: int, checkpoint: Path, report: Callable[[Epoch], None]) -> None:
        """Train on the tunes of a corpus.

        Parameters
        ----------
        data : TokenData
            The tunes to train on; and those to watch, for a model that stops early.
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
            Where the corpus is too small to be learned from.
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
            The previous token ids, shape ``(batch,)``, with `UNKNOWN` where a term is not in the vocabulary (only
            where held-out solos are scored); or weights over the vocabulary, shape ``(batch, vocabulary)``; None for
            "nothing yet".
        places : sequence of Place
            For each row where the token that is to be predicted stands; what chord sounds there, and what comes
            after it. A model that does not listen to the band leaves it unread.

        Returns
        -------
        state, probabilities
            The state after `inputs`, and the distribution of the next token, shape ``(batch, vocabulary)``.
        """
