"""The Keras network of the lstm model, with its optimizer: one update, one look at what is not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgram import JazzgramError, Weights
from jazzgram.models import NOTHING, SILENCE, filled_up, import_keras, import_tensorflow, shared_out, strategy

if TYPE_CHECKING:
    from .options import Options


_PART_TABLES = ("parts_heard", "parts_named")


class Batch(NamedTuple):
    """What one update learns from.

    Parameters
    ----------
    heard, named : ndarray of int32, shape (windows, steps)
        Token ids; see `jazzgram.models.stretch_lessons`.
    beside : ndarray of float32, shape (windows, steps, conditions)
        What is heard about each term that is to be named.
    divisor : float
        What the sum of the cross-entropies is divided by.
    """

    heard: NDArray[np.int32]
    named: NDArray[np.int32]
    beside: NDArray[np.float32]
    divisor: float


class Network:
    """The network with its optimizer, on as many devices as training has.

    Parameters
    ----------
    shapes : dict of str to tuple of int
        The parameters in the order of the layers.
    options : Options
        The model's options.
    conditions : int
        How many numbers are heard about each term.
    parts : ndarray of int, shape (terms, 3)
        Which parts each term has; read where the options say that terms are learned by their parts.
    seed : int
        Decides the first parameters, and what dropout leaves out.
    """

    def __init__(
        self,
        shapes: dict[str, tuple[int, ...]],
        options: Options,
        conditions: int,
        parts: NDArray[np.int64],
        seed: int,
    ) -> None:
        self._where = strategy()
        keras, tf = import_keras(), import_tensorflow()
        if keras.backend.backend() != "tensorflow":
            raise JazzgramError(
                f"Keras runs on {keras.backend.backend()}; training needs TensorFlow: set KERAS_BACKEND=tensorflow"
            )
        tf.get_logger().setLevel("ERROR")  # it warns of every network after the fifth in a process
        self._tf = tf
        self._options = options
        self._terms = shapes["output_bias"][0]
        self._parts = parts
        self._parameters = tuple(shapes)
        self._noise = Random(f"{seed}/lstm/dropout").getrandbits(30)
        with self._where.scope():
            self._build(shapes, conditions, Random(f"{seed}/lstm/initial"))
            slower = keras.optimizers.schedules.InverseTimeDecay(options.learning_rate, 1, options.decay)
            self._optimizer = keras.optimizers.Adam(slower, options.beta_1, options.beta_2)
            self._optimizer.build(self._trained)
        moments = {f"optimizer/{number}": variable for number, variable in enumerate(self._optimizer.variables)}
        names = (*shapes, *(_PART_TABLES if options.parts else ()))
        self._variables = dict(zip(names, self._trained, strict=True)) | moments
        self._compile(conditions)

    def _build(self, shapes: dict[str, tuple[int, ...]], conditions: int, random: Random) -> None:
        keras = import_keras()
        options = self._options
        self._embed: Any = None
        heard = self._terms
        if "embedding" in shapes:
            # The range is that of keras.layers.Embedding.
            vectors = keras.initializers.RandomUniform(-0.05, 0.05, seed=random.getrandbits(31))
            self._embed = keras.layers.Dense(options.embedding, use_bias=False, kernel_initializer=vectors)
            self._embed.build((None, None, heard))
            heard = options.embedding
        self._layers = []
        for width in (heard + conditions, *[options.units] * (options.layers - 1)):
            layer = keras.layers.LSTM(
                options.units,
                return_sequences=True,
                kernel_initializer=keras.initializers.GlorotUniform(seed=random.getrandbits(31)),
                recurrent_initializer=keras.initializers.Orthogonal(seed=random.getrandbits(31)),
            )
            layer.build((None, None, width))
            self._layers.append(layer)
        self._name = keras.layers.Dense(
            self._terms, kernel_initializer=keras.initializers.GlorotUniform(seed=random.getrandbits(31))
        )
        self._name.build((None, None, options.units))
        layers = [*([self._embed] if self._embed else []), *self._layers, self._name]
        if options.parts:
            # A term is at first no more than its parts: what it is besides is learned.
            for own in (self._embed.kernel, self._name.kernel):
                own.assign(keras.ops.zeros_like(own))
            self._part_tables = []
            for size in (options.embedding, options.units):
                vectors = keras.initializers.RandomUniform(-0.05, 0.05, seed=random.getrandbits(31))
                table = keras.layers.Embedding(int(self._parts.max()) + 1, size, embeddings_initializer=vectors)
                table.build()
                self._part_tables.append(table)
            layers += self._part_tables
        self._trained = [variable for layer in layers for variable in layer.trainable_variables]

    def _tables(self) -> tuple[Any, Any]:
        """Give the vector of each term as it is heard, and as it is named: its own and those of its parts."""
        heard, named = (self._tf.reduce_sum(table(self._parts), axis=1) for table in self._part_tables)
        return self._embed.kernel + heard, self._name.kernel + self._tf.transpose(named)

    def _logits(self, heard: Any, beside: Any, training: bool) -> Any:
        tf = self._tf
        names = None
        if self._options.parts:
            hears, names = self._tables()
        elif self._embed is not None:
            hears = self._embed.kernel
        if self._embed is None:
            sound = tf.one_hot(heard, self._terms)  # SILENCE becomes a row of zeros
        else:
            vectors = tf.gather(hears, tf.maximum(heard, 0))
            sound = tf.where(tf.equal(heard, SILENCE)[..., None], 0.0, vectors)
        sound = self._dropped(sound, 0, training)
        if beside.shape[-1]:
            sound = tf.concat([sound, beside], axis=-1)
        for number, layer in enumerate(self._layers, 1):
            sound = self._dropped(layer(sound, training=training), number, training)
        return self._name(sound) if names is None else tf.matmul(sound, names) + self._name.bias

    def _dropped(self, sound: Any, layer: int, training: bool) -> Any:
        """Leave out some of what is heard: which, is decided by seed, update, layer and device alone."""
        if not training or not self._options.dropout:
            return sound
        device = self._tf.distribute.get_replica_context().replica_id_in_sync_group
        seed = self._tf.stack([self._tf.cast(self._optimizer.iterations, self._tf.int32), self._noise])
        seed += self._tf.stack([0, 1000 * layer + device])
        return self._tf.nn.experimental.stateless_dropout(sound, self._options.dropout, seed=seed)

    def _measured(self, logits: Any, named: Any) -> tuple[Any, Any]:
        """Give the cross-entropy of each step, 0 where nothing is asked, and how many terms are right."""
        tf = self._tf
        asked = tf.not_equal(named, NOTHING)
        steps = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(named, 0), logits)
        right = tf.equal(tf.argmax(logits, axis=-1, output_type=tf.int32), named)
        return tf.where(asked, steps, 0.0), tf.reduce_sum(tf.cast(right, tf.float32))

    def _compile(self, conditions: int) -> None:
        tf = self._tf
        replicas = self._where.num_replicas_in_sync

        def learn(heard: Any, named: Any, beside: Any, count: Any) -> tuple[Any, Any]:
            with tf.GradientTape() as tape:
                steps, right = self._measured(self._logits(heard, beside, training=True), named)
                loss = tf.reduce_sum(tf.reduce_sum(steps, axis=1)) / count
            gradients = [tf.convert_to_tensor(each) for each in tape.gradient(loss, self._trained)]
            if self._options.clip is not None:
                # Clipped is what all devices found together; the optimizer will add it up once more.
                gradients = tf.distribute.get_replica_context().all_reduce("sum", gradients)
                gradients, _ = tf.clip_by_global_norm(gradients, self._options.clip)
                gradients = [gradient / replicas for gradient in gradients]
            self._optimizer.apply_gradients(zip(gradients, self._trained, strict=True))
            return loss, right

        def look(heard: Any, named: Any, beside: Any, count: Any) -> tuple[Any, Any]:
            steps, right = self._measured(self._logits(heard, beside, training=False), named)
            return tf.reduce_sum(steps) / count, right

        def everywhere(work: Any) -> Any:
            def run(*batch: Any) -> Any:
                found = self._where.run(work, batch)
                return [self._where.reduce("sum", one, axis=None) for one in found]

            if replicas > 1:
                return tf.function(run, reduce_retracing=True)
            # One graph for every size of batch; the layer's own loop runs over the steps. Compiling it (jit_compile)
            # takes longer than it saves.
            ids = tf.TensorSpec((None, None), tf.int32)
            beside = tf.TensorSpec((None, None, conditions), tf.float32)
            return tf.function(run, input_signature=[ids, ids, beside, tf.TensorSpec((), tf.float32)])

        self._learn, self._look = everywhere(learn), everywhere(look)
        # Read in a graph, all variables at once cost less than one of them outside of it.
        self._read = tf.function(lambda: {name: tf.identity(each) for name, each in self._variables.items()})
        self._read_tables = tf.function(self._tables)

    def learn(self, batch: Batch) -> tuple[float, float]:
        """Make one update; give the loss, divided by the batch's `divisor`, and how many terms were named right."""
        loss, right = self._learn(*self._spread(batch))
        return float(loss), float(right)

    def look(self, batch: Batch) -> tuple[float, float]:
        """Give what `learn` gives, without learning and without dropout."""
        loss, right = self._look(*self._spread(batch))
        return float(loss), float(right)

    def _spread(self, batch: Batch) -> Sequence[Any]:
        replicas = self._where.num_replicas_in_sync
        count = self._tf.constant(batch.divisor, self._tf.float32)
        if replicas == 1:
            return (*map(self._tf.convert_to_tensor, batch[:3]), count)
        fillers = (SILENCE, NOTHING, 0)
        return (
            *(
                shared_out(self._where, filled_up(array, replicas, value))
                for array, value in zip(batch[:3], fillers, strict=True)
            ),
            count,
        )

    def state(self) -> Weights:
        """Give parameters and optimizer."""
        return {name: value.numpy() for name, value in self._read().items()}

    def weights(self) -> Weights:
        """Give the parameters; those of a term's parts are added to its own."""
        weights = {name: value for name, value in self.state().items() if name in self._parameters}
        if self._options.parts:
            heard, named = self._read_tables()
            weights |= {"embedding": heard.numpy(), "output_kernel": named.numpy()}
        return weights

    def restore(self, state: Weights) -> None:
        """Go back to where `state` was taken."""
        for name, variable in self._variables.items():
            variable.assign(state[name])
