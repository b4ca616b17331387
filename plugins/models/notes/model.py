"""A network that learns notes: pitch, then duration, conditioned on the chords. What all such models share.

Terms are those of the tokenizer `events`. Solos are learned whole, in a random key in every epoch. The loss is
the cross-entropy of pitch and duration in nats an event.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jazzgram import (
    UNKNOWN,
    Dataset,
    Epoch,
    JazzgramError,
    Labels,
    Position,
    Probabilities,
    TokenTune,
    Vocabulary,
    Weights,
)
from jazzgram.models import needs_validation, run_epochs
from jazzgram.music import Float32s

from .ahead import AHEAD_INPUTS, BUCKETS, ahead_columns
from .columns import Events, Past, past_columns, position_columns
from .heads import AHEAD_BIAS, AHEAD_HEAD, LABEL_EMBEDDING, TRAIT_EMBEDDING, TRAIT_TABLE, Heads, head_shapes
from .inputs import NO_INTERVAL, Rows, input_width
from .labels import LabelIndex
from .options import NoteOptions
from .streams import Inputs
from .training import Trainable
from .traits import WIDTH, TraitTable

State = tuple[Float32s, ...]
"""A network's state: arrays whose first axis is the batch."""
ModelState = tuple[tuple[Past, ...], State]


class Stepper(Protocol):
    """A trained network in NumPy, an event at a time."""

    def start(self, batch: int) -> State:
        """Return the state before the first event."""

    def step(self, rows: Rows, state: State) -> tuple[Float32s, State]:
        """Compute the outputs for an event's features, shape ``(batch, width)``, and the state after it."""

    def gather(self, rows: Sequence[tuple[State, int]]) -> State:
        """Build a state from rows of other states."""


