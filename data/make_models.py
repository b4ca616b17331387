"""Train the models that come with jazzgram, on the bundled corpus alone.

Run ``make models`` after a change to the bundled corpus, to a tokenizer, or to code that a training depends on; a test
fails until that is done. Each is trained as its configuration says, stored in half precision under ``models/NAME``, and
found again by the key of its terms, options, seed and version. Beside the key is the hash of the code that trained
it. Where that code still trains what is stored, within the rounding of half precision, the stored weights stay as they
are.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram import JazzgramError, Pipeline, Weights
from jazzgram.cli.display import Display
from jazzgram.models import load_model, save_model
from jazzgram.models.trained import model_code

FOLDER = Path(__file__).resolve().parent / "models"

MODELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "note_lstm": ("pitches", ()),
    "markov": ("blues", ("model.use=markov",)),
}
"""Of each folder the bundled configuration whose model it holds, and what is set in it."""


def pipeline_of(name: str, use_cache: bool = True) -> Pipeline:
    """Return the pipeline that a shipped model belongs to."""
    config, settings = MODELS[name]
    return Pipeline.load(config, settings=settings, use_cache=use_cache)


def make(name: str, display: Display) -> tuple[str, dict[str, str]]:
    """Train a model, store it unless it is what is stored; return its key and what the index says of it."""
    pipeline = pipeline_of(name, use_cache=False)
    pipeline.reporter = display
    weights = {
        key: array.astype(np.float16) if array.dtype == np.float32 else array
        for key, array in pipeline.model.weights().items()
    }
    if is_stored(FOLDER / name, pipeline, weights):
        display.console.print(f"{name}: trained as before; the stored weights stay")
    else:
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        manifest = pipeline.training.manifest()
        save_model(FOLDER / name, weights=weights, vocabulary=pipeline.vocabulary, manifest=manifest)
        display.console.print(f"{name}: new weights; is MODEL_VERSION raised in its plugin, and MODEL_CARD.md right?")
    return pipeline.training.shipped_key, entry_of(name, pipeline)


def entry_of(name: str, pipeline: Pipeline) -> dict[str, str]:
    """Return what the index says of a model."""
    return {"folder": name, "code": model_code(pipeline.config.model)}


def is_stored(folder: Path, pipeline: Pipeline, weights: Weights) -> bool:
    """Check whether a folder holds these weights for this vocabulary.

    Numbers in half precision may differ by one unit in the last place of the largest number of their array: the order
    of a sum depends on the processor, and forty epochs later a few weights in a million differ by two of their own.
    """
    try:
        stored = load_model(folder, expected=pipeline.vocabulary).weights
    except JazzgramError:
        return False
    return stored.keys() == weights.keys() and all(_same(stored[name], array) for name, array in weights.items())


def _same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype != np.float16:
        return bool((one == other).all())
    away = np.abs(one.astype(np.float32) - other.astype(np.float32)).max(initial=0)
    largest = max(np.abs(one).max(initial=0), np.abs(other).max(initial=0))
    return bool(away <= np.spacing(largest))


def write_index(entries: Mapping[str, Mapping[str, str]]) -> None:
    """Write which folder holds the model of which key, and the code that trained it."""
    (FOLDER / "index.json").write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    with Display() as shown:
        write_index(dict(make(name, shown) for name in MODELS))
