"""Learn with one LSTM layer which term follows which.

The layer hears the terms so far, one-hot or as learned vectors, and a softmax names the next one. It is trained with
Keras on short windows of the corpus, whole windows at once, and steps in NumPy afterwards. The defaults are the
course's: 60 windows of 30 terms, 64 units, Adam at 0.01 with inverse-time decay, 100 epochs. The loss is the
categorical cross-entropy in nats, summed over the steps of a window and averaged over the windows. What cannot be
learned stays in it: nothing tells which term comes first.
Source: "Improvise a Jazz Solo with an LSTM" (deeplearning.ai, 2018) after deepjazz (Kim, 2016); the layer
after Hochreiter & Schmidhuber (1997).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from jazzgram import Epoch, JazzgramError, Place, Probabilities, TokenModel, Vocabulary, Weights, hookimpl
from jazzgram import Options as BaseOptions
from jazzgram.training import (
    LstmCell,
    LstmState,
    draw_starts,
    lessons,
    read_checkpoint,
    rows_times,
    softmax,
    write_checkpoint,
)


class Options(BaseOptions):
    """The network's size and how it is trained."""

    units: int = Field(64, ge=1, le=2048, description="Size of the LSTM layer, in units.")
    input: Literal["one_hot", "embedding"] = Field(
        "one_hot", description="How a term is heard: one_hot, or embedding for a learned vector of each term."
    )
    embedding: int = Field(32, ge=1, le=2048, description="Size of a term's vector where input is embedding.")
    window: int = Field(30, ge=2, le=1000, description="Length of a training window, in terms.")
    examples: int = Field(60, ge=1, le=100_000, description="How many windows are drawn from the corpus.")
    epochs: int = Field(100, ge=1, le=100_000, description="How often all windows are gone through.")
    batch: int | None = Field(32, ge=1, le=100_000, description="Windows an update; null takes all at once.")
    learning_rate: float = Field(0.01, gt=0, le=10, description="Adam's step size at the first update.")
    decay: float = Field(
        0.01, ge=0, le=100, description="Slows the steps down: learning_rate / (1 + decay * updates so far)."
    )
    beta_1: float = Field(0.9, ge=0, lt=1, description="Adam's memory for the gradient, as a share kept an update.")
    beta_2: float = Field(0.999, ge=0, lt=1, description="Adam's memory for its square, as a share kept an update.")


@hookimpl
def build_model(vocabulary: Vocabulary, options: Options) -> TokenModel:
    """Build an untrained LSTM over the vocabulary.

    Examples
    --------
    >>> from jazzgram import parse_terms
    >>> model = build_model(Vocabulary.of((parse_terms("C,1.000 S,0.500,<M2,d-4> R,0.500"),)), Options(units=1))
    >>> shapes = {"kernel": (3, 4), "recurrent_kernel": (1, 4), "bias": 4, "output_kernel": (1, 3), "output_bias": 3}
    >>> model.load({name: np.zeros(shape, np.float32) for name, shape in shapes.items()})
    >>> state, probabilities = model.step(model.start(1), None, ())
    >>> probabilities.round(3).tolist()
    [[0.333, 0.333, 0.333]]
    """
    return Lstm(vocabulary, options)