class NoteNetwork(Trainable, Protocol):
    """The layers between the inputs and the heads."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def width(self) -> int:
        """Number of outputs that the heads read."""

    def shapes(self, inputs: int, heads: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
        """Return all parameters' names and shapes, in the order in which they are drawn; `heads` has the heads' own."""

    def stepper(self, weights: Weights, durations: int) -> Stepper:
        """Return the trained network for a vocabulary of that many distinct durations."""


class NoteModel:
    """A network over notes as a token model; see `TokenModel` for its methods.

    Parameters
    ----------
    network : NoteNetwork
        The layers between the inputs and the heads.
    vocabulary : Vocabulary
        Pitches and rests with durations.
    options : NoteOptions
        How it is trained.

    Attributes
    ----------
    shapes : dict of str to tuple of int
        The parameters.
    label_kinds : tuple of str
        The labels that are inputs.
    """

    def __init__(self, network: NoteNetwork, vocabulary: Vocabulary, options: NoteOptions) -> None:
        self._network = network
        self._vocabulary = vocabulary
        self._options = options
        self._events = Events.of(vocabulary)
        self._pairs = list(zip(self._events.pitch.tolist(), self._events.duration.tolist(), strict=True))
        durations = len(self._events.durations)
        self._index = LabelIndex(vocabulary, options.labels)
        self._traits = TraitTable(vocabulary.labels)
        self.label_kinds = self._index.kinds
        labelled = options.label_units if len(self._index) else 0
        heads = head_shapes(network.width + labelled, options.hidden, durations)
        if options.fill:
            heads[AHEAD_HEAD] = (network.width + labelled, NO_INTERVAL)
            heads[AHEAD_BIAS] = (BUCKETS, NO_INTERVAL)
        self.shapes = network.shapes(input_width(durations) + labelled + AHEAD_INPUTS * options.fill, heads)
        if labelled:
            self.shapes |= {LABEL_EMBEDDING: (len(self._index), labelled), TRAIT_EMBEDDING: (WIDTH, labelled)}
            self.shapes |= {TRAIT_TABLE: self._traits.shape}
        self._weights: Weights = {}
        # The pitches of the vocabulary, and for each token the index of its own among them.
        self._choices, self._choice = np.unique(self._events.pitch, return_inverse=True)
        self._combination = self._choice * durations + self._events.duration

    def fit(self, data: Dataset, seed: int, checkpoint: Path, report: Callable[[Epoch], None]) -> None:
        """Train with TensorFlow; the epochs of an existing checkpoint are reported again first."""
        from .training import NoteTraining

        options = self._options
        train = [tune for tune in data.train if len(tune)]
        if sum(map(len, train)) < 2:
            raise JazzgramError("a corpus of less than two terms is nothing to learn from; check the corpus section")
        needs_validation(options.patience, len(data.validation))
        purpose = {
            "model": self._network.name,
            "options": options.model_dump(mode="json"),
            "seed": seed,
            "data": [_digest(train), _digest(data.validation)],
            "vocabulary": self._vocabulary.fingerprint,
            "keras": importlib.metadata.version("keras"),
        }
        inputs = Inputs(self._events, self._index, self._traits)
        training = NoteTraining(self._network, self.shapes, options, inputs, train, data.validation, seed)
        weights = run_epochs(
            training,
            epochs=options.epochs,
            patience=options.patience,
            checkpoint=checkpoint,
            purpose=purpose,
            report=report,
        )
        self.load(weights)

    def weights(self) -> Weights:
        """Return the parameters, float32, as `shapes` names them."""
        if not self._weights:
            raise JazzgramError("the model has no weights yet: train it, or load a trained one")
        return dict(self._weights)

    def load(self, weights: Weights) -> None:
        """Load parameters as `weights` returns them; float16 ones become float32."""
        if set(weights) != set(self.shapes):
            raise JazzgramError(
                f"the weights are {sorted(weights)}; a {self._network.name} with these options has"
                f" {sorted(self.shapes)}"
            )
        for name, shape in self.shapes.items():
            if weights[name].shape != shape or weights[name].dtype not in (np.float32, np.float16):
                raise JazzgramError(
                    f"the weights {name} are {weights[name].dtype} of shape {weights[name].shape}; these options and a"
                    f" vocabulary of {len(self._events.durations)} durations need float32 of shape {shape}"
                )
        self._weights = {name: array.astype(np.float32) for name, array in weights.items()}
        durations = len(self._events.durations)
        self._stepper = self._network.stepper(self._weights, durations)
        self._heads = Heads(self._weights, durations, self._choices.astype(np.int32))
        self._embeddings: dict[Labels, Float32s] = {}
        self._last_embedded: tuple[tuple[Labels, ...], Float32s] = (), np.empty(0, np.float32)

    def start(self, batch: int) -> ModelState:
        """Return the state before the first event."""
        self.weights()
        return (Past(),) * batch, self._stepper.start(batch)

    def step(
        self, state: ModelState, inputs: NDArray[Any] | None, positions: Sequence[Position]
    ) -> tuple[ModelState, Probabilities]:
        """Advance by one event, in NumPy; of a distribution the likeliest event is the input."""
        pasts, network = state
        if inputs is not None:
            tokens = inputs if inputs.ndim == 1 else inputs.argmax(axis=1)
            pasts = self._extended(pasts, tokens.tolist())
        # Rows with one past, as those with and without labels are, share what is computed from it.
        columns = {id(past): past_columns(past) for past in {id(past): past for past in pasts}.values()}
        known = [position_columns(position) for position in positions]
        integers = [columns[id(past)] + of_position for past, (of_position, _) in zip(pasts, known, strict=True)]
        reals = np.array([real for _, real in known], np.float32)
        embedded = self._embedded(tuple(position.labels for position in positions)) if len(self._index) else None
        ahead = np.array([ahead_columns(each) for each in positions], np.int32) if self._options.fill else None
        rows = Rows(np.array(integers, np.int32), reals, embedded, ahead)
        outputs, network = self._stepper.step(rows, network)
        pitch, duration = self._heads(outputs, rows)
        likelihoods = pitch.take(self._choice, axis=1)
        likelihoods *= duration.reshape(len(duration), -1).take(self._combination, axis=1)
        joint = likelihoods.astype(np.float64)
        joint /= np.add.reduce(joint, axis=1, keepdims=True)
        return (pasts, network), joint

    def gather(self, rows: Sequence[tuple[ModelState, int]]) -> ModelState:
        """Build a state from rows of other states."""
        network = self._stepper.gather([(network, row) for (_, network), row in rows])
        return tuple(pasts[row] for (pasts, _), row in rows), network

    def _embedded(self, labels: tuple[Labels, ...]) -> Float32s:
        """Return the label embedding of a batch's rows: that of the last step where they have the same labels."""
        last, embedded = self._last_embedded
        if labels != last:
            embedded = np.array([self._embedding(each) for each in labels])
            self._last_embedded = labels, embedded
        return embedded

    def _embedding(self, labels: Labels) -> Float32s:
        """Return the sum of a solo's rows of the label embedding, and of those of its traits."""
        if labels not in self._embeddings:
            indices = self._index.of(labels)
            rows = self._weights[LABEL_EMBEDDING][indices[indices < len(self._index)]]
            traits = self._traits.find(self._weights[TRAIT_TABLE], labels)
            self._embeddings[labels] = rows.sum(axis=0, dtype=np.float32) + traits @ self._weights[TRAIT_EMBEDDING]
        return self._embeddings[labels]

    def _extended(self, pasts: Sequence[Past], tokens: Sequence[int]) -> tuple[Past, ...]:
        """Extend each past by its token; equal rows go on with one past."""
        extended: dict[tuple[int, int], Past] = {}
        for past, token in zip(pasts, tokens, strict=True):
            if (id(past), token) not in extended:
                pitch, duration = (UNKNOWN, 0) if token == UNKNOWN else self._pairs[token]
                extended[id(past), token] = past.extended(pitch, duration)
        return tuple(extended[id(past), token] for past, token in zip(pasts, tokens, strict=True))


def _digest(tunes: Sequence[TokenTune]) -> str:
    digest = hashlib.sha256()
    for tune in tunes:
        digest.update(repr(tune.labels).encode())
        for column in (tune.tokens, tune.bar, tune.onset, tune.chord, tune.next_chord, tune.until):
            digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()
