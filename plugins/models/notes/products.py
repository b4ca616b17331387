"""The matrix products of training, in its precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

from jazzgram.models import import_tensorflow

Product = Callable[[Any, Any], Any]
"""The matrix product of two tensors, in the precision of the training; float32 goes in and comes out."""


class Products(NamedTuple):
    """The products of a network."""

    of_inputs: Product
    """Of its inputs with the first layer's matrix; see `input_product`."""
    of_layers: Product
    """All others."""


def matrix_product(precision: str) -> Product:
    """Return the matrix product of a precision; bfloat16 rounds factors and results, not the sums."""
    tf = import_tensorflow()
    if precision == "float32":
        return cast(Product, tf.matmul)

    def product(left: Any, right: Any) -> Any:
        return tf.cast(tf.cast(left, tf.bfloat16) @ tf.cast(right, tf.bfloat16), tf.float32)

    return product


def input_product(product: Product, learned: slice) -> Product:
    """Return the product of inputs with a layer's matrix, whose gradient leaves out inputs that nothing is learned of.

    Parameters
    ----------
    product : callable
        See `Product`.
    learned : slice
        The columns of the inputs that are parameters, as a label's embedding is; the gradient of the others is 0.
    """
    tf = import_tensorflow()

    def multiply(inputs: Any, matrix: Any) -> Any:
        def gradient(of_product: Any) -> tuple[Any, Any]:
            of_learned = product(of_product, tf.transpose(matrix[learned]))
            around = (learned.start, inputs.shape[1] - learned.stop)
            return tf.pad(of_learned, ((0, 0), around)), product(tf.transpose(inputs), of_product)

        return product(inputs, matrix), gradient

    return cast(Product, tf.custom_gradient(multiply))
