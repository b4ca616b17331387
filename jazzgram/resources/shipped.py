"""Models that come with jazzgram, trained on the bundled corpus alone, so that a first solo needs no training.

``models/index.json`` in the package's data has for each key the folder, and the hash of the code that trained what is
in it. The key is that of `jazzgram.models.trained.Training.shipped_key`: a model is taken only where training would
start from the same terms, options and seed, with the same version of the model's plugin. ``data/make_models.py`` makes
them.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path


def shipped_model(key: str) -> Path | None:
    """Return the folder of the shipped model that was trained for a key; None where there is none.

    Examples
    --------
    >>> shipped_model("0123") is None
    True
    """
    folder = Path(str(files("jazzgram_data"))) / "models"
    index: dict[str, dict[str, str]] = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return folder / index[key]["folder"] if key in index else None
