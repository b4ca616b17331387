"""Checkpoints: one file from which an interrupted training resumes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from jazzgram.errors import JazzgramError
from jazzgram.hooks.token_model import Weights
from jazzgram.resources.atomic import whole_file

_PURPOSE = "training"
"""The key of the safetensors header that names the training a checkpoint belongs to."""


def write_checkpoint(path: Path, arrays: Weights, purpose: Mapping[str, Any]) -> None:
    """Write a checkpoint in one go: a process that is killed meanwhile leaves the old one or the new one.

    Parameters
    ----------
    path : Path
        The checkpoint; its folder exists.
    arrays : dict of str to ndarray
        The state of the training.
    purpose : mapping
        JSON values that identify the training: data, options, seed, library versions.

    Raises
    ------
    JazzgramError
        Where the file cannot be written.
    """
    from safetensors.numpy import save

    whole = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    try:
        with whole_file(path) as file:
            file.write(save(whole, {_PURPOSE: _text(purpose)}))
    except OSError as error:
        raise JazzgramError(f"{path}: the checkpoint cannot be written: {error.strerror or error}") from error


def read_checkpoint(path: Path, purpose: Mapping[str, Any]) -> Weights | None:
    """Read a checkpoint of the same training.

    Parameters
    ----------
    path : Path
        Where `write_checkpoint` put it.
    purpose : mapping
        What it was written with.

    Returns
    -------
    dict of str to ndarray, or None
        None where there is no such file.

    Raises
    ------
    JazzgramError
        Where the file is broken or belongs to another training.
    """
    from safetensors import SafetensorError, safe_open

    if not path.exists():
        return None
    remedy = "delete it to train from the start"
    try:
        with safe_open(path, "np") as file:
            found = (file.metadata() or {}).get(_PURPOSE)
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise JazzgramError(f"{path}: not a whole checkpoint ({error}); {remedy}") from error
    if found != _text(purpose):
        raise JazzgramError(f"{path}: a checkpoint of other data, options, seed or library versions; {remedy}")
    return arrays


def _text(purpose: Mapping[str, Any]) -> str:
    return json.dumps(purpose, sort_keys=True)