class Lstm:
    """One LSTM layer and a softmax over the vocabulary; see `TokenModel` for its methods."""

    def __init__(self, vocabulary: Vocabulary, options: Options) -> None:
        self._vocabulary = vocabulary
        self._options = options
        self._weights: Weights = {}

    def fit(self, tokens: NDArray[np.int64], seed: int, checkpoint: Path, report: Callable[[Epoch], None]) -> None:
        """Train with Keras; where the checkpoint has epochs already, they are reported once more first.

        The checkpoint is renewed after every epoch, before the epoch is reported. An interrupted training that is
        resumed ends with the same weights, to the last bit, as one that was not.
        """
        options = self._options
        starts = draw_starts(len(tokens), options.window, options.examples, Random(f"{seed}/lstm/windows"))
        purpose = {
            "model": "lstm",
            "options": options.model_dump(mode="json"),
            "seed": seed,
            "tokens": hashlib.sha256(np.ascontiguousarray(tokens, "<i8").data).hexdigest(),  # no copy: it may be huge
            "vocabulary": self._vocabulary.fingerprint,
            "keras": importlib.metadata.version("keras"),
        }
        resumed = read_checkpoint(checkpoint, purpose)
        training = _Training(self._shapes(), options, seed)
        history: list[tuple[float, float]] = []
        if resumed is not None:
            history = [(loss, accuracy) for loss, accuracy in resumed.pop("history").tolist()]
            training.restore(resumed)
        for number, (loss, accuracy) in enumerate(history, 1):
            report(Epoch(number, options.epochs, loss, accuracy))
        for number in range(len(history) + 1, options.epochs + 1):
            order = list(range(len(starts)))
            Random(f"{seed}/lstm/order/{number}").shuffle(order)
            loss, accuracy, state = training.epoch(tokens, starts[order])
            history.append((loss, accuracy))
            write_checkpoint(checkpoint, state | {"history": np.array(history)}, purpose)
            report(Epoch(number, options.epochs, loss, accuracy))
        self.load(training.weights())

    def weights(self) -> Weights:
        """Give the parameters, float32, named as Keras names those of its layers.

        ``embedding`` (only with that input), ``kernel``, ``recurrent_kernel``, ``bias``, ``output_kernel`` and
        ``output_bias``.
        """
        if not self._weights:
            raise JazzgramError("the model has no weights yet: train it, or load a trained one")
        return dict(self._weights)

    def load(self, weights: Weights) -> None:
        """Take parameters as `weights` gave them."""
        shapes = self._shapes()
        if set(weights) != set(shapes):
            raise JazzgramError(f"the weights are {sorted(weights)}; an lstm with these options has {sorted(shapes)}")
        for name, shape in shapes.items():
            found = weights[name]
            if found.shape != shape or found.dtype != np.float32:
                raise JazzgramError(
                    f"the weights {name} are {found.dtype} of shape {found.shape}; these options and a vocabulary of"
                    f" {len(self._vocabulary)} terms need float32 of shape {shape}"
                )
        self._weights = dict(weights)
        kernel = weights["kernel"]
        if "embedding" in weights:
            # A term's vector times the kernel is the same at every step: the embedding is folded into the kernel.
            kernel = weights["embedding"] @ kernel
        self._cell = LstmCell(kernel, weights["recurrent_kernel"], weights["bias"])

    def start(self, batch: int) -> LstmState:
        """Give the state before anything was played: zeros."""
        self.weights()
        return self._cell.start(batch)

    def step(
        self, state: LstmState, inputs: NDArray[Any] | None, places: Sequence[Place]
    ) -> tuple[LstmState, Probabilities]:
        """Advance by one term, in NumPy."""
        state = self._cell.step(state, inputs)
        logits = rows_times(state.hidden, self._weights["output_kernel"]) + self._weights["output_bias"]
        return state, softmax(logits)

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        """Name the parameters in the order of the Keras network, with their shapes."""
        terms, units = len(self._vocabulary), self._options.units
        learned = self._options.input == "embedding"
        heard = self._options.embedding if learned else terms
        return ({"embedding": (terms, heard)} if learned else {}) | {
            "kernel": (heard, 4 * units),
            "recurrent_kernel": (units, 4 * units),
            "bias": (4 * units,),
            "output_kernel": (units, terms),
            "output_bias": (terms,),
        }


