"""How a network over notes is trained: whole solos as streams, in another key every time, its state carried on.

Source: AdamW after Loshchilov & Hutter (2019); a mean of the parameters over the last updates after Polyak & Juditsky
(1992).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import cos, pi
from random import Random
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jazzgram import TokenTune, Weights
from jazzgram.models import import_keras, import_tensorflow, strategy
from jazzgram.music import Float32s

from .ahead import ahead_buckets, ahead_inputs, with_gaps
from .columns import CHORD_FLAGS, REST
from .heads import LABEL_EMBEDDING, TRAIT_EMBEDDING, TRAIT_TABLE
from .heads_tensorflow import correct_events, duration_logits, losses_of, pitch_logits
from .inputs import Rows, input_width, interval_indices
from .products import Products, input_product, matrix_product
from .streams import Inputs, in_another_key, padded_to, withheld

if TYPE_CHECKING:
    from .options import NoteOptions

Dropout = Callable[..., Any]
"""``dropout(values, rate, shape=None)`` of a tensor; the identity on validation."""
_RANDOM_KEY = "note_lstm"
"""Begins the seed of the order of solos and of their keys. Every network over notes uses the same text, the transformer
too, which came later: another text would be another order, and so other weights from the same seed."""
_FINAL_STEP_SIZE = 0.02
"""As a share of the learning rate."""
_MEAN_DECAY = 0.995
"""The share of the mean of the parameters that an update leaves as it is."""
_CLIP = 1.0
"""The longest gradient that is not shortened."""
_MOST_UPDATES = 2**24
"""Of a training: devices are so far apart in the seeds of dropout that none repeats another."""


@dataclass(frozen=True)
class Shard:
    """The share of the streams of one device: its index, and the number of shards."""

    index: int
    count: int

    def of(self, column: NDArray[Any]) -> NDArray[Any]:
        """Return the shard of a column of shape ``(time, streams, …)``."""
        streams = column.shape[1] // self.count
        return column[:, self.index * streams : (self.index + 1) * streams]


class Trainable(Protocol):
    """The layers between the inputs and the heads, in TensorFlow."""

    @property
    def warm_up(self) -> int:
        """Updates until the step size is reached, at most a tenth of all."""

    @property
    def head_dropout(self) -> float:
        """Dropout of the duration head's hidden layer."""

    def initial(self, name: str, shape: tuple[int, ...], rng: np.random.Generator) -> Float32s:
        """Draw a parameter."""

    def initial_state(self, streams: int) -> tuple[Float32s, ...]:
        """Return the state before the first event."""

    def forward(
        self, w: dict[str, Any], inputs: Any, carry: Any, state: Any, dropout: Dropout, products: Products
    ) -> tuple[Any, tuple[Any, ...]]:
        """Compute the outputs for the events of a window.

        Parameters
        ----------
        w : dict of str to tensor
            The parameters.
        inputs : tensor, shape (time, streams, inputs)
            See `Rows.inputs`.
        carry : tensor, shape (time, streams, 1)
            1, or 0 where a solo begins and the state before it is dropped.
        state : tuple of tensor
            From `initial_state` or from the window before.
        dropout : callable
            See `Dropout`.
        products : Products
            In the precision of the training.

        Returns
        -------
        outputs : tensor, shape (time * streams, width)
            What the heads read.
        state : tuple of tensor
            For the next window.
        """


