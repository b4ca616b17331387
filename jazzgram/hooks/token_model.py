"""Token models: they learn sequences of terms and continue them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jazzgram.music.chord import Chord
from jazzgram.music.labels import Labels
from jazzgram.music.time import TICKS_PER_QUARTER, Meter
from jazzgram.resources.frozen import dataclass

Probabilities = NDArray[np.float64]
"""Shape ``(batch, vocabulary)``: a row for each solo improvised at once, summing to 1 (to 0 where no term fits)."""

UNKNOWN = -1
"""The token id of a term that is not in the vocabulary."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The first notes that are given after a gap, as a position in the gap has them ahead.

    Parameters
    ----------
    pitch : int
        MIDI number of the first note.
    until : int
        Ticks until its onset.
    following : int or None
        MIDI number of the note after it, where that is given, too.
    """

    pitch: int
    until: int
    following: int | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """The position of the next term of one solo.

    Parameters
    ----------
    bar : int
        From 0.
    onset : int
        Ticks from the start of the bar.
    remaining : int
        Ticks left in the bar, always above 0 where bars are exactly full.
    chord : Chord or None
        The chord at this position.
    next_chord : Chord or None
        The chord after it, if there is one.
    bars : int
        Number of bars of the solo; 0 where it is unknown.
    until : int
        Ticks until `next_chord` begins; 0 where there is none.
    tempo : float
        Quarter notes per minute.
    labels : Labels
        Whom the solo is to be like, from its first term to its last.
    ahead : Ahead or None
        The first notes of the bars that are given after a gap, from two bars before them on; None elsewhere.
    """

    bar: int
    onset: int
    remaining: int
    chord: Chord | None
    next_chord: Chord | None
    bars: int = 0
    until: int = 0
    tempo: float = 120.0
    labels: Labels = Labels()
    ahead: Ahead | None = None


@dataclass(frozen=True)
class TokenTune:
    """One tune of a corpus as a model is trained on it: token by token, each with its position.

    Parameters
    ----------
    tokens : ndarray of int64, shape (terms,)
        Token ids; `UNKNOWN` for a term that is not in the vocabulary (in tunes that are not trained on).
    bar, onset, remaining, until : ndarray of int32, shape (terms,)
        As in `Position`.
    chord, next_chord : ndarray of int32, shape (terms,)
        Indices into `chords`; -1 where there is none.
    chords : sequence of Chord
        Shared by the tunes of a corpus; their duration is 0.
    bars : int
        Number of bars of the tune, those without a term included.
    tempo : float
        Quarter notes per minute.
    labels : Labels
        Who plays, as far as the corpus knows.
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
    labels: Labels = Labels()

    def __len__(self) -> int:
        return len(self.tokens)

    def position(self, number: int) -> Position:
        """Return the position of one token."""
        chord, next_chord = int(self.chord[number]), int(self.next_chord[number])
        return Position(
            int(self.bar[number]),
            int(self.onset[number]),
            int(self.remaining[number]),
            None if chord < 0 else self.chords[chord],
            None if next_chord < 0 else self.chords[next_chord],
            self.bars,
            int(self.until[number]),
            self.tempo,
            self.labels,
        )


@dataclass(frozen=True)
class Dataset:
    """The training and validation data of a model.

    Parameters
    ----------
    train : sequence of TokenTune
        At least one. A sequence whose tunes lie end to end in one array may have that array as ``tokens``.
    validation : sequence of TokenTune
        Empty where the corpus is not split.
    """

    train: Sequence[TokenTune]
    validation: Sequence[TokenTune] = ()

    @classmethod
    def of(cls, *tunes: Sequence[int]) -> Dataset:
        """Build training tunes from bare token ids, a term every quarter note in 4/4, without chords.

        For tests and experiments: a corpus has positions of its own.
        """
        return cls(tuple(map(_bare_tune, tunes)))

    @cached_property
    def tokens(self) -> NDArray[np.int64]:
        """All token ids of the training tunes in order, shape ``(terms,)``."""
        whole: NDArray[np.int64] | None = getattr(self.train, "tokens", None)
        return np.concatenate([tune.tokens for tune in self.train]) if whole is None else whole


