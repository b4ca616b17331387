"""Train the models that come with jazzgram.

Usage: python data/make_models.py [SOLOS]

Run ``make models`` after a change to the bundled corpus, to a tokenizer, or to code that a training depends on; a test
fails until that is done. Each is trained as its configuration says, stored in half precision under ``models/NAME``, and
found again by the key of its terms, options, seed and version. Beside the key is the hash of the code that trained
it. Where that code still trains what is stored, within the rounding of half precision, the stored weights stay as they
are.

``weimar`` is trained on the 402 solos of the Weimar Jazz Database's CSV export, which do not come with jazzgram: SOLOS
is their folder, with ``melody`` and ``beats``. Without it that model stays as it is. It takes five minutes on two
cores, and is found by its configuration alone. Of the solos it has the weights, the terms, and the labels of each;
the first terms of their bars are sorted, so that no solo can be read from them.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgram import JazzgramError, Pipeline, Weights
from jazzgram.cli.display import Display
from jazzgram.models import load_model, save_model
from jazzgram.models.trained import model_code
from jazzgram.pipeline.shipped import configuration_key

FOLDER = Path(__file__).resolve().parent / "models"

MODELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "note_lstm": ("pitches", ()),
    "markov": ("blues", ("model.use=markov",)),
}
"""Of each folder the bundled configuration whose model it holds, and what is set in it."""
WITHOUT_CORPUS = "weimar"
"""The folder and the configuration of the model that comes without the corpus that it was trained on."""


def pipeline_of(name: str, use_cache: bool = True) -> Pipeline:
    """Return the pipeline that a shipped model belongs to."""
    config, settings = MODELS[name]
    return Pipeline.load(config, settings=settings, use_cache=use_cache)


def make(name: str, display: Display) -> tuple[str, dict[str, str]]:
    """Train a model of the bundled corpus, and store it; return its key and what the index says of it."""
    pipeline = pipeline_of(name, use_cache=False)
    pipeline.reporter = display
    store(name, pipeline, display)
    return pipeline.training.shipped_key, entry_of(name, pipeline)


def make_without_corpus(solos: str | None, display: Display) -> tuple[str, dict[str, str]]:
    """Train the model of the Weimar Jazz Database where its solos are given; return its key and what is said of it."""
    name = WITHOUT_CORPUS
    config = Pipeline.load(name).config
    if solos is None:
        display.line(f"{name}: left as it is; give the folder of the solos to train it")
        (entry,) = [each for each in read_index().values() if each["folder"] == name]
        return configuration_key(config), entry
    # The cache resumes an interrupted training; a quarter of an hour is not begun twice.
    pipeline = Pipeline.load(name, settings=[f"corpus.source={json.dumps(solos)}"], reporter=display)
    store(name, pipeline, display)
    return configuration_key(config), entry_of(name, pipeline)


def store(name: str, pipeline: Pipeline, display: Display) -> None:
    """Store a pipeline's model unless it is what is stored."""
    weights = {
        key: array.astype(np.float16) if array.dtype == np.float32 else array
        for key, array in pipeline.model.weights().items()
    }
    if is_stored(FOLDER / name, pipeline, weights):
        display.line(f"{name}: trained as before; the stored weights stay")
    else:
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        manifest = {**pipeline.training.manifest(), "corpus": Pipeline.load(pipeline.config.name).config.corpus.source}
        vocabulary = replace(pipeline.vocabulary, openings=tuple(sorted(pipeline.vocabulary.openings)))
        save_model(FOLDER / name, weights=weights, vocabulary=vocabulary, manifest=manifest)
        display.line(f"{name}: new weights; is MODEL_VERSION raised in its plugin, and MODEL_CARD.md right?")


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


def read_index() -> dict[str, dict[str, str]]:
    """Read the index."""
    index: dict[str, dict[str, str]] = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
    return index


def write_index(entries: Mapping[str, Mapping[str, str]]) -> None:
    """Write which folder holds the model of which key, and the code that trained it."""
    (FOLDER / "index.json").write_text(json.dumps(entries, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    with Display() as shown:
        made = [make(name, shown) for name in MODELS]
        write_index(dict([*made, make_without_corpus(next(iter(sys.argv[1:]), None), shown)]))
