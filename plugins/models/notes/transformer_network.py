"""transformer's layers, in TensorFlow for training and in NumPy for stepping.

The memory of a layer holds its inputs for past events (in training), or their keys and values (stepping). A window
attends to as many events before it as a step does, so that both predict the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from jazzgram import Weights
from jazzgram.models import gather_rows, import_tensorflow, rows_times, softmax
from jazzgram.music import Float32s

from .heads import AHEAD_HEAD, initial_head
from .inputs import FirstLayer, Rows, initial_kernel
from .products import Product, Products
from .training import Dropout

State = tuple[Float32s, ...]
"""Keys and values of each layer, each of shape ``(batch, events, units)``; last how many events each row has."""
_EPSILON = 1e-5
_MASKED = -1e9
"""The mask: added to the logit of an event that is not attended to."""
_NO_SOLO = -1e6
"""The number of the solo that fills an empty memory."""


@dataclass(frozen=True)
class TransformerNetwork:
    """Layers of attention and feed-forward units; the heads read the last one, and the input of the first one.

    Parameters
    ----------
    layers, units, attention_heads : int
        Number of layers, their size, and the number of attention heads of each.
    memory : int
        Past events that a layer attends to.
    dropout : float
        Of the layers' residuals; inputs, attention and the feed-forward layers' hidden units get half of it.
    """

    layers: int
    units: int
    attention_heads: int
    memory: int
    dropout: float
    name: ClassVar[str] = "transformer"
    warm_up: ClassVar[int] = 200

    @property
    def width(self) -> int:
        """See `NoteNetwork`."""
        return 2 * self.units

    @property
    def head_dropout(self) -> float:
        """See `Trainable`."""
        return self.dropout

    def shapes(self, inputs: int, heads: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
        """See `NoteNetwork`."""
        size = self.units
        shapes: dict[str, tuple[int, ...]] = {"kernel_0": (inputs, size), "input_bias": (size,)}
        for name in ("last_norm", "first_norm"):
            shapes |= {name: (size,), f"{name}_bias": (size,)}
        for layer in range(self.layers):
            shapes |= {
                f"attention_norm_{layer}": (size,),
                f"attention_norm_{layer}_bias": (size,),
                f"feed_forward_norm_{layer}": (size,),
                f"feed_forward_norm_{layer}_bias": (size,),
                f"query_{layer}": (size, size),
                f"key_value_{layer}": (size, 2 * size),
                f"attention_output_{layer}": (size, size),
                f"relative_position_{layer}": (self.memory + 1, size),
                f"position_query_{layer}": (size,),
                f"expand_{layer}": (size, 4 * size),
                f"expand_{layer}_bias": (4 * size,),
                f"contract_{layer}": (4 * size, size),
                f"contract_{layer}_bias": (size,),
            }
        return heads | shapes

    def initial(self, name: str, shape: tuple[int, ...], rng: np.random.Generator) -> Float32s:
        """Draw a parameter: the residual of a layer is small, the more so the more layers there are."""
        if name == "kernel_0":
            return initial_kernel(shape, rng)
        if name.endswith("_bias"):
            return np.zeros(shape, np.float32)
        if "_norm" in name:
            return np.ones(shape, np.float32)
        if name.startswith(("relative_position", "position_query")):
            return np.asarray(rng.normal(size=shape) * 0.02, np.float32)
        if name.startswith(("query", "key_value", "expand", "attention_output", "contract")):
            smaller = (2 * self.layers) ** 0.5 if name.startswith(("attention_output", "contract")) else 1.0
            return np.asarray(rng.normal(size=shape) * shape[0] ** -0.5 / smaller, np.float32)
        return initial_head(name, shape, rng)

    def initial_state(self, streams: int) -> State:
        """Return each layer's memory, and the number of the solo of each event in it."""
        memory = np.zeros((streams, self.memory, self.units), np.float32)
        return (memory,) * self.layers + (np.full((streams, self.memory), _NO_SOLO, np.float32),)

    def forward(
        self, w: dict[str, Any], inputs: Any, carry: Any, state: Any, dropout: Dropout, products: Products
    ) -> tuple[Any, tuple[Any, ...]]:
        """See `Trainable`; solos are numbered within a window, and an event attends to its own solo only."""
        tf = import_tensorflow()
        time, streams, size, product = inputs.shape[0], inputs.shape[1], self.units, products.of_layers
        inputs = dropout(tf.reshape(inputs, (time * streams, -1)), self.dropout / 2)
        inputs = products.of_inputs(inputs, w["kernel_0"]) + w["input_bias"]
        hidden = first = tf.transpose(tf.reshape(inputs, (time, streams, size)), (1, 0, 2))
        solo = tf.cumsum(1 - tf.transpose(carry[..., 0]), axis=1)
        solos = tf.concat([state[-1], solo], 1)
        distance = np.arange(time)[:, None] + self.memory - np.arange(self.memory + time)
        near = tf.constant((distance >= 0) & (distance <= self.memory))
        mask = tf.where(near & (solo[:, :, None] == solos[:, None, :]), 0.0, _MASKED)[:, None]
        after = []
        for layer in range(self.layers):
            context = tf.concat([state[layer], hidden], 1)
            after.append(tf.stop_gradient(context[:, -self.memory :]))
            normed = _normed_tf(context, w, f"attention_norm_{layer}")
            hidden += dropout(self._attention(w, layer, normed, mask, dropout, product), self.dropout)
            normed = _normed_tf(hidden, w, f"feed_forward_norm_{layer}")
            wide = tf.nn.gelu(product(normed, w[f"expand_{layer}"]) + w[f"expand_{layer}_bias"], approximate=True)
            wide = dropout(wide, self.dropout / 2)
            hidden += dropout(product(wide, w[f"contract_{layer}"]) + w[f"contract_{layer}_bias"], self.dropout)
        outputs = tf.concat([_normed_tf(hidden, w, "last_norm"), _normed_tf(first, w, "first_norm")], -1)
        outputs = dropout(tf.reshape(tf.transpose(outputs, (1, 0, 2)), (time * streams, 2 * size)), self.dropout)
        return outputs, (*after, solos[:, -self.memory :] - solo[:, -1:])

    def _attention(
        self, w: dict[str, Any], layer: int, normed: Any, mask: Any, dropout: Dropout, product: Product
    ) -> Any:
        """Compute the attention of each event of a window to those before it, by content and by distance."""
        tf = import_tensorflow()
        events = normed.shape[1]
        time, heads, size = events - self.memory, self.attention_heads, self.units // self.attention_heads
        query = tf.reshape(product(normed[:, self.memory :], w[f"query_{layer}"]), (-1, time, heads, size))
        key, value = tf.split(product(normed, w[f"key_value_{layer}"]), 2, axis=-1)
        key, value = (tf.reshape(part, (-1, events, heads, size)) for part in (key, value))
        logits = tf.einsum("bthd,bshd->bhts", query, key)
        position_query = tf.reshape(w[f"position_query_{layer}"], (heads, size))
        position = tf.reshape(w[f"relative_position_{layer}"][::-1], (self.memory + 1, heads, size))
        by_distance = tf.einsum("bthd,rhd->bhtr", query + position_query, position)
        # Row t begins at event t: padded and read in rows that are one shorter, each row moves one to the right.
        padded = tf.pad(by_distance, ((0, 0), (0, 0), (0, 0), (0, time)))
        moved = tf.reshape(padded, (-1, heads, time * (events + 1)))[:, :, : time * events]
        logits += tf.reshape(moved, (-1, heads, time, events))
        attention = dropout(tf.nn.softmax(logits / size**0.5 + mask), self.dropout / 2)
        values = tf.einsum("bhts,bshd->bthd", attention, value)
        return product(tf.reshape(values, (-1, time, self.units)), w[f"attention_output_{layer}"])

    def stepper(self, weights: Weights, durations: int) -> TransformerStepper:
        """See `NoteNetwork`."""
        return TransformerStepper(weights, self, durations)


