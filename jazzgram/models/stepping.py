"""Stepping: an LSTM advanced one token at a time in NumPy.

The cell is that of Hochreiter & Schmidhuber, "Long Short-Term Memory", Neural Computation 9 (1997), with the forget
gate of Gers, Schmidhuber & Cummins, "Learning to Forget", Neural Computation 12 (2000), laid out as Keras lays it
out: the columns of `kernel` W, `recurrent_kernel` U and `bias` b hold the gates in the order i, f, c, o. ::

    i = sigmoid(x W_i + h U_i + b_i)        input gate
    f = sigmoid(x W_f + h U_f + b_f)        forget gate
    g = tanh   (x W_c + h U_c + b_c)        candidate
    o = sigmoid(x W_o + h U_o + b_o)        output gate
    c' = f * c + i * g
    h' = o * tanh(c')

Everything is float32, as it was trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram.music.arrays import Float32s


@dataclass(frozen=True, slots=True)
class LstmState:
    """The state of an LSTM layer, a row for each sequence.

    Parameters
    ----------
    hidden : ndarray of float32, shape (batch, units)
        h, the layer's output.
    cell : ndarray of float32, shape (batch, units)
        c, the cell state.
    """

    hidden: Float32s
    cell: Float32s

    @property
    def arrays(self) -> tuple[Float32s, Float32s]:
        """`hidden` and `cell`."""
        return self.hidden, self.cell


class LstmCell:
    """An LSTM layer for inference.

    Parameters
    ----------
    kernel : ndarray, shape (inputs, 4 * units)
        W.
    recurrent_kernel : ndarray, shape (units, 4 * units)
        U.
    bias : ndarray, shape (4 * units,)
        b.
    condition_kernel : ndarray, shape (conditions, 4 * units), optional
        More rows of W, for conditions: inputs beside x at every step.

    Examples
    --------
    >>> cell = LstmCell(np.zeros((3, 4)), np.zeros((1, 4)), np.array([0.0, 0.0, 1.0, 0.0]))
    >>> cell.step(cell.start(batch=1), None).cell  # sigmoid(0) * tanh(1)
    array([[0.3807971]], dtype=float32)
    """

    def __init__(
        self,
        kernel: NDArray[Any],
        recurrent_kernel: NDArray[Any],
        bias: NDArray[Any],
        condition_kernel: NDArray[Any] | None = None,
    ) -> None:
        self.units = recurrent_kernel.shape[0]
        # sigmoid(x) = (1 + tanh(x / 2)) / 2: with the three sigmoid gates halved beforehand, which is exact in
        # binary, one tanh serves all four gates and never overflows.
        halved = np.full(4 * self.units, 0.5, dtype=np.float32)
        halved[2 * self.units : 3 * self.units] = 1.0
        self._kernel = np.ascontiguousarray(kernel, dtype=np.float32) * halved
        self._recurrent = np.ascontiguousarray(recurrent_kernel, dtype=np.float32) * halved
        self._bias = np.asarray(bias, dtype=np.float32) * halved
        self._rows = np.concatenate([self._kernel + self._bias, self._bias[None]])  # the last row, -1: x is zero
        self._condition_kernel = (
            None if condition_kernel is None else np.ascontiguousarray(condition_kernel, dtype=np.float32) * halved
        )

    def start(self, batch: int) -> LstmState:
        """Return the initial state: zeros for `batch` sequences."""
        zeros = np.zeros((batch, self.units), dtype=np.float32)
        return LstmState(zeros, zeros)

    def step(self, state: LstmState, inputs: NDArray[Any] | None, conditions: Float32s | None = None) -> LstmState:
        """Advance by one input.

        Parameters
        ----------
        state : LstmState
            Not changed.
        inputs : ndarray or None
            Integers, shape ``(batch,)``: x is one-hot there, which takes one row of W; zero for -1. Otherwise x
            itself, shape ``(batch, inputs)``. None: x is zero.
        conditions : ndarray of float32 or None
            Shape ``(batch, conditions)``; only for a cell with `condition_kernel`.

        Returns
        -------
        LstmState
            A sequence's row does not depend on what else is in the batch, to the last bit.
        """
        if inputs is None:
            drive: Float32s = self._bias
        elif inputs.ndim == 1:
            drive = self._rows[inputs]
        else:
            drive = rows_times(inputs.astype(np.float32), self._kernel) + self._bias
        if conditions is not None:
            assert self._condition_kernel is not None, "this cell has no conditions"
            drive = drive + rows_times(conditions, self._condition_kernel)
        gates = np.tanh(rows_times(state.hidden, self._recurrent) + drive)
        units = self.units
        sigmoid = gates * np.float32(0.5) + np.float32(0.5)
        cell = sigmoid[:, units : 2 * units] * state.cell + sigmoid[:, :units] * gates[:, 2 * units : 3 * units]
        return LstmState(sigmoid[:, 3 * units :] * np.tanh(cell), cell)


def rows_times(rows: Float32s, matrix: Float32s) -> Float32s:
    """Multiply each row by a matrix on its own.

    A product of whole matrices rounds a row differently as the number of rows changes, and starts threads that cost
    more than they save at this size. Row by row the result for one sequence is the same in every batch.

    Parameters
    ----------
    rows : ndarray of float32, shape (batch, n)
        May be empty.
    matrix : ndarray of float32, shape (n, m)
        Shared by all rows.

    Returns
    -------
    ndarray of float32, shape (batch, m)
        ``rows @ matrix``.
    """
    product: Float32s = np.matmul(rows[:, None, :], matrix)[:, 0, :]
    return product


def gather_rows(rows: Sequence[tuple[Sequence[NDArray[Any]], int]]) -> tuple[NDArray[Any], ...]:
    """Build a state of arrays whose first axis is the batch from rows of other such states.

    Parameters
    ----------
    rows : sequence of (sequence of ndarray, int)
        At least one: a state, and the index of the row in each of its arrays.

    Examples
    --------
    >>> before, after = (np.array([[1], [2]]),), (np.array([[3]]),)
    >>> [array.tolist() for array in gather_rows([(before, 1), (after, 0), (before, 1)])]
    [[[2], [3], [2]]]
    """
    first = rows[0][0]
    if all(state is first for state, _ in rows):
        indices = [row for _, row in rows]
        return tuple(array[indices] for array in first)
    return tuple(np.stack([state[number][row] for state, row in rows]) for number in range(len(first)))


def softmax(logits: NDArray[Any], dtype: type[np.floating] = np.float64) -> NDArray[Any]:
    """Compute probabilities, ``exp(z_k) / sum_j exp(z_j)`` along the last axis, in precision `dtype`.

    Examples
    --------
    >>> softmax(np.array([[0.0, np.log(3.0)]])).round(3).tolist()
    [[0.25, 0.75]]
    """
    exact = logits.astype(dtype, copy=False)
    # The methods `max` and `sum` take twice as long for a row.
    powers: NDArray[Any] = np.exp(exact - np.maximum.reduce(exact, axis=-1, keepdims=True))
    powers /= np.add.reduce(powers, axis=-1, keepdims=True)
    return powers
