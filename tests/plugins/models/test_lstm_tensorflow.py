"""Gradients of training that are computed by hand: those that TensorFlow computes step by step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from jazzgram_plugins.models.notes.lstm_tensorflow import lstm_layer
from jazzgram_plugins.models.notes.products import input_product, matrix_product

from jazzgram.models import import_tensorflow

TIME, STREAMS, UNITS = 7, 3, 5


def drawn(*shape: int) -> Any:
    return import_tensorflow().Variable(np.random.default_rng(sum(shape)).normal(0, 0.7, shape), dtype="float32")


def step_by_step(gates: Any, recurrent: Any, carry: Any, hidden: Any, cell: Any) -> tuple[Any, ...]:
    """Compute an LSTM layer as its definition has it."""
    tf = import_tensorflow()
    outputs = []
    for at in range(TIME):
        hidden, cell = hidden * carry[at], cell * carry[at]
        input_gate, forget_gate, new, output_gate = tf.split(gates[at] + hidden @ recurrent, 4, axis=1)
        cell = tf.sigmoid(forget_gate) * cell + tf.sigmoid(input_gate) * tf.tanh(new)
        hidden = tf.sigmoid(output_gate) * tf.tanh(cell)
        outputs.append(hidden)
    return tf.stack(outputs), hidden, cell


@pytest.mark.parametrize("begins", [[], [0], [3], [0, 2, 6]])
def test_a_layer_has_the_outputs_and_gradients_of_its_definition(begins: list[int]) -> None:
    """Wherever a solo begins in the window, and in the state after the window, too."""
    tf = import_tensorflow()
    carry = np.ones((TIME, STREAMS, 1), np.float32)
    carry[begins, 1] = 0
    learned = [drawn(TIME, STREAMS, 4 * UNITS), drawn(UNITS, 4 * UNITS), drawn(STREAMS, UNITS), drawn(UNITS, STREAMS)]
    weights = [drawn(TIME, STREAMS, UNITS), drawn(STREAMS, UNITS), drawn(STREAMS, UNITS)]
    found = []
    for by_hand in (False, True):
        with tf.GradientTape() as tape:
            gates, recurrent, hidden, cell = *learned[:3], tf.transpose(learned[3])
            arguments = [tf.convert_to_tensor(each) for each in (gates, recurrent, carry, hidden, cell)]
            made = lstm_layer(*arguments, tf.matmul) if by_hand else step_by_step(*arguments)
            loss = sum(tf.reduce_sum(weight * part) for weight, part in zip(weights, made, strict=True))
        found.append([*made, *tape.gradient(loss, learned)])
    for expected, got in zip(*found, strict=True):
        np.testing.assert_allclose(got, expected, atol=2e-5)


def test_features_have_no_gradient_and_label_embeddings_have_theirs() -> None:
    tf = import_tensorflow()
    inputs, matrix = drawn(6, 5), drawn(5, 4)
    with tf.GradientTape(persistent=True) as tape:
        whole = tf.reduce_sum(tf.matmul(inputs, matrix) ** 2)
        learned = tf.reduce_sum(input_product(tf.matmul, slice(2, 4))(inputs + 0.0, matrix + 0.0) ** 2)
    expected = tape.gradient(whole, inputs).numpy()
    expected[:, [0, 1, 4]] = 0
    np.testing.assert_allclose(tape.gradient(learned, inputs), expected, rtol=1e-5)
    np.testing.assert_allclose(tape.gradient(learned, matrix), tape.gradient(whole, matrix), rtol=1e-5)


def test_bfloat16_rounds_factors_and_products() -> None:
    tf = import_tensorflow()
    ones = tf.constant([[1.0, 1.0]])
    factor = tf.constant([[1.001], [0.0]])
    assert matrix_product("float32")(ones, factor).numpy().item() == pytest.approx(1.001)
    assert matrix_product("bfloat16")(ones, factor).numpy().item() == 1.0
