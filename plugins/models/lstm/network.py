"""The Keras network of the lstm model, with its optimizer: one update, one evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgram import JazzgramError, Weights
from jazzgram.models import NO_INPUT, NO_TARGET, distributed, import_keras, import_tensorflow, padded_rows, strategy

if TYPE_CHECKING:
    from .options import Options


_FACTOR_TABLES = ("input_factors", "output_factors")


class Batch(NamedTuple):
    """The data of one update.

    Parameters
    ----------
    inputs, targets : ndarray of int32, shape (windows, steps)
        Token ids; see `jazzgram.models.chunk_pairs`.
    conditions : ndarray of float32, shape (windows, steps, conditions)
        Further inputs, about each target.
    divisor : float
        The loss is the sum of the cross-entropies divided by it.
    """

    inputs: NDArray[np.int32]
    targets: NDArray[np.int32]
    conditions: NDArray[np.float32]
    divisor: float


class KerasLstm:
    """The network with its optimizer, on all devices of the training.

    Parameters
    ----------
    shapes : dict of str to tuple of int
        The parameters in the order of the layers.
    options : Options
        The model's options.
    conditions : int
        Number of conditions of each term.
    factors : ndarray of int, shape (terms, 3)
        The factors of each term; read with the option `factored`.
    seed : int
        Decides the initial parameters and dropout.
    """

    def __init__(
        self,
        shapes: dict[str, tuple[int, ...]],
        options: Options,
        conditions: int,
        factors: NDArray[np.int64],
        seed: int,
    ) -> None:
        self._strategy = strategy()
        keras, tf = import_keras(), import_tensorflow()
        if keras.backend.backend() != "tensorflow":
            raise JazzgramError(
                f"Keras runs on {keras.backend.backend()}; training needs TensorFlow: set KERAS_BACKEND=tensorflow"
            )
        tf.get_logger().setLevel("ERROR")  # it warns of every network after the fifth in a process
        self._tf = tf
        self._options = options
        self._terms = shapes["output_bias"][0]
        self._factors = factors
        self._parameters = tuple(shapes)
        self._dropout_seed = Random(f"{seed}/lstm/dropout").getrandbits(30)
        with self._strategy.scope():
            self._build(shapes, conditions, Random(f"{seed}/lstm/initial"))
            schedule = keras.optimizers.schedules.InverseTimeDecay(options.learning_rate, 1, options.decay)
            self._optimizer = keras.optimizers.Adam(schedule, options.beta_1, options.beta_2)
            self._optimizer.build(self._trained)
        moments = {f"optimizer/{number}": variable for number, variable in enumerate(self._optimizer.variables)}
        names = (*shapes, *(_FACTOR_TABLES if options.factored else ()))
        self._variables = dict(zip(names, self._trained, strict=True)) | moments
        self._compile(conditions)

    def _build(self, shapes: dict[str, tuple[int, ...]], conditions: int, random: Random) -> None:
        keras = import_keras()
        options = self._options
        self._embed: Any = None
        inputs = self._terms
        if "embedding" in shapes:
            # The range is that of keras.layers.Embedding.
            vectors = keras.initializers.RandomUniform(-0.05, 0.05, seed=random.getrandbits(31))
            self._embed = keras.layers.Dense(options.embedding, use_bias=False, kernel_initializer=vectors)
            self._embed.build((None, None, inputs))
            inputs = options.embedding
        self._layers = []
        for width in (inputs + conditions, *[options.units] * (options.layers - 1)):
            layer = keras.layers.LSTM(
                options.units,
                return_sequences=True,
                kernel_initializer=keras.initializers.GlorotUniform(seed=random.getrandbits(31)),
                recurrent_initializer=keras.initializers.Orthogonal(seed=random.getrandbits(31)),
            )
            layer.build((None, None, width))
            self._layers.append(layer)
        self._output = keras.layers.Dense(
            self._terms, kernel_initializer=keras.initializers.GlorotUniform(seed=random.getrandbits(31))
        )
        self._output.build((None, None, options.units))
        layers = [*([self._embed] if self._embed else []), *self._layers, self._output]
        if options.factored:
            # Initially a term is the sum of its factors: its own vector is learned.
            for own in (self._embed.kernel, self._output.kernel):
                own.assign(keras.ops.zeros_like(own))
            self._factor_tables = []
            for size in (options.embedding, options.units):
                vectors = keras.initializers.RandomUniform(-0.05, 0.05, seed=random.getrandbits(31))
                table = keras.layers.Embedding(int(self._factors.max()) + 1, size, embeddings_initializer=vectors)
                table.build()
                self._factor_tables.append(table)
            layers += self._factor_tables
        self._trained = [variable for layer in layers for variable in layer.trainable_variables]

    def _tables(self) -> tuple[Any, Any]:
        """Return each term's input and output vectors: the sum of its own and those of its factors."""
        inputs, outputs = (self._tf.reduce_sum(table(self._factors), axis=1) for table in self._factor_tables)
        return self._embed.kernel + inputs, self._output.kernel + self._tf.transpose(outputs)

    def _logits(self, inputs: Any, conditions: Any, training: bool) -> Any:
        tf = self._tf
        output_kernel = None
        if self._options.factored:
            vectors, output_kernel = self._tables()
        elif self._embed is not None:
            vectors = self._embed.kernel
        if self._embed is None:
            hidden = tf.one_hot(inputs, self._terms)  # NO_INPUT becomes a row of zeros
        else:
            looked_up = tf.gather(vectors, tf.maximum(inputs, 0))
            hidden = tf.where(tf.equal(inputs, NO_INPUT)[..., None], 0.0, looked_up)
        hidden = self._dropout(hidden, 0, training)
        if conditions.shape[-1]:
            hidden = tf.concat([hidden, conditions], axis=-1)
        for number, layer in enumerate(self._layers, 1):
            hidden = self._dropout(layer(hidden, training=training), number, training)
        if output_kernel is None:
            return self._output(hidden)
        return tf.matmul(hidden, output_kernel) + self._output.bias

    def _dropout(self, hidden: Any, layer: int, training: bool) -> Any:
        """Apply dropout, which seed, update, layer and device alone decide."""
        if not training or not self._options.dropout:
            return hidden
        device = self._tf.distribute.get_replica_context().replica_id_in_sync_group
        seed = self._tf.stack([self._tf.cast(self._optimizer.iterations, self._tf.int32), self._dropout_seed])
        seed += self._tf.stack([0, 1000 * layer + device])
        return self._tf.nn.experimental.stateless_dropout(hidden, self._options.dropout, seed=seed)

    def _cross_entropy(self, logits: Any, targets: Any) -> tuple[Any, Any]:
        """Compute the cross-entropy of each step, 0 without a target, and the number of correct terms."""
        tf = self._tf
        counted = tf.not_equal(targets, NO_TARGET)
        steps = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(targets, 0), logits)
        correct = tf.equal(tf.argmax(logits, axis=-1, output_type=tf.int32), targets)
        return tf.where(counted, steps, 0.0), tf.reduce_sum(tf.cast(correct, tf.float32))

    def _compile(self, size: int) -> None:
        tf = self._tf
        replicas = self._strategy.num_replicas_in_sync

        def train_step(inputs: Any, targets: Any, conditions: Any, count: Any) -> tuple[Any, Any]:
            with tf.GradientTape() as tape:
                steps, correct = self._cross_entropy(self._logits(inputs, conditions, training=True), targets)
                loss = tf.reduce_sum(tf.reduce_sum(steps, axis=1)) / count
            gradients = [tf.convert_to_tensor(each) for each in tape.gradient(loss, self._trained)]
            if self._options.clip is not None:
                # The gradient of all devices together is clipped; the optimizer will sum it once more.
                gradients = tf.distribute.get_replica_context().all_reduce("sum", gradients)
                gradients, _ = tf.clip_by_global_norm(gradients, self._options.clip)
                gradients = [gradient / replicas for gradient in gradients]
            self._optimizer.apply_gradients(zip(gradients, self._trained, strict=True))
            return loss, correct

        def evaluate(inputs: Any, targets: Any, conditions: Any, count: Any) -> tuple[Any, Any]:
            steps, correct = self._cross_entropy(self._logits(inputs, conditions, training=False), targets)
            return tf.reduce_sum(steps) / count, correct

        def on_all_devices(work: Any) -> Any:
            def run(*batch: Any) -> Any:
                found = self._strategy.run(work, batch)
                return [self._strategy.reduce("sum", one, axis=None) for one in found]

            if replicas > 1:
                return tf.function(run, reduce_retracing=True, autograph=False)
            # One graph for every size of batch; the layer's own loop runs over the steps. Compiling it (jit_compile)
            # takes longer than it saves.
            ids = tf.TensorSpec((None, None), tf.int32)
            conditions = tf.TensorSpec((None, None, size), tf.float32)
            signature = [ids, ids, conditions, tf.TensorSpec((), tf.float32)]
            return tf.function(run, input_signature=signature, autograph=False)

        # There are no Python loops and conditions over tensors for AutoGraph to translate; its search for them takes
        # half the time of tracing.
        self._train_step, self._evaluate = on_all_devices(train_step), on_all_devices(evaluate)
        # Read in a graph, all variables at once cost less than one of them outside of it.
        self._read = tf.function(
            lambda: {name: tf.identity(each) for name, each in self._variables.items()}, autograph=False
        )
        self._read_tables = tf.function(self._tables, autograph=False)

    def learn(self, batch: Batch) -> tuple[float, float]:
        """Make one update; return the loss, divided by the batch's `divisor`, and the number of correct terms."""
        loss, correct = self._train_step(*self._distributed(batch))
        return float(loss), float(correct)

    def evaluate(self, batch: Batch) -> tuple[float, float]:
        """Return what `learn` returns, without an update and without dropout."""
        loss, correct = self._evaluate(*self._distributed(batch))
        return float(loss), float(correct)

    def _distributed(self, batch: Batch) -> Sequence[Any]:
        replicas = self._strategy.num_replicas_in_sync
        count = self._tf.constant(batch.divisor, self._tf.float32)
        if replicas == 1:
            return (*map(self._tf.convert_to_tensor, batch[:3]), count)
        fillers = (NO_INPUT, NO_TARGET, 0)
        return (
            *(
                distributed(self._strategy, padded_rows(array, replicas, value))
                for array, value in zip(batch[:3], fillers, strict=True)
            ),
            count,
        )

    def state(self) -> Weights:
        """Return parameters and optimizer."""
        return {name: value.numpy() for name, value in self._read().items()}

    def weights(self) -> Weights:
        """Return the parameters; the vectors of a term's factors are added to its own."""
        weights = {name: value for name, value in self.state().items() if name in self._parameters}
        if self._options.factored:
            inputs, outputs = self._read_tables()
            weights |= {"embedding": inputs.numpy(), "output_kernel": outputs.numpy()}
        return weights

    def restore(self, state: Weights) -> None:
        """Restore what `state` returned."""
        for name, variable in self._variables.items():
            variable.assign(state[name])
