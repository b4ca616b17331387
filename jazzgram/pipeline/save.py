"""Write one solo to one file, by the writer for its suffix."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from jazzgram.config.wording import field_names, value_message
from jazzgram.errors import JazzgramError, did_you_mean
from jazzgram.hooks.calls import PluginCalls
from jazzgram.hooks.finding import find, names_for
from jazzgram.hooks.plugins import Plugin
from jazzgram.music.solo import Solo

_NAMES = {"mid": "midi", "txt": "text", "xml": "musicxml"}
"""Suffixes that are not the name of their writer."""


def save_solo(solo: Solo, path: str | Path, options: dict[str, Any]) -> Path:
    """Write a solo to a file; see `jazzgram.Solo.save`."""
    path = Path(path)
    plugin = _writer(path)
    checked = _options(plugin, options)
    if not path.parent.is_dir():
        raise JazzgramError(f"{path}: there is no folder {path.parent}")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
            write = PluginCalls(plugin).caller("write_solo", plugin)
            written = write(solo=solo, folder=Path(folder), options=checked)
            os.replace(written[0], path)
    except OSError as error:
        raise JazzgramError(f"{path}: cannot be written: {error.strerror or error}") from error
    return path


def _writer(path: Path) -> Plugin:
    """Return the writer that has the name of a file's suffix."""
    suffix = path.suffix.lower().removeprefix(".")
    name = _NAMES.get(suffix, suffix)
    names = names_for("write_solo")
    if name not in names:
        others = {writer: suffix for suffix, writer in _NAMES.items() if writer != "musicxml"}
        known = [others.get(writer, writer) for writer in names]
        raise JazzgramError(
            f"{path}: no writer for {path.suffix or 'a name without a suffix'}{did_you_mean(suffix, known)};"
            f" there are: {', '.join(f'.{it}' for it in known)}"
        )
    return find(name, "write_solo", Path())


def _options(plugin: Plugin, options: dict[str, Any]) -> Any:
    try:
        return plugin.options.model_validate(options)
    except ValidationError as error:
        detail = error.errors()[0]
        name = str(detail["loc"][0]) if detail["loc"] else "options"
        known = field_names(plugin.options, ())
        if detail["type"] == "extra_forbidden":
            what = f"unknown option{did_you_mean(name, known)}; known: {', '.join(known) or 'none'}"
        else:
            what = value_message(detail)
        raise JazzgramError(f"{plugin.name}: {name}: {what}") from error
