"""An LSTM layer over the events of a window in TensorFlow, with its gradient.

TensorFlow's own gradient multiplies with the transposed recurrent matrix at each step, which is five times as slow for
a few dozen rows as with a transposed copy of it, and adds up one gradient of the matrix for each step. Here the copy is
made once, and the gradient of the matrix is one product over all steps.

Source: the LSTM after Hochreiter & Schmidhuber (1997), with the forget gate of Gers, Schmidhuber & Cummins (2000).
"""

from __future__ import annotations

from typing import Any

from jazzgram.models import import_tensorflow

from .products import Product


def lstm_layer(gates: Any, recurrent: Any, carry: Any, hidden: Any, cell: Any, product: Product) -> tuple[Any, ...]:
    """Compute an LSTM layer's outputs.

    Parameters
    ----------
    gates : tensor, shape (time, streams, 4 * units)
        What the inputs and the bias add to the input gate, forget gate, new cell and output gate.
    recurrent : tensor, shape (units, 4 * units)
        The recurrent matrix.
    carry : tensor, shape (time, streams, 1)
        See `Trainable.forward`; it has no gradient.
    hidden, cell : tensor, shape (streams, units)
        The state before the first event.
    product : callable
        See `Product`.

    Returns
    -------
    outputs : tensor, shape (time, streams, units)
    hidden, cell : tensor, shape (streams, units)
        The state after the last event.
    """
    tf = import_tensorflow()
    time, units = gates.shape[0], recurrent.shape[0]
    carries = tf.unstack(carry, num=time)

    def layer(gates: Any, recurrent: Any, hidden: Any, cell: Any) -> Any:
        hiddens, cells, sigmoids, news, squashed, outputs = [], [], [], [], [], []
        for driven, kept in zip(tf.unstack(gates, num=time), carries, strict=True):
            hidden, cell = hidden * kept, cell * kept
            hiddens.append(hidden)
            cells.append(cell)
            driven += product(hidden, recurrent)
            sigmoids.append(tf.sigmoid(driven))
            news.append(tf.tanh(driven[:, 2 * units : 3 * units]))
            input_gate, forget_gate, _, output_gate = tf.split(sigmoids[-1], 4, axis=1)
            cell = forget_gate * cell + input_gate * news[-1]
            squashed.append(tf.tanh(cell))
            hidden = output_gate * squashed[-1]
            outputs.append(hidden)

        def gradient(of_outputs: Any, of_hidden: Any, of_cell: Any) -> tuple[Any, ...]:
            sigmoid, new, squash = tf.stack(sigmoids), tf.stack(news), tf.stack(squashed)
            input_gate, forget_gate, _, output_gate = tf.split(sigmoid, 4, axis=2)
            of_input, of_forget, _, of_output = tf.split(sigmoid * (1 - sigmoid), 4, axis=2)
            # Of each gate, and of the cell: the factors that need not wait for the step after.
            slopes = [of_input * new, of_forget * tf.stack(cells), input_gate * (1 - new * new), of_output * squash]
            by_gate = tf.unstack(tf.concat(slopes, axis=2), num=time)
            by_cell = tf.unstack(output_gate * (1 - squash * squash), num=time)
            forgets = tf.unstack(forget_gate * carry, num=time)
            steps = tf.unstack(of_outputs, num=time)
            # A transposition by another name: TensorFlow moves one into the product, which makes it slow.
            transposed = tf.einsum("ij->ji", recurrent)
            of_gates = []
            for at in reversed(range(time)):
                of_hidden += steps[at]
                of_cell += of_hidden * by_cell[at]
                of_gates.append(tf.concat([of_cell, of_cell, of_cell, of_hidden], axis=1) * by_gate[at])
                of_hidden = product(of_gates[-1], transposed) * carries[at]
                of_cell *= forgets[at]
            stacked = tf.stack(of_gates[::-1])
            before = tf.reshape(tf.stack(hiddens), (-1, units))
            of_recurrent = product(tf.transpose(before), tf.reshape(stacked, (-1, 4 * units)))
            return stacked, of_recurrent, of_hidden, of_cell

        return (tf.stack(outputs), hidden, cell), gradient

    made: tuple[Any, ...] = tf.custom_gradient(layer)(gates, recurrent, hidden, cell)
    return made
