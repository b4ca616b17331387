"""Learn pitch, then duration, listening to the chords: two LSTM layers over events.

What the network hears of an event before it is there: the last pitches and the last duration; the chord and the next
one as roots and pitch classes, absolute and seen from the last note; how far away the next chord is; tempo, beat, place
in the beat, bar of eight; and what went on after the longest run that has just been played for a second time. Both
layers are read by a head for the pitch (absolute, interval to the last two notes, degree over the chord and the next
one, chord tone, repetition) and one for the duration, which hears the pitch. Solos are learned whole, in a random key
every time they are met. The loss is the cross-entropy of pitch and duration in nats an event. Terms are those of the
tokenizer `events`.
Source: the LSTM after Hochreiter & Schmidhuber (1997); pitch then duration, over chords, as in BebopNet (Hakimi,
Bhonker & El-Yaniv, ISMIR 2020) and MINGUS (Madaghiele, Lisena & Troncy, ISMIR 2021); repetitions after the cache of
Grave, Joulin & Usunier (*Improving neural language models with a continuous cache*, 2017); the rest is the project's.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from jazzgram import (
    UNKNOWN,
    Epoch,
    JazzgramError,
    Place,
    Probabilities,
    TokenData,
    TokenModel,
    TokenTune,
    Vocabulary,
    Weights,
    hookimpl,
)
from jazzgram import Options as BaseOptions
from jazzgram.training import needs_validation, run_epochs

from ._note_lstm_columns import Events, Past, past_columns, place_columns
from ._note_lstm_heads import Rows, State, Stepper, parameter_shapes


class Options(BaseOptions):
    """The network's size and how it is trained."""

    layers: int = Field(2, ge=1, le=4, description="How many LSTM layers stand on each other.")
    units: int = Field(256, ge=1, le=2048, description="Size of each LSTM layer, in units.")
    hidden: int = Field(192, ge=1, le=2048, description="Size of the duration head's hidden layer, in units.")
    window: int = Field(64, ge=2, le=512, description="Events through which an update looks back.")
    batch: int = Field(32, ge=1, le=1024, description="How many solos are gone through side by side.")
    epochs: int = Field(25, ge=1, le=10_000, description="How often all solos are gone through.")
    patience: int | None = Field(
        None, ge=1, le=1000, description="Epochs without a gain on validation after which it stops; never if null."
    )
    learning_rate: float = Field(0.0025, gt=0, le=1, description="AdamW's step size; it falls to a fiftieth.")
    weight_decay: float = Field(0.01, ge=0, le=1, description="What AdamW takes from every parameter.")
    dropout: float = Field(0.4, ge=0, lt=1, description="Share of the layers' outputs that is silenced in training.")


@hookimpl
def build_model(vocabulary: Vocabulary, options: Options) -> TokenModel:
    """Build an untrained network over a vocabulary of pitches.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> words = Vocabulary.of((parse_terms("60,1.000 62,0.500 R,0.500"),))
    >>> model = build_model(words, Options(layers=1, units=4, hidden=4))
    >>> model.load({name: np.zeros(shape, np.float32) for name, shape in model.shapes.items()})
    >>> _, probabilities = model.step(model.start(1), None, (Place(0, 0, 1920, None, None),))
    >>> probabilities.round(3).tolist()
    [[0.333, 0.333, 0.333]]
    """
    return NoteLstm(vocabulary, options)


Heard = tuple[tuple[Past, ...], State]


