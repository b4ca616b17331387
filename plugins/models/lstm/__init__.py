"""Learn with LSTM layers which term follows which, and over which chord.

The input is the terms so far, one-hot or as learned vectors, and a softmax predicts the next one. `condition` adds
inputs about the term to be predicted: its chord, the next chord and the time until it, its position in the bar and in
the form. The model is trained with Keras and steps in NumPy afterwards. The defaults are the course's: 60 windows of 30
terms, 64 units, Adam at 0.01 with inverse-time decay, 100 epochs; the loss is then the categorical cross-entropy in
nats, summed over the steps of a window and averaged over the windows. It cannot fall to zero: no input precedes the
first target of a window. With ``examples: null`` every tune is learned whole, cut into chunks anew for each epoch, and
the loss is in nats a term.
Source: "Improvise a Jazz Solo with an LSTM" (deeplearning.ai, 2018) after deepjazz (Kim, 2016); the layer
after Hochreiter & Schmidhuber (1997).
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram import Dataset, Epoch, JazzgramError, Position, Probabilities, TokenModel, Vocabulary, Weights, hookimpl
from jazzgram.models import (
    LstmCell,
    LstmState,
    PositionColumns,
    condition_size,
    conditions,
    gather_rows,
    needs_validation,
    rows_times,
    run_epochs,
    softmax,
)

from .options import Options
from .training import LstmTraining, fingerprint


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
    """LSTM layers and a softmax over the vocabulary; see `TokenModel` for its methods."""

    def __init__(self, vocabulary: Vocabulary, options: Options) -> None:
        self._vocabulary = vocabulary
        self._options = options
        self._weights: Weights = {}

    def fit(self, data: Dataset, seed: int, checkpoint: Path, report: Callable[[Epoch], None]) -> None:
        """Train with Keras; the epochs of an existing checkpoint are reported again first.

        The checkpoint is renewed after every epoch, before the epoch is reported. An interrupted training that is
        resumed ends with the same weights, to the last bit, as one that was not.
        """
        options = self._options
        needs_validation(options.patience, len(data.validation))
        purpose = {
            "model": "lstm",
            "options": options.model_dump(mode="json"),
            "seed": seed,
            "tokens": fingerprint(data, options),
            "vocabulary": self._vocabulary.fingerprint,
            "keras": importlib.metadata.version("keras"),
        }
        training = LstmTraining(self._vocabulary, self._shapes(), options, data, seed)
        self.load(
            run_epochs(
                training,
                epochs=options.epochs,
                patience=options.patience,
                checkpoint=checkpoint,
                purpose=purpose,
                report=report,
            )
        )

    def weights(self) -> Weights:
        """Return the parameters, float32, named as Keras names those of its layers.

        ``embedding`` (only with that input), ``kernel``, ``recurrent_kernel`` and ``bias`` of the first layer (with
        ``_2`` and so on, of the others), ``output_kernel`` and ``output_bias``. The conditions have the last rows of
        ``kernel``.
        """
        if not self._weights:
            raise JazzgramError("the model has no weights yet: train it, or load a trained one")
        return dict(self._weights)

    def load(self, weights: Weights) -> None:
        """Load parameters as `weights` returns them."""
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
        inputs = len(kernel) - condition_size(self._options.condition)
        first = kernel[:inputs]
        if "embedding" in weights:
            # A term's vector times the kernel is the same at every step: the embedding is folded into the kernel.
            first = weights["embedding"] @ first
        conditions = kernel[inputs:] if self._options.condition else None
        self._cells = [LstmCell(first, weights["recurrent_kernel"], weights["bias"], conditions)]
        for layer in range(2, self._options.layers + 1):
            names = (f"kernel_{layer}", f"recurrent_kernel_{layer}", f"bias_{layer}")
            self._cells.append(LstmCell(*(weights[name] for name in names)))

    def start(self, batch: int) -> tuple[LstmState, ...]:
        """Return the initial state of each layer: zeros."""
        self.weights()
        return tuple(cell.start(batch) for cell in self._cells)

    def step(
        self, state: tuple[LstmState, ...], inputs: NDArray[Any] | None, positions: Sequence[Position]
    ) -> tuple[tuple[LstmState, ...], Probabilities]:
        """Advance by one term, in NumPy; an unknown term is no input."""
        names = self._options.condition
        conditioned = conditions(names, PositionColumns.of_positions(positions)) if names else None
        states = [self._cells[0].step(state[0], inputs, conditioned)]
        for cell, before in zip(self._cells[1:], state[1:], strict=True):
            states.append(cell.step(before, states[-1].hidden))
        logits = rows_times(states[-1].hidden, self._weights["output_kernel"]) + self._weights["output_bias"]
        return tuple(states), softmax(logits)

    def gather(self, rows: Sequence[tuple[tuple[LstmState, ...], int]]) -> tuple[LstmState, ...]:
        """Build a state from rows of other states."""
        layers = range(len(self._cells))
        return tuple(LstmState(*gather_rows([(state[n].arrays, row) for state, row in rows])) for n in layers)

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the parameters' names in the order of the Keras network, with their shapes."""
        terms, units = len(self._vocabulary), self._options.units
        learned = self._options.input == "embedding"
        inputs = self._options.embedding if learned else terms
        shapes: dict[str, tuple[int, ...]] = {"embedding": (terms, inputs)} if learned else {}
        inputs += condition_size(self._options.condition)
        for layer in range(1, self._options.layers + 1):
            suffix = f"_{layer}" if layer > 1 else ""
            shapes |= {
                f"kernel{suffix}": (inputs, 4 * units),
                f"recurrent_kernel{suffix}": (units, 4 * units),
                f"bias{suffix}": (4 * units,),
            }
            inputs = units
        return shapes | {"output_kernel": (units, terms), "output_bias": (terms,)}
