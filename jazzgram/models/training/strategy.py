"""Where a network is trained: on one device, on all of this machine's, or on several machines.

The engine decides it around a model's `fit`, and the model calls `strategy`::

    with train_on("all"):
        model.fit(...)

Several machines (or processes) train together where the environment's ``TF_CONFIG`` names them, as TensorFlow's guide
"Multi-worker training with Keras" has it; each of them runs the same command on the same configuration.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from jazzgram.errors import JazzgramError
from jazzgram.models.tensorflow import import_tensorflow

Devices = Literal["one", "all"]

_DEVICES: ContextVar[Devices] = ContextVar("devices", default="one")
_FOUND: ContextVar[list[str]] = ContextVar("found")
"""A line for each `strategy` with all devices, of those that it found."""


@contextmanager
def train_on(devices: Devices) -> Iterator[list[str]]:
    """Let models that are trained inside use one device, or all of them.

    Yields
    ------
    list of str
        With all devices, and when a network has been trained: what was found, in a few words.
    """
    before, found = _DEVICES.set(devices), _FOUND.set([])
    try:
        yield _FOUND.get()
    finally:
        _FOUND.reset(found)
        _DEVICES.reset(before)


def strategy() -> Any:
    """Return the `tf.distribute.Strategy` to train with.

    Returns
    -------
    tf.distribute.Strategy
        TensorFlow's own for one device; with all devices, MirroredStrategy, or MultiWorkerMirroredStrategy where
        TF_CONFIG is set. Called before anything else of TensorFlow.

    Raises
    ------
    JazzgramError
        Where the other machines of TF_CONFIG cannot be joined.
    """
    tf = import_tensorflow()

    if _DEVICES.get() == "one":
        return tf.distribute.get_strategy()
    cluster = os.environ.get("TF_CONFIG")
    found = _workers(cluster) if cluster else tf.distribute.MirroredStrategy()
    gpus = len(tf.config.list_logical_devices("GPU"))
    _FOUND.get([]).append(_described(found.num_replicas_in_sync, gpus, bool(cluster)))
    return found


def _described(replicas: int, gpus: int, workers: bool) -> str:
    """Describe the devices of a training.

    Examples
    --------
    >>> _described(1, 0, False), _described(2, 2, False), _described(4, 2, True)
    ('the CPU (no GPU found)', '2 GPUs', '4 GPUs of all workers')
    >>> _described(1, 1, False), _described(2, 0, True)
    ('1 GPU', '2 CPUs of all workers (no GPU found)')
    """
    if not gpus and not workers:
        return "the CPU (no GPU found)"
    kind = f"{'GPU' if gpus else 'CPU'}{'s' if replicas > 1 else ''}"
    return f"{replicas} {kind}{' of all workers' if workers else ''}{'' if gpus else ' (no GPU found)'}"


@cache
def _workers(cluster: str) -> Any:
    """Join the workers: once in the life of a process, which is what TensorFlow allows."""
    tf = import_tensorflow()

    _task(cluster)
    try:
        return tf.distribute.MultiWorkerMirroredStrategy()
    except (RuntimeError, ValueError, TypeError, tf.errors.OpError) as error:
        reason = str(error).splitlines()[0]
        raise JazzgramError(f"TF_CONFIG: cannot train together with its workers: {reason}") from error


def is_chief() -> bool:
    """Return whether this process writes the files: always so for a process that trains alone."""
    cluster = os.environ.get("TF_CONFIG")
    if _DEVICES.get() == "one" or not cluster:
        return True
    kind, index = _task(cluster)
    has_chief = "chief" in json.loads(cluster)["cluster"]
    return kind == "chief" or (kind == "worker" and index == 0 and not has_chief)


def _task(cluster: str) -> tuple[str, int]:
    """Return the kind and index of this worker."""
    try:
        read = json.loads(cluster)
        task, named = read["task"], read["cluster"]
        kind, index = str(task["type"]), int(task["index"])
        named[kind][index]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise JazzgramError(
            f"TF_CONFIG: got {cluster[:200]!r}; expected JSON such as"
            ' {"cluster": {"worker": ["host:2222", "host:2223"]}, "task": {"type": "worker", "index": 0}}'
        ) from error
    return kind, index


def distributed(by: Any, array: NDArray[Any]) -> Any:
    """Split the rows of an array among the replicas of a strategy.

    Parameters
    ----------
    by : tf.distribute.Strategy
        From `strategy`.
    array : ndarray
        The same on every machine; the number of its rows is a multiple of the number of replicas.

    Returns
    -------
    tensor, or one for each replica
        For `by.run`.
    """
    tf = import_tensorflow()

    rows = len(array) // by.num_replicas_in_sync

    def own(context: Any) -> Any:
        replica = context.replica_id_in_sync_group
        return tf.convert_to_tensor(array[replica * rows : (replica + 1) * rows])

    return by.experimental_distribute_values_from_function(own)


def padded_rows(array: NDArray[Any], replicas: int, value: float) -> NDArray[Any]:
    """Add rows of one value until every replica gets as many rows.

    Examples
    --------
    >>> padded_rows(np.array([[1, 2], [3, 4], [5, 6]]), 2, -1).tolist()
    [[1, 2], [3, 4], [5, 6], [-1, -1]]
    """
    missing = -len(array) % replicas
    if not missing:
        return array
    return np.concatenate([array, np.full((missing, *array.shape[1:]), value, array.dtype)])
