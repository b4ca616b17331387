"""How a network over notes is trained: whole solos as streams, in another key every time, its state carried on.

Source: AdamW after Loshchilov & Hutter (2019); a mean of the parameters over the last updates after Polyak & Juditsky
(1992).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from math import cos, pi
from random import Random
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jazzgram import TokenTune, Weights
from jazzgram.models import import_keras, import_tensorflow, strategy

from .columns import PITCHES, REST, Events, Floats, Ints, transposed, tune_columns
from .heads import Rows

if TYPE_CHECKING:
    from .options import NoteOptions

Solo = tuple[Ints, Floats, Ints, Ints]
"""Columns, real numbers, pitches and durations of a tune; see `tune_columns`."""
Drop = Callable[..., Any]
"""Silences a share of a tensor: ``drop(values, rate, shape=None)``; all is heard where nothing is learned."""
_LAST_SHARE = 0.02
_KEEP = 0.995
"""What the mean of the parameters keeps at an update."""
_CLIP = 1.0
"""The longest gradient that is followed whole."""
_MOST_UPDATES = 2**24
"""Of a training: what is silenced on one device is not what is silenced on another."""


@dataclass(frozen=True)
class Share:
    """Which streams a device gets, of how many such shares."""

    number: int
    count: int

    def of(self, column: NDArray[Any]) -> NDArray[Any]:
        """Cut a column of shape ``(time, streams, …)``."""
        streams = column.shape[1] // self.count
        return column[:, self.number * streams : (self.number + 1) * streams]


class Trainable(Protocol):
    """What stands between the inputs and the heads, in TensorFlow."""

    @property
    def warm_up(self) -> int:
        """Updates until the step size is reached, or a tenth of all."""

    @property
    def head_dropout(self) -> float:
        """Share of the duration head's hidden layer that is silenced."""

    def initial(self, name: str, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
        """Draw a parameter."""

    def silence(self, streams: int) -> tuple[Floats, ...]:
        """Give the state before anything was played."""

    def run(self, w: dict[str, Any], heard: Any, goes_on: Any, state: Any, drop: Drop) -> tuple[Any, tuple[Any, ...]]:
        """Hear the events of a window.

        Parameters
        ----------
        w : dict of str to tensor
            The parameters.
        heard : tensor, shape (time, streams, inputs)
            The inputs.
        goes_on : tensor, shape (time, streams, 1)
            1, or 0 where a solo begins and what was before is to be forgotten.
        state : tuple of tensor
            From `silence` or from the window before.
        drop : callable
            See `Drop`.

        Returns
        -------
        outputs : tensor, shape (time * streams, width)
            What the heads read.
        state : tuple of tensor
            With which to go on.
        """


class Training:
    """A network and its heads in TensorFlow; see `jazzgram.models.Learner`."""

    def __init__(
        self,
        network: Trainable,
        shapes: dict[str, tuple[int, ...]],
        options: NoteOptions,
        events: Events,
        train: Sequence[TokenTune],
        validation: Sequence[TokenTune],
        seed: int,
    ) -> None:
        self._where = strategy()
        keras, tf = import_keras(), import_tensorflow()
        replicas = self._where.num_replicas_in_sync
        self._network = network
        self._options = options
        self._durations = len(events.durations)
        self._seed = seed
        self._train = [tune_columns(tune, events) for tune in train]
        self._watched = [tune_columns(tune, events) for tune in validation]
        total = sum(len(solo[2]) for solo in self._train)
        self._window = min(options.window, total)
        self._streams = max(min(options.batch, total // self._window) // replicas, 1) * replicas
        self._windows = total // self._streams // self._window
        rng = np.random.default_rng(seed)
        drawn = {name: network.initial(name, shape, rng) for name, shape in shapes.items()}
        with self._where.scope():
            self._weights = {name: tf.Variable(value, name=name) for name, value in drawn.items()}
            self._mean = {
                name: tf.Variable(value, aggregation=tf.VariableAggregation.MEAN) for name, value in drawn.items()
            }
            variables = list(self._weights.values())
            optimizer = keras.optimizers.AdamW(
                options.learning_rate, beta_2=0.99, weight_decay=options.weight_decay, global_clipnorm=_CLIP
            )
            optimizer.build(variables)
        self._optimizer = optimizer

        def learn(batch: Any, state: Any, number: Any, known: Any) -> Any:
            with tf.GradientTape() as tape:
                pitch, length, state = self._forward(self._weights, batch, state, number)
                losses = _losses(batch, pitch, length)
                loss = tf.reduce_sum(losses) / known
            gradients = tape.gradient(loss, variables)
            if replicas > 1:
                # Clipped is what all devices found together; the optimizer will add it up once more.
                gradients = [tf.convert_to_tensor(each) for each in gradients]
                gradients = tf.distribute.get_replica_context().all_reduce("sum", gradients)
                gradients = [each / replicas for each in tf.clip_by_global_norm(gradients, _CLIP)[0]]
            optimizer.apply_gradients(zip(gradients, variables, strict=True))
            keep = tf.minimum(_KEEP, 1 - 1 / (tf.cast(number, tf.float32) + 1))
            for name, mean in self._mean.items():
                mean.assign(keep * mean + (1 - keep) * self._weights[name])
            return tf.reduce_sum(losses), tf.reduce_sum(_right(batch, pitch, length)), state

        def learn_together(batch: Any, state: Any, number: Any, known: Any) -> Any:
            loss, right, state = self._where.run(learn, (batch, state, number, known))
            return self._where.reduce("sum", loss, axis=None), self._where.reduce("sum", right, axis=None), state

        def watch(batch: Any, state: Any) -> Any:
            pitch, length, state = self._forward(self._mean, batch, state, None)
            return tf.reduce_sum(_losses(batch, pitch, length)), state

        self._learn = tf.function(learn if replicas == 1 else learn_together, reduce_retracing=True)
        self._watch = tf.function(watch, reduce_retracing=True)

    def epoch(self, number: int) -> tuple[float, float]:
        """Go once through all solos, each in a key of its own; give nats an event, and the share foreseen."""
        rng = Random(f"{self._seed}/note_lstm/{number}")
        order = list(range(len(self._train)))
        rng.shuffle(order)
        parts = [_in_key(self._train[solo], rng.randint(-6, 5), first=True) for solo in order]
        whole = [np.concatenate(column) for column in zip(*parts, strict=True)]
        begin = rng.randrange(len(whole[0]))
        length = self._windows * self._window
        streams = [
            np.roll(column, begin, axis=0)[: self._streams * length]
            .reshape(self._streams, length, *column.shape[1:])
            .swapaxes(0, 1)
            for column in whole
        ]
        losses = right = events = 0.0
        state: Any = self._shared(lambda share: self._network.silence(self._streams // share.count))
        for window in range(self._windows):
            update = (number - 1) * self._windows + window
            self._optimizer.learning_rate.assign(self._step_size(update))
            rows = slice(window * self._window, (window + 1) * self._window)
            columns = [stream[rows] for stream in streams]
            batch = self._shared(partial(self._cut, columns))
            known = float((columns[2] >= 0).sum())
            loss, found, state = self._learn(batch, state, np.int32(update + 1), np.float32(max(known, 1)))
            losses, right, events = losses + float(loss), right + float(found), events + known
        return losses / max(events, 1), right / max(events, 1)

    def validate(self) -> float | None:
        """Give nats an event on the validation solos, whole, side by side; None where there are none."""
        if not self._watched:
            return None
        longest = max(len(solo[2]) for solo in self._watched)
        padded = -(-longest // self._window) * self._window
        columns = [_in_key(solo, 0, first=True) for solo in self._watched]
        streams = [
            np.stack([_filled(column, padded) for column in side], axis=1) for side in zip(*columns, strict=True)
        ]
        state = self._network.silence(len(self._watched))
        losses = 0.0
        for begin in range(0, padded, self._window):
            batch = self._batch([stream[begin : begin + self._window] for stream in streams])
            loss, state = self._watch(batch, state)
            losses += float(loss)
        return losses / sum(int((solo[2] >= 0).sum()) for solo in self._watched)

    def _cut(self, columns: Sequence[NDArray[Any]], share: Share) -> dict[str, NDArray[Any]]:
        return self._batch([share.of(column) for column in columns])

    def _shared(self, make: Callable[[Share], Any]) -> Any:
        """Give each device its share of something, made of arrays; the arrays themselves where there is one device."""
        tf = import_tensorflow()
        replicas = self._where.num_replicas_in_sync
        if replicas == 1:
            return make(Share(0, 1))
        made: dict[int, list[Any]] = {}

        def leaf(place: int, context: Any) -> Any:
            number = context.replica_id_in_sync_group
            if number not in made:
                made[number] = tf.nest.flatten(make(Share(number, replicas)))
            return tf.convert_to_tensor(made[number][place])

        whole = make(Share(0, replicas))
        leaves = [
            self._where.experimental_distribute_values_from_function(partial(leaf, place))
            for place in range(len(tf.nest.flatten(whole)))
        ]
        return tf.nest.pack_sequence_as(whole, leaves)

    def state(self) -> Weights:
        """Give parameters, their mean, and the optimizer's moments."""
        return {name: variable.numpy() for name, variable in self._all()}

    def restore(self, state: Weights) -> None:
        """Go back to where `state` was taken."""
        for name, variable in self._all():
            variable.assign(state[name])

    def weights(self) -> Weights:
        """Give the mean parameters."""
        return {name: variable.numpy() for name, variable in self._mean.items()}

    def _all(self) -> Iterator[tuple[str, Any]]:
        for name, variable in self._weights.items():
            yield f"now/{name}", variable
            yield f"mean/{name}", self._mean[name]
        for number, variable in enumerate(self._optimizer.variables):
            yield f"optimizer/{number}", variable

    def _step_size(self, update: int) -> float:
        updates = self._options.epochs * self._windows
        share = update / updates
        cosine = 0.5 * (1 + cos(pi * share)) * (1 - _LAST_SHARE) + _LAST_SHARE
        warm = min(1.0, (update + 1) / min(self._network.warm_up, max(updates / 10, 1)))
        return float(self._options.learning_rate * warm * cosine)

    def _batch(self, columns: Sequence[NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Turn columns of shape ``(time, streams, …)`` into what the network takes, event by event."""
        time, streams = columns[0].shape[:2]
        integers, reals, pitch, length, first = (
            column.reshape(time * streams, *column.shape[2:]) for column in columns
        )
        rows = Rows(integers, reals)
        known = pitch >= 0
        repeated = rows.repeated()
        return {
            "heard": rows.inputs(self._durations).reshape(time, streams, -1),
            "goes_on": (~first).astype(np.float32).reshape(time, streams, 1),
            "known": known.astype(np.float32),
            "pitch": np.where(known, pitch, REST).astype(np.int32),
            "duration": np.where(known, length, 0).astype(np.int32),
            "last": rows.intervals("last"),
            "before_last": rows.intervals("before_last"),
            "root": rows.degrees("root"),
            "next_root": rows.degrees("next_root"),
            "chords": reals[:, 4:28],
            "repeated": repeated,
            "move_run": rows["move_run"],
            "said": rows.said(pitch, repeated),
            "length_repeated": np.where(rows["length_run"] > 0, rows["length"], -1).astype(np.int32),
            "length_run": rows["length_run"],
        }

    def _forward(self, w: dict[str, Any], batch: Any, state: Any, number: Any) -> Any:
        """Give the logits of pitch and duration of every event, and the state; drop out where `number` is given."""
        tf = import_tensorflow()
        drawn = 0

        def drop(values: Any, rate: float, shape: Any = None) -> Any:
            nonlocal drawn
            if number is None or not rate:
                return values
            drawn += 1
            device = tf.distribute.get_replica_context().replica_id_in_sync_group
            seed = tf.stack([self._seed % 2**31 * 64 + drawn, number + _MOST_UPDATES * device])
            kept = tf.random.stateless_uniform(tf.shape(values) if shape is None else shape, seed)
            return tf.where(kept >= rate, values / (1 - rate), 0.0)

        read, after = self._network.run(w, batch["heard"], batch["goes_on"], state, drop)
        said = read @ w["hidden"] + w["hidden_bias"]
        for place, name in enumerate(("said_pitch", "said_move", "said_degree", "said_hit")):
            said += tf.gather(w[name], batch["said"][:, place])
        said = drop(tf.nn.relu(said), self._network.head_dropout)
        bonus = said @ w["length_repeat"] + tf.gather(w["length_repeat_bias"], batch["length_run"])[:, None]
        length = said @ w["length"] + w["length_bias"]
        length += tf.one_hot(batch["length_repeated"], self._durations) * bonus
        return _pitch_logits(w, read, batch), length, after


def _pitch_logits(w: dict[str, Any], read: Any, batch: Any) -> Any:
    tf = import_tensorflow()

    def pick(table: Any, places: Any) -> Any:
        return tf.gather(tf.pad(table, ((0, 0), (0, 1))), places, batch_dims=1)

    logits = read @ w["pitch"] + w["pitch_bias"]
    notes = pick(read @ w["interval"] + w["interval_bias"], batch["last"])
    notes += pick(read @ w["second_interval"], batch["before_last"])
    degree = read @ w["degree"] + w["degree_bias"]
    chord_tone = read @ w["chord_tone"] + w["chord_tone_bias"]
    for number, name in enumerate(("root", "next_root")):
        flags = batch["chords"][:, 12 * number : 12 * number + 12]
        table = degree[:, 12 * number : 12 * number + 12] + chord_tone[:, number : number + 1] * flags
        notes += pick(table, batch[name])
    bonus = read @ w["repeat"] + tf.gather(w["repeat_bias"], batch["move_run"])[:, None]
    return logits + tf.pad(notes, ((0, 0), (0, 1))) + tf.one_hot(batch["repeated"], PITCHES + 1) * bonus


def _losses(batch: Any, pitch: Any, length: Any) -> Any:
    tf = import_tensorflow()
    entropy = tf.nn.sparse_softmax_cross_entropy_with_logits
    return (entropy(batch["pitch"], pitch) + entropy(batch["duration"], length)) * batch["known"]


def _right(batch: Any, pitch: Any, length: Any) -> Any:
    tf = import_tensorflow()
    both = tf.equal(tf.argmax(pitch, 1, tf.int32), batch["pitch"])
    both &= tf.equal(tf.argmax(length, 1, tf.int32), batch["duration"])
    return tf.cast(both, tf.float32) * batch["known"]


def _in_key(solo: Solo, semitones: int, *, first: bool) -> tuple[NDArray[Any], ...]:
    integers, reals, pitches, durations = solo
    integers, pitches = transposed(integers, pitches, semitones)
    begins = np.zeros(len(pitches), bool)
    begins[0] = first
    return integers, reals, pitches, durations, begins


def _filled(column: NDArray[Any], length: int) -> NDArray[Any]:
    """Repeat the last row, with an unknown pitch, until there are enough."""
    if len(column) == length:
        return column
    tail = np.repeat(column[-1:], length - len(column), axis=0)
    if column.ndim == 1 and column.dtype == np.int32:
        tail = np.full_like(tail, -1)
    return np.concatenate([column, tail])
