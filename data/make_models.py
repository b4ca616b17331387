"""Train the models that come with jazzgram, on the bundled corpus alone.

Run ``make models`` after a change to the bundled corpus, to a tokenizer or to a model's plugin; a test fails until
that is done. Each is trained as its configuration says, stored in half precision under ``models/NAME``, and found
again by the key of all that decided it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np

from jazzgram import Pipeline
from jazzgram.cli.display import Display
from jazzgram.models import save_model

FOLDER = Path(__file__).resolve().parent / "models"

MODELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "note_lstm": ("pitches", ()),
    "markov": ("blues", ("model.use=markov",)),
}
"""Of each folder the bundled configuration whose model it holds, and what is set in it."""


def pipeline_of(name: str, use_cache: bool = True) -> Pipeline:
    """Give the pipeline that a shipped model belongs to."""
    config, settings = MODELS[name]
    return Pipeline.load(config, settings=settings, use_cache=use_cache)


def make(name: str, display: Display) -> str:
    """Train a model and store it; give its key."""
    pipeline = pipeline_of(name, use_cache=False)
    pipeline.listener = display
    weights = {
        key: array.astype(np.float16) if array.dtype == np.float32 else array
        for key, array in pipeline.model.weights().items()
    }
    shutil.rmtree(FOLDER / name, ignore_errors=True)
    save_model(FOLDER / name, weights=weights, vocabulary=pipeline.vocabulary, manifest=pipeline.training.manifest())
    return pipeline.training.key


if __name__ == "__main__":
    with Display() as shown:
        keys = {make(name, shown): name for name in MODELS}
    (FOLDER / "index.json").write_text(json.dumps(keys, indent=1) + "\n", encoding="utf-8")
