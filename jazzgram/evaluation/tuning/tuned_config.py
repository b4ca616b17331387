"""The configuration that a search has found: it extends the one it began with."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from jazzgram.config.files import bundled, locate, read_document
from jazzgram.config.steps import Step
from jazzgram.errors import JazzgramError

_HEAD = "# Tuned by jazzgram"
"""How the result of a search begins."""


def child_text(config: str, settings: Sequence[str], out: Path, found: Mapping[str, Any], notes: Sequence[str]) -> str:
    """Return the YAML of a configuration with the changes of `settings` and a search.

    Parameters
    ----------
    config : str
        The parent: a file, or a bundled name.
    settings : sequence of str
        ``key.path=value`` each, as it was tuned.
    out : Path
        The file to write: the parent's path is relative to it.
    found : mapping
        Sections that the search has changed; lists replace the parent's.
    notes : sequence of str
        Lines of comment for its head, of which the first begins with ``Tuned by jazzgram``.
    """
    path = locate(config)
    name = config if bundled().get(config) == path else os.path.relpath(path.resolve(), out.resolve().parent)
    if path.resolve() == out.resolve():
        raise JazzgramError(f"{out}: is the configuration that is tuned; name another file with --out")
    own = _merged(_difference(read_document(path).value, read_document(path, settings).value), found)
    text = yaml.safe_dump({"extends": name, **own}, sort_keys=False, allow_unicode=True, width=110)
    return "".join(f"# {line}\n" for line in notes) + text


def is_earlier_result(out: Path) -> bool:
    """Return whether a file is there that a search has written, which another search may replace.

    Raises
    ------
    JazzgramError
        Where something else has that name.
    """
    try:
        if out.read_text(encoding="utf-8").startswith(_HEAD):
            return True
    except FileNotFoundError:
        return False
    except (OSError, ValueError):
        pass
    raise JazzgramError(f"{out}: exists already and is not the result of a search; name another file with --out")


def step_list(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Return steps as a configuration's list, each step with the options that are not its plugin's defaults."""
    listed = []
    for step in steps:
        options, usual = step.options.model_dump(mode="json"), step.plugin.options().model_dump(mode="json")
        own = {key: value for key, value in options.items() if value != usual.get(key)}
        file = step.plugin.file
        name = str(file.resolve()) if step.plugin.name.endswith(".py") and file else step.plugin.name
        listed.append({step.hook: name} | ({"with": own} if own else {}))
    return listed


def _difference(base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that turn one mapping into the other when merged."""
    found: dict[str, Any] = {}
    for key, value in override.items():
        if key in base and base[key] == value:
            continue
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        found[key] = _difference(base[key], value) if both else value
    found.pop("extends", None)
    return found


def _merged(base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in override.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merged(merged[key], value) if both else value
    return merged
