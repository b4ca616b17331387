"""What has changed since a configuration's results were made: the corpus and the plugins that ``made_with`` notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jazzgram.config.config import Config
from jazzgram.pipeline.resolved import noted_plugins

if TYPE_CHECKING:
    from jazzgram.corpus.reading import Reading

_MOST_NAMED = 3
"""Plugins that a warning names; after an update of jazzgram nearly all have changed."""


def changed_since(config: Config, reading: Reading | None) -> list[str]:
    """Compare corpus and plugins with those that a ``run.yaml`` or a model's ``config.yaml`` was made with.

    A corpus or plugin that another file or ``--set`` names in their place is not compared; nor is a corpus that was not
    read.

    Returns
    -------
    list of str
        One line for the corpus and one for the plugins, where they have changed; none where nothing was noted.
    """
    made_with = config.sections.made_with
    file = config.document.source(("made_with",)).file
    found = []
    own_corpus = all(config.document.source(("corpus", key)).file == file for key in ("source", "read"))
    digest = _entry(made_with, "corpus").get("digest")
    if own_corpus and reading is not None and digest is not None and digest != reading.digest:
        found.append(f"{file}: the corpus has changed since this file was made: the notes may differ")
    noted = _hashes(_entry(made_with, "plugins"))
    now = _hashes(noted_plugins(config)) if noted else {}
    others = [name for name, digest in now.items() if noted.get(name, digest) != digest]
    if others:
        more = len(others) - _MOST_NAMED
        names = ", ".join(others[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        say = "plugin {} is another" if len(others) == 1 else "plugins {} are others"
        found.append(f"{file}: {say.format(names)} than when this file was made: the notes may differ")
    return found


def _entry(noted: Any, key: str) -> dict[str, Any]:
    """Return a mapping that a file notes; empty where it notes something else."""
    value = noted.get(key)
    return value if isinstance(value, dict) else {}


def _hashes(noted: dict[str, Any]) -> dict[str, Any]:
    """Return the hashes of plugins by name, or by file, which two configurations may name by different paths."""
    entries = {name: entry for name, entry in noted.items() if isinstance(entry, dict)}
    return {
        str(entry.get("from")) if name.endswith(".py") else name: entry.get("sha256") for name, entry in entries.items()
    }
