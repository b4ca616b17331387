"""note_lstm's layers, in TensorFlow for training and in NumPy for stepping.

Source: dropout of the recurrent weights after Merity, Keskar & Socher (*Regularizing and optimizing LSTM language
models*, 2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from jazzgram import Weights
from jazzgram.models import gather_rows, import_tensorflow, rows_times
from jazzgram.music import Float32s

from .heads import AHEAD_HEAD, initial_head
from .inputs import FirstLayer, Rows, initial_kernel
from .lstm_tensorflow import lstm_layer
from .products import Products
from .training import Dropout

State = tuple[Float32s, ...]
"""Hidden and cell state of each layer in turn, each of shape ``(batch, units)``."""


@dataclass(frozen=True)
class LstmNetwork:
    """Stacked LSTM layers; the heads read all of them.

    Parameters
    ----------
    layers, units : int
        Number of layers, and their size.
    dropout : float
        Of their outputs; their recurrent weights get three quarters of it, the inputs a quarter.
    """

    layers: int
    units: int
    dropout: float
    name: ClassVar[str] = "note_lstm"
    warm_up: ClassVar[int] = 50

    @property
    def width(self) -> int:
        """See `NoteNetwork`."""
        return self.layers * self.units

    @property
    def head_dropout(self) -> float:
        """See `Trainable`."""
        return self.dropout * 0.75

    def shapes(self, inputs: int, heads: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
        """See `NoteNetwork`."""
        shapes: dict[str, tuple[int, ...]] = {}
        for layer in range(self.layers):
            shapes |= {
                f"kernel_{layer}": (inputs, 4 * self.units),
                f"recurrent_{layer}": (self.units, 4 * self.units),
                f"bias_{layer}": (4 * self.units,),
            }
            inputs = self.units
        return shapes | heads

    def initial(self, name: str, shape: tuple[int, ...], rng: np.random.Generator) -> Float32s:
        """Draw a parameter: orthogonal recurrent matrices, open forget gates, heads near zero."""
        if name == "kernel_0":
            return initial_kernel(shape, rng)
        if name.startswith("kernel"):
            return rng.uniform(-0.08, 0.08, shape).astype(np.float32)
        if name.startswith("recurrent"):
            units = shape[0]
            squares = [np.linalg.qr(rng.normal(size=(units, units)))[0] for _ in range(4)]
            return np.concatenate(squares, 1).astype(np.float32)
        if name.startswith("bias"):
            bias = np.zeros(shape, np.float32)
            bias[self.units : 2 * self.units] = 1
            return bias
        return initial_head(name, shape, rng)

    def initial_state(self, streams: int) -> State:
        """See `Trainable`."""
        return (np.zeros((streams, self.units), np.float32),) * (2 * self.layers)

    def forward(
        self, w: dict[str, Any], inputs: Any, carry: Any, state: Any, dropout: Dropout, products: Products
    ) -> tuple[Any, tuple[Any, ...]]:
        """See `Trainable`."""
        tf = import_tensorflow()
        time, streams = inputs.shape[0], inputs.shape[1]
        inputs = dropout(tf.reshape(inputs, (time * streams, -1)), self.dropout / 4)
        outputs, after = [], []
        for layer in range(self.layers):
            product = products.of_layers if layer else products.of_inputs
            gates = product(inputs, w[f"kernel_{layer}"]) + w[f"bias_{layer}"]
            recurrent = dropout(w[f"recurrent_{layer}"], self.dropout * 0.75)
            gates = tf.reshape(gates, (time, streams, 4 * self.units))
            hidden, cell = state[2 * layer : 2 * layer + 2]
            steps, *last = lstm_layer(gates, recurrent, carry, hidden, cell, products.of_layers)
            after += last
            inputs = tf.reshape(dropout(steps, self.dropout, (1, streams, self.units)), (time * streams, self.units))
            outputs.append(inputs)
        return tf.concat(outputs, axis=1), tuple(after)

    def stepper(self, weights: Weights, durations: int) -> LstmStepper:
        """See `NoteNetwork`."""
        return LstmStepper(weights, self.layers, durations)


class LstmStepper:
    """The trained layers, an event at a time; see `Stepper`."""

    def __init__(self, weights: Weights, layers: int, durations: int) -> None:
        w = {name: np.asarray(array, np.float32) for name, array in weights.items()}
        self._layers = layers
        self._units = len(w["recurrent_0"])
        self._first = FirstLayer(_halved(w["kernel_0"]), _halved(w["bias_0"]), durations, AHEAD_HEAD in w)
        self._kernels = [_halved(w[f"kernel_{layer}"]) for layer in range(1, layers)]
        self._recurrent = [_halved(w[f"recurrent_{layer}"]) for layer in range(layers)]
        self._biases = [_halved(w[f"bias_{layer}"]) for layer in range(1, layers)]

    def start(self, batch: int) -> State:
        """See `Stepper`."""
        return tuple(np.zeros((batch, self._units), np.float32) for _ in range(2 * self._layers))

    def step(self, rows: Rows, state: State) -> tuple[Float32s, State]:
        """See `Stepper`."""
        units = self._units
        inputs = self._first(rows)
        outputs, after = [], []
        for layer in range(self._layers):
            hidden, cell = state[2 * layer], state[2 * layer + 1]
            gates = rows_times(hidden, self._recurrent[layer])
            gates += inputs
            np.tanh(gates, out=gates)
            sigmoid = gates * 0.5
            sigmoid += 0.5
            cell = sigmoid[:, units : 2 * units] * cell + sigmoid[:, :units] * gates[:, 2 * units : 3 * units]
            hidden = sigmoid[:, 3 * units :] * np.tanh(cell)
            outputs.append(hidden)
            after += [hidden, cell]
            if layer < self._layers - 1:
                inputs = rows_times(hidden, self._kernels[layer])
                inputs += self._biases[layer]
        return np.concatenate(outputs, axis=1), tuple(after)

    def gather(self, rows: Sequence[tuple[State, int]]) -> State:
        """See `Stepper`."""
        return gather_rows(rows)


def _halved(gates: Float32s) -> Float32s:
    """Halve the columns of the three sigmoid gates: sigmoid(x) is (1 + tanh(x / 2)) / 2."""
    input_gate, forget_gate, new, output_gate = np.split(gates, 4, axis=-1)
    return np.concatenate([input_gate / 2, forget_gate / 2, new, output_gate / 2], axis=-1)