class NoteLstm:
    """Two LSTM layers, a head for the pitch and one for the duration; see `TokenModel` for its methods.

    Attributes
    ----------
    shapes : dict of str to tuple of int
        The parameters.
    """

    def __init__(self, vocabulary: Vocabulary, options: Options) -> None:
        self._vocabulary = vocabulary
        self._options = options
        self._events = Events.of(vocabulary)
        self.shapes = parameter_shapes(len(self._events.durations), options)
        self._weights: Weights = {}
        # The pitches that the vocabulary has, and for each token the place of its own among them.
        self._choices, self._choice = np.unique(self._events.pitch, return_inverse=True)

    def fit(self, data: TokenData, seed: int, checkpoint: Path, report: Callable[[Epoch], None]) -> None:
        """Train with TensorFlow; where the checkpoint has epochs already, they are reported once more first."""
        from ._note_lstm_training import Training

        options = self._options
        train = [tune for tune in data.train if len(tune)]
        if sum(map(len, train)) < 2:
            raise JazzgramError("a corpus of less than two terms is nothing to learn from; check the corpus section")
        needs_validation(options.patience, len(data.validation))
        purpose = {
            "model": "note_lstm",
            "options": options.model_dump(mode="json"),
            "seed": seed,
            "data": [_digest(train), _digest(data.validation)],
            "vocabulary": self._vocabulary.fingerprint,
            "keras": importlib.metadata.version("keras"),
        }
        learner = Training(self.shapes, options, self._events, train, data.validation, seed)
        weights = run_epochs(
            learner,
            epochs=options.epochs,
            patience=options.patience,
            checkpoint=checkpoint,
            purpose=purpose,
            report=report,
        )
        self.load(weights)

    def weights(self) -> Weights:
        """Give the parameters, float32, as `shapes` names them."""
        if not self._weights:
            raise JazzgramError("the model has no weights yet: train it, or load a trained one")
        return dict(self._weights)

    def load(self, weights: Weights) -> None:
        """Take parameters as `weights` gave them; float16 ones are heard as float32."""
        if set(weights) != set(self.shapes):
            raise JazzgramError(
                f"the weights are {sorted(weights)}; a note_lstm with these options has {sorted(self.shapes)}"
            )
        for name, shape in self.shapes.items():
            if weights[name].shape != shape or weights[name].dtype not in (np.float32, np.float16):
                raise JazzgramError(
                    f"the weights {name} are {weights[name].dtype} of shape {weights[name].shape}; these options and a"
                    f" vocabulary of {len(self._events.durations)} durations need float32 of shape {shape}"
                )
        self._weights = {name: array.astype(np.float32) for name, array in weights.items()}
        self._stepper = Stepper(
            self._weights, self._options.layers, len(self._events.durations), self._choices.astype(np.int32)
        )

    def start(self, batch: int) -> Heard:
        """Give the state before anything was played."""
        self.weights()
        return (Past(),) * batch, self._stepper.start(batch)

    def step(self, state: Heard, inputs: NDArray[Any] | None, places: Sequence[Place]) -> tuple[Heard, Probabilities]:
        """Advance by one event, in NumPy; of a distribution the likeliest event is heard."""
        pasts, network = state
        if inputs is not None:
            tokens = inputs if inputs.ndim == 1 else inputs.argmax(axis=1)
            pasts = tuple(self._heard(past, int(token)) for past, token in zip(pasts, tokens, strict=True))
        here = [place_columns(place) for place in places]
        integers = [past_columns(past) + columns for past, (columns, _) in zip(pasts, here, strict=True)]
        rows = Rows(np.array(integers, np.int32), np.stack([reals for _, reals in here]))
        pitch, duration, network = self._stepper.advance(rows, network)
        chances = (pitch[:, self._choice] * duration[:, self._choice, self._events.duration]).astype(np.float64)
        return (pasts, network), chances / chances.sum(axis=1, keepdims=True)

    def _heard(self, past: Past, token: int) -> Past:
        if token == UNKNOWN:
            return past.then(UNKNOWN, 0)
        return past.then(int(self._events.pitch[token]), int(self._events.duration[token]))


def _digest(tunes: Sequence[TokenTune]) -> str:
    found = hashlib.sha256()
    for tune in tunes:
        for column in (tune.tokens, tune.bar, tune.onset, tune.chord, tune.next_chord, tune.until):
            found.update(np.ascontiguousarray(column).tobytes())
    return found.hexdigest()