def _bare_tune(tokens: Sequence[int]) -> TokenTune:
    ids = np.array(tokens, np.int64)
    beats = np.arange(len(ids), dtype=np.int32)
    onset = beats % 4 * TICKS_PER_QUARTER
    nothing = np.zeros(len(ids), np.int32)
    positions = (beats // 4, onset, Meter().bar - onset, nothing, nothing - 1, nothing - 1)
    return TokenTune(ids, *positions, chords=(), bars=-(-len(ids) // 4))


@dataclass(frozen=True, slots=True)
class Epoch:
    """The report of a model in training after each pass over its data.

    Parameters
    ----------
    number : int
        From 1.
    of : int
        The most epochs.
    loss : float
        The training loss, in the model's own unit (see the model).
    accuracy : float
        Share of correctly predicted tokens, 0 to 1.
    validation : float or None
        The loss on the validation tunes, in the same unit; None without validation.
    """

    number: int
    of: int
    loss: float
    accuracy: float
    validation: float | None = None


Weights = dict[str, NDArray[Any]]
"""A model's parameters by name."""


class TokenModel(Protocol):
    """What `build_model` returns: a model that learns sequences of token ids and continues them.

    A model that is conditioned on labels has an attribute ``label_kinds`` besides: which of `LABEL_KINDS` it is
    conditioned on. It learns them from `TokenTune.labels`, and reads those of a solo from `Position.labels`; any of
    them may be empty. The labels of the training tunes are in the vocabulary (`Vocabulary.names`). Models without the
    attribute ignore all this.
    """

    def fit(self, data: Dataset, seed: int, checkpoint: Path, report: Callable[[Epoch], None]) -> None:
        """Train on the tunes of a corpus.

        Parameters
        ----------
        data : Dataset
            Training tunes; and validation tunes, for a model that stops early.
        seed : int
            Decides everything random: training is repeatable on one machine.
        checkpoint : Path
            A file whose content the model chooses (no pickle). Where it exists, training resumes from it; after every
            epoch it is replaced by renaming a finished file.
        report : callable
            Called after every epoch.

        Raises
        ------
        JazzgramError
            Where the corpus is too small.
        """

    def weights(self) -> Weights:
        """Return all parameters by name, as they are stored (safetensors)."""

    def load(self, weights: Weights) -> None:
        """Load parameters as `weights` returns them; raise JazzgramError where names or shapes do not fit."""

    def start(self, batch: int) -> Any:
        """Return the state before the first token, for `batch` solos at once."""

    def step(self, state: Any, inputs: NDArray[Any] | None, positions: Sequence[Position]) -> tuple[Any, Probabilities]:
        """Advance by one token.

        Parameters
        ----------
        state
            From `start` or an earlier `step`; not changed.
        inputs : ndarray or None
            The previous token ids, shape ``(batch,)``, with `UNKNOWN` where a term is not in the vocabulary (only
            where held-out solos are scored); or weights over the vocabulary, shape ``(batch, vocabulary)``; None before
            the first token.
        positions : sequence of Position
            For each row the position of the token to be predicted, with its chord and the next one. Models without
            harmonic conditioning ignore them.

        Returns
        -------
        state, probabilities
            The state after `inputs`, and the distribution of the next token, shape ``(batch, vocabulary)``.
        """

    def gather(self, rows: Sequence[tuple[Any, int]]) -> Any:
        """Build a state from rows of other states, so that some solos go on, others are tried again or are done.

        Parameters
        ----------
        rows : sequence of (state, int)
            For each row of the result a state from `start`, `step` or `gather`, and the index of its row there.

        Returns
        -------
        state
            A solo goes on from it as it would from its own.
        """


def label_kinds(model: TokenModel) -> tuple[str, ...]:
    """Return the labels that a model is conditioned on; none where it has no attribute ``label_kinds``."""
    return tuple(getattr(model, "label_kinds", ()))
