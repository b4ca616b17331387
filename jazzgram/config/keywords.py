"""Settings from Python's keywords: ``seed=3, improvise={"bars": 8}``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jazzgram.config.yaml_lines import Setting

OTHER_CHANGES = (
    "improvise.bars=null",
    "improvise.choruses=null",
    "improvise.key=null",
    "improvise.transpose=0",
)
"""What goes where other changes are played: the length and the key were those of the configuration's own."""
OTHER_CHART = (*OTHER_CHANGES, "improvise.meter=null", "improvise.tempo=null")
"""The same for a chart, which has its own meter and tempo."""


def keyword_settings(sections: Mapping[str, Any]) -> list[str]:
    """Return keywords as settings; mistakes are reported under the keyword's own name.

    Parameters
    ----------
    sections : mapping of str to anything
        Values by the key of the configuration. A mapping sets only the keys that it has.

    Raises
    ------
    TypeError
        Where a value is none that YAML knows.

    Examples
    --------
    >>> keyword_settings({"seed": 3, "improvise": {"bars": 8, "chords": "Dm7 | G7"}, "write": ["midi"]})
    ['seed=3', 'improvise.bars=8', 'improvise.chords="Dm7 | G7"', 'write=["midi"]']
    """
    return [
        Setting(f"{path}={json.dumps(value, default=_plain, ensure_ascii=False)}", path)
        for path, value in _leaves("", sections)
    ]


def all_settings(settings: Sequence[str] | Mapping[str, Any], sections: Mapping[str, Any]) -> list[str]:
    """Return settings, of which a mapping is as good as keywords and a single text is one, and those of keywords.

    Examples
    --------
    >>> all_settings({"seed": 3}, {"improvise": {"bars": 8}}), all_settings("seed=3", {})
    (['seed=3', 'improvise.bars=8'], ['seed=3'])
    """
    if isinstance(settings, str):
        settings = [settings]
    found = keyword_settings(settings) if isinstance(settings, Mapping) else settings
    return [*found, *keyword_settings(sections)]


def _leaves(above: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _leaves(f"{above}{key}.", value)
        else:
            yield f"{above}{key}", value


def _plain(value: Any) -> str:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{value!r} is no value of a configuration; give texts, numbers, lists and mappings")