def _normed_tf(values: Any, w: dict[str, Any], name: str) -> Any:
    tf = import_tensorflow()
    values -= tf.reduce_mean(values, -1, keepdims=True)
    spread = tf.math.rsqrt(tf.reduce_mean(values * values, -1, keepdims=True) + _EPSILON)
    return values * spread * w[name] + w[f"{name}_bias"]


class TransformerStepper:
    """The trained layers, an event at a time; see `Stepper`."""

    def __init__(self, weights: Weights, network: TransformerNetwork, durations: int) -> None:
        w = {name: np.asarray(array, np.float32) for name, array in weights.items()}
        self._w, self._network = w, network
        self._first = FirstLayer(w["kernel_0"], w["input_bias"], durations, AHEAD_HEAD in w)
        heads, size = network.attention_heads, network.units // network.attention_heads
        scale = np.float32(size**-0.5)
        # The nearest event comes last, as it does in memory.
        positions = [w[f"relative_position_{layer}"][::-1] for layer in range(network.layers)]
        self._position = [
            np.ascontiguousarray(position.reshape(network.memory + 1, heads, size).transpose(1, 2, 0) * scale)
            for position in positions
        ]
        self._scale = scale

    def start(self, batch: int) -> State:
        """See `Stepper`."""
        empty = np.zeros((batch, 0, self._network.units), np.float32)
        return (*(empty,) * (2 * self._network.layers), np.zeros(batch, np.float32))

    def step(self, rows: Rows, state: State) -> tuple[Float32s, State]:
        """See `Stepper`."""
        w = self._w
        hidden = first = self._first(rows)
        after: list[Float32s] = []
        events = np.minimum(state[-1] + 1, self._network.memory + 1)
        for layer in range(self._network.layers):
            normed = _normed(hidden, w, f"attention_norm_{layer}")
            key, value = np.split(rows_times(normed, w[f"key_value_{layer}"]), 2, axis=1)
            keys = self._appended(state[2 * layer], key)
            values = self._appended(state[2 * layer + 1], value)
            after += [keys, values]
            attention = self._attention(layer, rows_times(normed, w[f"query_{layer}"]), keys, values, events)
            hidden = hidden + rows_times(attention, w[f"attention_output_{layer}"])
            normed = _normed(hidden, w, f"feed_forward_norm_{layer}")
            wide = _gelu(rows_times(normed, w[f"expand_{layer}"]) + w[f"expand_{layer}_bias"])
            hidden = hidden + rows_times(wide, w[f"contract_{layer}"]) + w[f"contract_{layer}_bias"]
        outputs = np.concatenate([_normed(hidden, w, "last_norm"), _normed(first, w, "first_norm")], axis=1)
        return outputs, (*after, events)

    def gather(self, rows: Sequence[tuple[State, int]]) -> State:
        """See `Stepper`: a shorter memory than others' is filled up on the left, where attention does not reach."""
        longest = max(state[0].shape[1] for state, _ in rows)
        padded: dict[int, State] = {}
        for state, _ in rows:
            if id(state) not in padded:
                missing = longest - state[0].shape[1]
                arrays = [np.pad(array, ((0, 0), (missing, 0), (0, 0))) for array in state[:-1]] if missing else state
                padded[id(state)] = (*arrays[: len(state) - 1], state[-1])
        return gather_rows([(padded[id(state)], row) for state, row in rows])

    def _appended(self, memory: Float32s, new: Float32s) -> Float32s:
        return np.concatenate([memory[:, -self._network.memory :], new[:, None]], axis=1)

    def _attention(
        self, layer: int, query: Float32s, keys: Float32s, values: Float32s, remembered: Float32s
    ) -> Float32s:
        """Compute the attention to the remembered events and to the new one, shape ``(batch, units)``."""
        batch, events, units = keys.shape
        heads = self._network.attention_heads
        shape = (batch, events, heads, units // heads)
        query = query.reshape(batch, heads, 1, -1)
        position_query = query + self._w[f"position_query_{layer}"].reshape(heads, 1, -1)
        by_distance = position_query @ self._position[layer][..., -events:]
        logits = query @ keys.reshape(shape).transpose(0, 2, 3, 1) * self._scale + by_distance
        if (remembered < events).any():
            beyond = np.arange(events) < events - remembered[:, None]
            logits = np.where(beyond[:, None, None], np.float32(-np.inf), logits)
        attention = softmax(logits, np.float32)
        attended: Float32s = attention @ values.reshape(shape).transpose(0, 2, 1, 3)
        return attended.reshape(batch, units)


def _normed(values: Float32s, w: Weights, name: str) -> Float32s:
    values = values - values.mean(axis=-1, keepdims=True)
    spread = np.sqrt((values * values).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
    normed: Float32s = values / spread * w[name] + w[f"{name}_bias"]
    return normed


def _gelu(values: Float32s) -> Float32s:
    """Source: Hendrycks & Gimpel, *Gaussian error linear units* (2016), the form with tanh."""
    cubed = values * values * values
    squashed: Float32s = np.tanh(np.float32((2 / np.pi) ** 0.5) * (values + np.float32(0.044715) * cubed))
    return np.float32(0.5) * values * (1 + squashed)