class NoteTraining:
    """A network and its heads in TensorFlow; see `jazzgram.models.Learner`."""

    def __init__(
        self,
        network: Trainable,
        shapes: dict[str, tuple[int, ...]],
        options: NoteOptions,
        inputs: Inputs,
        train: Sequence[TokenTune],
        validation: Sequence[TokenTune],
        seed: int,
    ) -> None:
        self._strategy = strategy()
        keras, tf = import_keras(), import_tensorflow()
        replicas = self._strategy.num_replicas_in_sync
        self._network = network
        self._options = options
        self._durations = len(inputs.events.durations)
        self._labels = inputs.labels
        product = matrix_product(options.precision)
        features = input_width(self._durations)
        learned = slice(features, features + shapes[LABEL_EMBEDDING][1] if LABEL_EMBEDDING in shapes else features)
        self._products = Products(input_product(product, learned), product)
        self._seed = seed
        self._tunes, self._train = train, inputs.of(train)
        table = inputs.traits.of([tune.labels for tune in train], [tune.traits for tune in self._train])
        self._not_trained: Weights = {TRAIT_TABLE: table} if TRAIT_TABLE in shapes else {}
        self._validation = inputs.of_held_out(validation, table)
        total = sum(map(len, self._train))
        self._window = min(options.window, total)
        self._streams = max(min(options.batch, total // self._window) // replicas, 1) * replicas
        self._windows = total // self._streams // self._window
        rng = np.random.default_rng(seed)
        trained = {name: shape for name, shape in shapes.items() if name not in self._not_trained}
        initial = {name: network.initial(name, shape, rng) for name, shape in trained.items()}
        with self._strategy.scope():
            self._weights = {name: tf.Variable(value, name=name) for name, value in initial.items()}
            self._mean = {
                name: tf.Variable(value, aggregation=tf.VariableAggregation.MEAN) for name, value in initial.items()
            }
            variables = list(self._weights.values())
            optimizer = keras.optimizers.AdamW(
                options.learning_rate, beta_2=0.99, weight_decay=options.weight_decay, global_clipnorm=_CLIP
            )
            optimizer.build(variables)
        self._optimizer = optimizer

        def train_step(batch: Any, state: Any, update: Any, known: Any) -> Any:
            with tf.GradientTape() as tape:
                pitch, duration, state = self._forward(self._weights, batch, state, update)
                losses = losses_of(batch, pitch, duration)
                loss = tf.reduce_sum(losses) / known
            gradients = tape.gradient(loss, variables)
            if replicas > 1:
                # The gradient of all devices together is clipped; the optimizer will sum it once more.
                gradients = [tf.convert_to_tensor(each) for each in gradients]
                gradients = tf.distribute.get_replica_context().all_reduce("sum", gradients)
                gradients = [each / replicas for each in tf.clip_by_global_norm(gradients, _CLIP)[0]]
            optimizer.apply_gradients(zip(gradients, variables, strict=True))
            decay = tf.minimum(_MEAN_DECAY, 1 - 1 / (tf.cast(update, tf.float32) + 1))
            for name, mean in self._mean.items():
                mean.assign(decay * mean + (1 - decay) * self._weights[name])
            return tf.reduce_sum(losses), tf.reduce_sum(correct_events(batch, pitch, duration)), state

        def distributed_step(batch: Any, state: Any, update: Any, known: Any) -> Any:
            loss, correct, state = self._strategy.run(train_step, (batch, state, update, known))
            return (
                self._strategy.reduce("sum", loss, axis=None),
                self._strategy.reduce("sum", correct, axis=None),
                state,
            )

        def validation_step(batch: Any, state: Any) -> Any:
            pitch, duration, state = self._forward(self._mean, batch, state, None)
            return tf.reduce_sum(losses_of(batch, pitch, duration)), state

        # There are no Python loops and conditions over tensors for AutoGraph to translate.
        step = train_step if replicas == 1 else distributed_step
        self._train_step = tf.function(step, reduce_retracing=True, autograph=False)
        self._validation_step = tf.function(validation_step, reduce_retracing=True, autograph=False)

    def epoch(self, number: int) -> tuple[float, float]:
        """Train once on all solos, each in a random key; return nats an event, and the accuracy."""
        rng = Random(f"{self._seed}/{_RANDOM_KEY}/{number}")
        order = list(range(len(self._train)))
        rng.shuffle(order)
        labels = Random(f"{self._seed}/labels/{number}")
        gaps = Random(f"{self._seed}/gaps/{number}")
        tunes = []
        for index in order:
            tune = withheld(self._train[index], self._labels, self._options.label_dropout, labels)
            if self._options.fill:
                tune = replace(tune, ahead=with_gaps(self._tunes[index], tune.pitches, gaps))
            tunes.append(in_another_key(tune, rng.randint(-6, 5)))
        corpus = [np.concatenate(column) for column in zip(*tunes, strict=True)]
        begin = rng.randrange(len(corpus[0]))
        length = self._windows * self._window
        streams = [
            np.roll(column, begin, axis=0)[: self._streams * length]
            .reshape(self._streams, length, *column.shape[1:])
            .swapaxes(0, 1)
            for column in corpus
        ]
        losses = correct = events = 0.0
        state: Any = self._distributed(lambda shard: self._network.initial_state(self._streams // shard.count))
        for window in range(self._windows):
            update = (number - 1) * self._windows + window
            self._optimizer.learning_rate.assign(self._step_size(update))
            rows = slice(window * self._window, (window + 1) * self._window)
            columns = [stream[rows] for stream in streams]
            batch = self._distributed(partial(self._shard_batch, columns))
            known = float((columns[2] >= 0).sum())
            loss, found, state = self._train_step(batch, state, np.int32(update + 1), np.float32(max(known, 1)))
            losses, correct, events = losses + float(loss), correct + float(found), events + known
        return losses / max(events, 1), correct / max(events, 1)

    def validate(self) -> float | None:
        """Return nats an event on the validation solos, whole, side by side; None where there are none."""
        if not self._validation:
            return None
        longest = max(map(len, self._validation))
        padded = -(-longest // self._window) * self._window
        columns = [in_another_key(tune, 0) for tune in self._validation]
        streams = [
            np.stack([padded_to(column, padded) for column in side], axis=1) for side in zip(*columns, strict=True)
        ]
        state = self._network.initial_state(len(self._validation))
        losses = 0.0
        for begin in range(0, padded, self._window):
            batch = self._batch([stream[begin : begin + self._window] for stream in streams])
            loss, state = self._validation_step(batch, state)
            losses += float(loss)
        return losses / sum(int((tune.pitches >= 0).sum()) for tune in self._validation)

    def _shard_batch(self, columns: Sequence[NDArray[Any]], shard: Shard) -> dict[str, NDArray[Any]]:
        return self._batch([shard.of(column) for column in columns])

    def _distributed(self, make: Callable[[Shard], Any]) -> Any:
        """Return each device's shard of a structure of arrays; the arrays themselves where there is one device."""
        tf = import_tensorflow()
        replicas = self._strategy.num_replicas_in_sync
        if replicas == 1:
            return make(Shard(0, 1))
        made: dict[int, list[Any]] = {}

        def leaf(index: int, context: Any) -> Any:
            replica = context.replica_id_in_sync_group
            if replica not in made:
                made[replica] = tf.nest.flatten(make(Shard(replica, replicas)))
            return tf.convert_to_tensor(made[replica][index])

        structure = make(Shard(0, replicas))
        leaves = [
            self._strategy.experimental_distribute_values_from_function(partial(leaf, index))
            for index in range(len(tf.nest.flatten(structure)))
        ]
        return tf.nest.pack_sequence_as(structure, leaves)

    def state(self) -> Weights:
        """Return parameters, their mean, and the optimizer's moments."""
        return {name: variable.numpy() for name, variable in self._variables()}

    def restore(self, state: Weights) -> None:
        """Restore what `state` returned."""
        for name, variable in self._variables():
            variable.assign(state[name])

    def weights(self) -> Weights:
        """Return the mean parameters, and what is not trained."""
        return {name: variable.numpy() for name, variable in self._mean.items()} | self._not_trained

    def _variables(self) -> Iterator[tuple[str, Any]]:
        for name, variable in self._weights.items():
            yield f"now/{name}", variable
            yield f"mean/{name}", self._mean[name]
        for number, variable in enumerate(self._optimizer.variables):
            yield f"optimizer/{number}", variable

    def _step_size(self, update: int) -> float:
        updates = self._options.epochs * self._windows
        share = update / updates
        cosine = 0.5 * (1 + cos(pi * share)) * (1 - _FINAL_STEP_SIZE) + _FINAL_STEP_SIZE
        warm_up = min(1.0, (update + 1) / min(self._network.warm_up, max(updates / 10, 1)))
        return float(self._options.learning_rate * warm_up * cosine)

    def _batch(self, columns: Sequence[NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Turn columns of shape ``(time, streams, …)`` into what network and heads read, event by event."""
        time, streams = columns[0].shape[:2]
        integers, reals, pitch, duration, labels, traits, ahead, begins = (
            column.reshape(time * streams, *column.shape[2:]) for column in columns
        )
        rows = Rows(integers, reals)
        known = pitch >= 0
        repeated = rows.repeated_pitches()
        filling = {}
        if self._options.fill:
            filling = {
                "ahead": ahead_inputs(rows["last"], ahead).reshape(time, streams, -1),
                "ahead_index": interval_indices(ahead[:, 0]),
                "ahead_bucket": ahead_buckets(ahead),
            }
        return filling | {
            "inputs": rows.inputs(self._durations).reshape(time, streams, -1),
            "carry": (~begins).astype(np.float32).reshape(time, streams, 1),
            "known": known.astype(np.float32),
            "pitch": np.where(known, pitch, REST).astype(np.int32),
            "duration": np.where(known, duration, 0).astype(np.int32),
            "interval_index": rows.interval_indices("last"),
            "second_interval_index": rows.interval_indices("before_last"),
            "degree_index": rows.degree_indices("root"),
            "next_degree_index": rows.degree_indices("next_root"),
            "chord_flags": reals[:, CHORD_FLAGS],
            "repeated_pitch": repeated,
            "interval_run": rows["interval_run"],
            "embedding_index": rows.embedding_indices(pitch, repeated),
            "repeated_duration": rows.repeated_durations(),
            "duration_run": rows["duration_run"],
            "labels": labels,
            "traits": traits,
        }

    def _forward(self, w: dict[str, Any], batch: Any, state: Any, update: Any) -> Any:
        """Compute the logits of pitch and duration of every event, and the state; without `update` no dropout."""
        tf = import_tensorflow()
        calls = 0

        def dropout(values: Any, rate: float, shape: Any = None) -> Any:
            nonlocal calls
            if update is None or not rate:
                return values
            calls += 1
            device = tf.distribute.get_replica_context().replica_id_in_sync_group
            seed = tf.stack([self._seed % 2**31 * 64 + calls, update + _MOST_UPDATES * device])
            drawn = tf.random.stateless_uniform(tf.shape(values) if shape is None else shape, seed)
            return tf.where(drawn >= rate, values / (1 - rate), 0.0)

        inputs = batch["inputs"]
        if len(self._labels):
            labels = tf.reduce_sum(tf.gather(tf.pad(w[LABEL_EMBEDDING], ((0, 1), (0, 0))), batch["labels"]), 1)
            labels += batch["traits"] @ w[TRAIT_EMBEDDING]
            inputs = tf.concat([inputs, tf.reshape(labels, (*inputs.shape[:2], labels.shape[-1]))], 2)
        if self._options.fill:
            inputs = tf.concat([inputs, batch["ahead"]], 2)
        outputs, after = self._network.forward(w, inputs, batch["carry"], state, dropout, self._products)
        if len(self._labels):
            outputs = tf.concat([outputs, labels], 1)
        head_dropout = partial(dropout, rate=self._network.head_dropout)
        duration = duration_logits(w, outputs, batch, head_dropout, self._products.of_layers)
        return pitch_logits(w, outputs, batch, self._products.of_layers), duration, after