class _Training:
    """The Keras network and its optimizer."""

    def __init__(self, shapes: dict[str, tuple[int, ...]], options: Options, seed: int) -> None:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow greets on the terminal otherwise
        os.environ.setdefault("KERAS_BACKEND", "tensorflow")
        import keras
        import tensorflow as tf

        if keras.backend.backend() != "tensorflow":
            raise JazzgramError(
                f"Keras runs on {keras.backend.backend()}; training needs TensorFlow: set KERAS_BACKEND=tensorflow"
            )
        self._options = options
        terms = shapes["output_bias"][0]
        random = Random(f"{seed}/lstm/initial")
        layers = [keras.Input((options.window - 1, terms))]
        if "embedding" in shapes:
            # As a product with one-hot rows, silence (a row of zeros) is a vector of zeros, and the gradient is
            # summed in the same order every time. The range is that of keras.layers.Embedding.
            vectors = keras.initializers.RandomUniform(-0.05, 0.05, seed=random.getrandbits(31))
            layers.append(keras.layers.Dense(options.embedding, use_bias=False, kernel_initializer=vectors))
        layers += [
            keras.layers.LSTM(
                options.units,
                return_sequences=True,
                kernel_initializer=keras.initializers.GlorotUniform(seed=random.getrandbits(31)),
                recurrent_initializer=keras.initializers.Orthogonal(seed=random.getrandbits(31)),
            ),
            keras.layers.Dense(terms, kernel_initializer=keras.initializers.GlorotUniform(seed=random.getrandbits(31))),
        ]
        network = keras.Sequential(layers)
        self._parameters = tuple(shapes)
        slower = keras.optimizers.schedules.InverseTimeDecay(options.learning_rate, 1, options.decay)
        optimizer = keras.optimizers.Adam(slower, options.beta_1, options.beta_2)
        optimizer.build(network.trainable_variables)
        moments = {f"optimizer/{number}": variable for number, variable in enumerate(optimizer.variables)}
        self._variables = dict(zip(shapes, network.trainable_variables, strict=True)) | moments

        def update(heard: Any, named: Any) -> tuple[Any, Any, Any]:
            with tf.GradientTape() as tape:
                logits = network(tf.one_hot(heard, terms), training=True)
                steps = tf.nn.sparse_softmax_cross_entropy_with_logits(named, logits)
                loss = tf.reduce_mean(tf.reduce_sum(steps, axis=1))
            gradients = tape.gradient(loss, network.trainable_variables)
            optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
            right = tf.equal(tf.argmax(logits, axis=-1, output_type=tf.int32), named)
            # Read here, all variables at once cost less than one of them outside of the graph.
            state = {name: tf.identity(variable) for name, variable in self._variables.items()}
            return loss, tf.reduce_mean(tf.cast(right, tf.float32)), state

        ids = tf.TensorSpec((None, options.window - 1), tf.int32)
        # One graph for every size of batch; the layer's own loop runs over the steps. Compiling it (jit_compile)
        # takes longer than it saves.
        self._update = tf.function(update, input_signature=[ids, ids])

    def epoch(self, tokens: NDArray[np.int64], starts: NDArray[np.int64]) -> tuple[float, float, Weights]:
        """Go once through the windows in the order given.

        Returns
        -------
        loss, accuracy, state
            Both averaged over the windows, as they were met; and what `restore` needs.
        """
        size = self._options.batch or len(starts)
        loss = accuracy = 0.0
        for first in range(0, len(starts), size):
            batch = starts[first : first + size]
            one_loss, one_accuracy, state = self._update(*lessons(tokens, batch, self._options.window))
            loss += float(one_loss) * len(batch)
            accuracy += float(one_accuracy) * len(batch)
        return loss / len(starts), accuracy / len(starts), {name: value.numpy() for name, value in state.items()}

    def weights(self) -> Weights:
        """Give the network's parameters."""
        return {name: self._variables[name].numpy() for name in self._parameters}

    def restore(self, state: Weights) -> None:
        """Go back to where `epoch` ended."""
        for name, variable in self._variables.items():
            variable.assign(state[name])
