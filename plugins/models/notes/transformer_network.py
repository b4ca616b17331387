"""transformer's layers, in TensorFlow for training and in NumPy for stepping.

Of an event a layer keeps what it heard of it (in training) or its key and value (stepping): a window sees as many
events before it as a step does, so that both foresee the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from jazzgram import Weights
from jazzgram.models import import_tensorflow

from .columns import Floats
from .heads import FirstLayer, Rows, initial_head, initial_kernel
from .training import Drop

State = tuple[Floats, ...]
"""Keys and values of each layer in turn, each of shape ``(batch, events, units)``."""
_EPSILON = 1e-5
_NEVER = -1e9
"""What is added to the logit of an event that is not to be heard."""
_NO_SOLO = -1e6
"""The number of the solo that fills a memory before anything was played."""


@dataclass(frozen=True)
class TransformerNetwork:
    """Layers of attention and feed-forward units; the heads read the last one, and what the first one heard.

    Parameters
    ----------
    layers, units, voices : int
        How many layers there are, their size, and in how many parts (heads of attention) each looks back.
    memory : int
        Events back that a layer hears.
    dropout : float
        Of what the layers add; inputs, attention and the feed-forward layers' hidden units get half of it.
    """

    layers: int
    units: int
    voices: int
    memory: int
    dropout: float
    name: ClassVar[str] = "transformer"
    warm_up: ClassVar[int] = 200

    @property
    def width(self) -> int:
        """See `Network`."""
        return 2 * self.units

    @property
    def head_dropout(self) -> float:
        """See `Trainable`."""
        return self.dropout

    def shapes(self, heard: int, heads: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
        """See `Network`."""
        size = self.units
        shapes: dict[str, tuple[int, ...]] = {"kernel_0": (heard, size), "heard_bias": (size,)}
        for name in ("last_norm", "first_norm"):
            shapes |= {name: (size,), f"{name}_bias": (size,)}
        for layer in range(self.layers):
            shapes |= {
                f"look_norm_{layer}": (size,),
                f"look_norm_{layer}_bias": (size,),
                f"think_norm_{layer}": (size,),
                f"think_norm_{layer}_bias": (size,),
                f"query_{layer}": (size, size),
                f"key_value_{layer}": (size, 2 * size),
                f"look_{layer}": (size, size),
                f"distance_{layer}": (self.memory + 1, size),
                f"anyhow_{layer}": (size,),
                f"wide_{layer}": (size, 4 * size),
                f"wide_{layer}_bias": (4 * size,),
                f"narrow_{layer}": (4 * size, size),
                f"narrow_{layer}_bias": (size,),
            }
        return heads | shapes

    def initial(self, name: str, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
        """Draw a parameter: what a layer adds is small, the more so the more layers there are."""
        if name == "kernel_0":
            return initial_kernel(shape, rng)
        if name.endswith("_bias"):
            return np.zeros(shape, np.float32)
        if "_norm" in name:
            return np.ones(shape, np.float32)
        if name.startswith(("distance", "anyhow")):
            return np.asarray(rng.normal(size=shape) * 0.02, np.float32)
        if name.startswith(("query", "key_value", "wide", "look", "narrow")):
            less = (2 * self.layers) ** 0.5 if name.startswith(("look", "narrow")) else 1.0
            return np.asarray(rng.normal(size=shape) * shape[0] ** -0.5 / less, np.float32)
        return initial_head(name, shape, rng)

    def silence(self, streams: int) -> State:
        """Give of each layer what it heard, and of which solo the events in memory are."""
        memory = np.zeros((streams, self.memory, self.units), np.float32)
        return (memory,) * self.layers + (np.full((streams, self.memory), _NO_SOLO, np.float32),)

    def run(self, w: dict[str, Any], heard: Any, goes_on: Any, state: Any, drop: Drop) -> tuple[Any, tuple[Any, ...]]:
        """See `Trainable`; solos are numbered within a window, and an event hears none but its own."""
        tf = import_tensorflow()
        time, streams, size = heard.shape[0], heard.shape[1], self.units
        heard = drop(tf.reshape(heard, (time * streams, -1)), self.dropout / 2) @ w["kernel_0"] + w["heard_bias"]
        line = first = tf.transpose(tf.reshape(heard, (time, streams, size)), (1, 0, 2))
        solo = tf.cumsum(1 - tf.transpose(goes_on[..., 0]), axis=1)
        solos = tf.concat([state[-1], solo], 1)
        away = np.arange(time)[:, None] + self.memory - np.arange(self.memory + time)
        near = tf.constant((away >= 0) & (away <= self.memory))
        audible = tf.where(near & (solo[:, :, None] == solos[:, None, :]), 0.0, _NEVER)[:, None]
        after = []
        for layer in range(self.layers):
            whole = tf.concat([state[layer], line], 1)
            after.append(tf.stop_gradient(whole[:, -self.memory :]))
            told = _normed_tf(whole, w, f"look_norm_{layer}")
            line += drop(self._look(w, layer, told, audible, drop), self.dropout)
            wide = _normed_tf(line, w, f"think_norm_{layer}") @ w[f"wide_{layer}"] + w[f"wide_{layer}_bias"]
            wide = drop(tf.nn.gelu(wide, approximate=True), self.dropout / 2)
            line += drop(wide @ w[f"narrow_{layer}"] + w[f"narrow_{layer}_bias"], self.dropout)
        read = tf.concat([_normed_tf(line, w, "last_norm"), _normed_tf(first, w, "first_norm")], -1)
        read = drop(tf.reshape(tf.transpose(read, (1, 0, 2)), (time * streams, 2 * size)), self.dropout)
        return read, (*after, solos[:, -self.memory :] - solo[:, -1:])

    def _look(self, w: dict[str, Any], layer: int, told: Any, audible: Any, drop: Drop) -> Any:
        """Let each event of a window look at those before it, by what they are and by how far away they are."""
        tf = import_tensorflow()
        events = told.shape[1]
        time, voices, size = events - self.memory, self.voices, self.units // self.voices
        query = tf.reshape(told[:, self.memory :] @ w[f"query_{layer}"], (-1, time, voices, size))
        key, value = tf.split(told @ w[f"key_value_{layer}"], 2, axis=-1)
        key, value = (tf.reshape(part, (-1, events, voices, size)) for part in (key, value))
        logits = tf.einsum("btvd,bsvd->bvts", query, key)
        anyhow = tf.reshape(w[f"anyhow_{layer}"], (voices, size))
        distance = tf.reshape(w[f"distance_{layer}"][::-1], (self.memory + 1, voices, size))
        by_distance = tf.einsum("btvd,rvd->bvtr", query + anyhow, distance)
        # Row t begins at event t: padded and read in rows that are one shorter, each row moves one to the right.
        padded = tf.pad(by_distance, ((0, 0), (0, 0), (0, 0), (0, time)))
        moved = tf.reshape(padded, (-1, voices, time * (events + 1)))[:, :, : time * events]
        logits += tf.reshape(moved, (-1, voices, time, events))
        shares = drop(tf.nn.softmax(logits / size**0.5 + audible), self.dropout / 2)
        seen = tf.einsum("bvts,bsvd->btvd", shares, value)
        return tf.reshape(seen, (-1, time, self.units)) @ w[f"look_{layer}"]

    def body(self, weights: Weights, durations: int) -> TransformerBody:
        """See `Network`."""
        return TransformerBody(weights, self, durations)


def _normed_tf(values: Any, w: dict[str, Any], name: str) -> Any:
    tf = import_tensorflow()
    values -= tf.reduce_mean(values, -1, keepdims=True)
    spread = tf.math.rsqrt(tf.reduce_mean(values * values, -1, keepdims=True) + _EPSILON)
    return values * spread * w[name] + w[f"{name}_bias"]


class TransformerBody:
    """The trained layers, an event at a time; see `Body`."""

    def __init__(self, weights: Weights, network: TransformerNetwork, durations: int) -> None:
        w = {name: np.asarray(array, np.float32) for name, array in weights.items()}
        self._w, self._network = w, network
        self._first = FirstLayer(w["kernel_0"], durations)
        voices, size = network.voices, network.units // network.voices
        scale = np.float32(size**-0.5)
        # The nearest event stands last, as it does in memory.
        self._distance = [
            np.ascontiguousarray(
                w[f"distance_{layer}"][::-1].reshape(network.memory + 1, voices, size).transpose(1, 2, 0) * scale
            )
            for layer in range(network.layers)
        ]
        self._key = [w[f"key_value_{layer}"] for layer in range(network.layers)]
        self._scale = scale

    def start(self, batch: int) -> State:
        """See `Body`."""
        empty = np.zeros((batch, 0, self._network.units), np.float32)
        return (empty,) * (2 * self._network.layers)

    def advance(self, rows: Rows, state: State) -> tuple[Floats, State]:
        """See `Body`."""
        w = self._w
        line = first = self._first(rows) + w["heard_bias"]
        after: list[Floats] = []
        for layer in range(self._network.layers):
            told = _normed(line, w, f"look_norm_{layer}")
            key, value = np.split(told @ self._key[layer], 2, axis=1)
            keys = self._with(state[2 * layer], key)
            values = self._with(state[2 * layer + 1], value)
            after += [keys, values]
            line = line + self._look(layer, told @ w[f"query_{layer}"], keys, values) @ w[f"look_{layer}"]
            wide = _normed(line, w, f"think_norm_{layer}") @ w[f"wide_{layer}"] + w[f"wide_{layer}_bias"]
            line = line + _gelu(wide) @ w[f"narrow_{layer}"] + w[f"narrow_{layer}_bias"]
        read = np.concatenate([_normed(line, w, "last_norm"), _normed(first, w, "first_norm")], axis=1)
        return read, tuple(after)

    def _with(self, kept: Floats, new: Floats) -> Floats:
        return np.concatenate([kept[:, -self._network.memory :], new[:, None]], axis=1)

    def _look(self, layer: int, query: Floats, keys: Floats, values: Floats) -> Floats:
        """Look at the events in memory and at the new one; give what is seen, shape ``(batch, units)``."""
        batch, events, units = keys.shape
        voices = self._network.voices
        shape = (batch, events, voices, units // voices)
        query = query.reshape(batch, voices, 1, -1)
        by_distance = (query + self._w[f"anyhow_{layer}"].reshape(voices, 1, -1)) @ self._distance[layer][..., -events:]
        logits = query @ keys.reshape(shape).transpose(0, 2, 3, 1) * self._scale + by_distance
        shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        seen: Floats = shares @ values.reshape(shape).transpose(0, 2, 1, 3)
        return seen.reshape(batch, units)


def _normed(values: Floats, w: Weights, name: str) -> Floats:
    values = values - values.mean(axis=-1, keepdims=True)
    spread = np.sqrt((values * values).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
    normed: Floats = values / spread * w[name] + w[f"{name}_bias"]
    return normed


def _gelu(values: Floats) -> Floats:
    """Source: Hendrycks & Gimpel, *Gaussian error linear units* (2016), the form with tanh."""
    cubed = values * values * values
    bent: Floats = np.tanh(np.float32((2 / np.pi) ** 0.5) * (values + np.float32(0.044715) * cubed))
    return np.float32(0.5) * values * (1 + bent)
